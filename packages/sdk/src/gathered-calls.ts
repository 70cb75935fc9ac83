import { MillraceError } from "./errors.ts";
import { Gatherer } from "./gatherer.ts";
import type { Finish, Item, NewItem, PushedItem, Wanted } from "./model.ts";
import type { ApiVerbs } from "./verbs.ts";

const itemsPerCallMax = 200;
/** What one claim may ask for. */
const itemsPerClaimMax = 100;
/** So many calls of one kind are under way at once; what comes meanwhile goes together. */
const lanes = 2;

type Finished = Awaited<ReturnType<ApiVerbs["finishItem"]>>;

/**
 * The verbs of work items, sent together where they come together: a lone call goes at once, and what a busy program
 * asks for while calls are under way shares the next one. Each caller gets the outcome that he would have got alone.
 * A call with options of its own (a signal, a time limit) goes alone.
 */
export class GatheredCalls {
  readonly #verbs: ApiVerbs;
  readonly #pushes = new Map<string, Gatherer<NewItem, PushedItem>>();
  readonly #claims = new Map<string, Gatherer<number, Item[]>>();
  readonly #finishes: Gatherer<Finish, Finished>;

  constructor(verbs: ApiVerbs) {
    this.#verbs = verbs;
    this.#finishes = new Gatherer({
      write: (finishes) => this.#finish(finishes),
      batchMax: itemsPerCallMax,
      lanes,
    });
  }

  /** The verbs that take the place of the plain ones. */
  verbs(): Pick<ApiVerbs, "pushItem" | "claimItems" | "finishItem"> {
    const { pushItem, claimItems, finishItem } = this.#verbs;
    return {
      pushItem: (queue, item, options) =>
        options === undefined ? this.#pushesOf(queue, item).submit(item) : pushItem(queue, item, options),
      claimItems: (queue, wanted = {}, options) =>
        options === undefined && isGatherable(wanted)
          ? this.#claimsOf(queue, wanted).submit(wanted.count ?? 1)
          : claimItems(queue, wanted, options),
      finishItem: (id, finish, options) =>
        options === undefined ? this.#finishes.submit({ id, ...finish }) : finishItem(id, finish, options),
    };
  }

  /** Those with a key may be sent a second time, the others may not: they go apart. */
  #pushesOf(queue: string, { idempotencyKey }: NewItem): Gatherer<NewItem, PushedItem> {
    const key = `${idempotencyKey === undefined ? "once" : "again"} ${queue}`;
    return gathererOf(this.#pushes, key, itemsPerCallMax, (items) => this.#push(queue, items));
  }

  #claimsOf(queue: string, { leaseMs, worker }: Wanted): Gatherer<number, Item[]> {
    const key = JSON.stringify([queue, leaseMs, worker]);
    return gathererOf(this.#claims, key, itemsPerClaimMax, (counts) =>
      this.#claim(queue, { leaseMs, worker }, counts),
    );
  }

  /** The server takes a batch whole or not at all: where a member was refused, each goes by itself. */
  async #push(queue: string, items: readonly NewItem[]): Promise<readonly (PushedItem | Error)[]> {
    if (items.length === 1) return [await this.#verbs.pushItem(queue, items[0]!)];
    try {
      return await this.#verbs.pushItems(queue, items as NewItem[]);
    } catch (error) {
      if (!mayBeOfOneMember(error)) throw error;
    }
    return eachAlone(items, (item) => this.#verbs.pushItem(queue, item));
  }

  /** First come, first served: whoever finds nothing left gets an empty list, as he would have alone. */
  async #claim(queue: string, wanted: Wanted, counts: readonly number[]): Promise<Item[][]> {
    const shared: Item[][] = [];
    for (let from = 0; from < counts.length;) {
      const until = fitting(counts, from);
      const members = counts.slice(from, until);
      const count = members.reduce((sum, each) => sum + each, 0);
      const items = await this.#verbs.claimItems(queue, { ...wanted, count });
      for (const each of members) shared.push(items.splice(0, each));
      from = until;
    }
    return shared;
  }

  /** Saying an end twice is saying it once, so a member that was refused is asked again alone, for its whole error. */
  async #finish(finishes: readonly Finish[]): Promise<readonly (Finished | Error)[]> {
    const alone = ({ id, ...finish }: Finish) => this.#verbs.finishItem(id, finish);
    if (finishes.length === 1) return [await alone(finishes[0]!)];
    try {
      const outcomes = await this.#verbs.finishItems(finishes as Finish[]);
      return await eachAlone(outcomes, async (outcome, index) =>
        outcome.error === undefined ? (outcome as Finished) : alone(finishes[index]!),
      );
    } catch (error) {
      if (!mayBeOfOneMember(error)) throw error;
    }
    return eachAlone(finishes, alone);
  }
}

/** Who waits for the first item holds the answer back, so he asks alone; as does who asks for what we do not know. */
function isGatherable({
  waitMs = 0,
  count = 1,
  leaseMs: _leaseMs,
  worker: _worker,
  ...others
}: Wanted): boolean {
  const isCount = Number.isInteger(count) && count >= 1 && count <= itemsPerClaimMax;
  return waitMs === 0 && isCount && Object.keys(others).length === 0;
}

/** The end of the members from `from` on that one claim may ask for. */
function fitting(counts: readonly number[], from: number): number {
  let until = from;
  for (let sum = 0; until < counts.length && sum + counts[until]! <= itemsPerClaimMax; until++)
    sum += counts[until]!;
  return until;
}

function gathererOf<Member, Outcome>(
  known: Map<string, Gatherer<Member, Outcome>>,
  key: string,
  batchMax: number,
  write: (members: readonly Member[]) => Promise<readonly (Outcome | Error)[]>,
): Gatherer<Member, Outcome> {
  let gatherer = known.get(key);
  if (gatherer === undefined) {
    gatherer = new Gatherer({ write, batchMax, lanes, onIdle: () => known.delete(key) });
    known.set(key, gatherer);
  }
  return gatherer;
}

function eachAlone<Member, Outcome>(
  members: readonly Member[],
  act: (member: Member, index: number) => Promise<Outcome>,
): Promise<(Outcome | Error)[]> {
  return Promise.all(members.map((member, index) => act(member, index).catch((error: Error) => error)));
}

/** The call was refused for something in it, and nothing of it was written. */
function mayBeOfOneMember(error: unknown): boolean {
  return error instanceof MillraceError && [400, 404, 409, 413].includes(error.status);
}
