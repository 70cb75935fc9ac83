import { MillraceError } from "./errors.ts";
import { Gatherer } from "./gatherer.ts";
import { aloneOf, type MadeFinish, makeFinish, membersOf } from "./made-finish.ts";
import type { Item, NewItem, PushedItem, Wanted } from "./model.ts";
import { type ApiVerbs, MadeJson } from "./verbs.ts";

const itemsPerCallMax = 200;
/** What one claim may ask for. */
const itemsPerClaimMax = 100;
/** So many calls of one kind are under way at once; what comes meanwhile goes together. */
const lanes = 2;

type Finished = Awaited<ReturnType<ApiVerbs["finishItem"]>>;
type FinishRequest = Parameters<ApiVerbs["finishItem"]>[1];

/**
 * The verbs of work items, sent together where they come together: a lone call goes at once, and what a busy program
 * asks for while calls are under way shares the next one. Each caller gets the outcome that he would have got alone.
 * A call with options of its own (a signal, a time limit) goes alone.
 */
export class GatheredCalls {
  readonly #verbs: ApiVerbs;
  readonly #pushes = new Map<string, Gatherer<MadeJson, PushedItem>>();
  readonly #claims = new Map<string, Gatherer<number, Item[]>>();
  readonly #finishes: Gatherer<MadeFinish, Finished>;

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
      pushItem: async (queue, item, options) => {
        if (options !== undefined || !isName(queue)) return pushItem(queue, item, options);
        const made = new MadeJson(item);
        return this.#pushesOf(queue, made).submit(made);
      },
      claimItems: async (queue, wanted = {}, options) => {
        if (options !== undefined || !isName(queue) || !isGatherable(wanted))
          return claimItems(queue, wanted, options);
        return this.#claimsOf(queue, wanted).submit(wanted.count ?? 1);
      },
      finishItem: async (id, finish, options) => {
        if (options !== undefined || !isName(id) || !isPlain(finish)) return finishItem(id, finish, options);
        return this.#finishes.submit(makeFinish(id, finish));
      },
    };
  }

  /** Those with a key may be sent a second time, the others may not: they go apart. */
  #pushesOf(queue: string, { idempotencyKey }: MadeJson): Gatherer<MadeJson, PushedItem> {
    const key = `${idempotencyKey === undefined ? "once" : "again"} ${queue}`;
    return this.#gathererOf(this.#pushes, key, {
      write: (items) => this.#push(queue, items),
      batchMax: itemsPerCallMax,
    });
  }

  #claimsOf(queue: string, { leaseMs, worker }: Wanted): Gatherer<number, Item[]> {
    const key = JSON.stringify([queue, leaseMs, worker]);
    return this.#gathererOf(this.#claims, key, {
      write: (counts) => this.#claim(queue, { leaseMs, worker }, counts),
      batchMax: itemsPerClaimMax,
      weight: (count) => count,
    });
  }

  #gathererOf<Member, Outcome>(
    known: Map<string, Gatherer<Member, Outcome>>,
    key: string,
    options: {
      write: (members: readonly Member[]) => Promise<readonly (Outcome | Error)[]>;
      batchMax: number;
      weight?: (member: Member) => number;
    },
  ): Gatherer<Member, Outcome> {
    let gatherer = known.get(key);
    if (gatherer === undefined) {
      gatherer = new Gatherer({ ...options, lanes, onIdle: () => known.delete(key) });
      known.set(key, gatherer);
    }
    return gatherer;
  }

  /** The server takes a batch whole or not at all: where a member was refused, each goes by itself. */
  async #push(queue: string, items: readonly MadeJson[]): Promise<readonly (PushedItem | Error)[]> {
    const alone = (item: MadeJson) => this.#verbs.pushItem(queue, item as unknown as NewItem);
    if (items.length === 1) return [await alone(items[0]!)];
    try {
      return await this.#verbs.pushItems(queue, items as unknown as NewItem[]);
    } catch (error) {
      if (!mayBeOfOneMember(error)) throw error;
    }
    return eachAlone(items, alone);
  }

  /** First come, first served: whoever finds nothing left gets an empty list, as he would have alone. */
  async #claim(queue: string, wanted: Wanted, counts: readonly number[]): Promise<Item[][]> {
    const count = counts.reduce((sum, each) => sum + each, 0);
    const items = await this.#verbs.claimItems(queue, { ...wanted, count });
    return counts.map((each) => items.splice(0, each));
  }

  /** Saying an end twice is saying it once, so a member that was refused is asked again alone, for its whole error. */
  async #finish(finishes: readonly MadeFinish[]): Promise<readonly (Finished | Error)[]> {
    const one = (finish: MadeFinish) => this.#verbs.finishItem(finish.id, aloneOf(finish));
    if (finishes.length === 1) return [await one(finishes[0]!)];
    try {
      const outcomes = await this.#verbs.finishItems(membersOf(finishes));
      return await eachAlone(outcomes, async (outcome, index) =>
        outcome.error === undefined ? (outcome as Finished) : one(finishes[index]!),
      );
    } catch (error) {
      if (!mayBeOfOneMember(error)) throw error;
    }
    return eachAlone(finishes, one);
  }
}

/** An empty name is refused by the plain verb, which says so. */
function isName(text: unknown): boolean {
  return typeof text === "string" && text !== "";
}

/** Who waits for the first item holds the answer back, so he asks alone; as does who asks for what we do not know. */
function isGatherable(wanted: Wanted): boolean {
  const { waitMs = 0, count = 1, leaseMs = 1, worker = "", ...others } = wanted ?? { waitMs: 1 };
  const isCount = Number.isInteger(count) && count >= 1 && count <= itemsPerClaimMax;
  const isUsual = Number.isInteger(leaseMs) && typeof worker === "string";
  return waitMs === 0 && isCount && isUsual && Object.keys(others).length === 0;
}

/** An `id` within it is for the server to refuse. */
function isPlain(finish: FinishRequest): boolean {
  return typeof finish === "object" && finish !== null && !Array.isArray(finish) && !("id" in finish);
}

function eachAlone<Member, Outcome>(
  members: readonly Member[],
  act: (member: Member, index: number) => Promise<Outcome>,
): Promise<(Outcome | Error)[]> {
  return Promise.all(
    members.map(async (member, index) => {
      try {
        return await act(member, index);
      } catch (error) {
        return error as Error;
      }
    }),
  );
}

/** The call was refused for something in it, and nothing of it was written. */
function mayBeOfOneMember(error: unknown): boolean {
  return error instanceof MillraceError && [400, 404, 409, 413].includes(error.status);
}
