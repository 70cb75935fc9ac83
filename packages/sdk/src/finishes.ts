import { backOffMs, pause } from "./back-off.ts";
import { MillraceError } from "./errors.ts";
import { Gatherer } from "./gatherer.ts";
import { aloneOf, type MadeFinish, makeFinish, membersOf } from "./made-finish.ts";
import type { Finish, FinishOutcome } from "./model.ts";
import type { ApiVerbs } from "./verbs.ts";

const finishesPerCallMax = 100;
/** With pauses of up to ten seconds, a server may be away for over a quarter of an hour. */
const triesMax = 120;
const triedOnce = { retriesMax: 0 };

/** Writes the ends of items: those that come together in one call, again and again while the server is away. */
export class Finishes {
  readonly #verbs: ApiVerbs;
  readonly #giveUp: AbortSignal;
  readonly #gatherer: Gatherer<MadeFinish, FinishOutcome>;

  constructor(verbs: ApiVerbs, giveUp: AbortSignal) {
    this.#verbs = verbs;
    this.#giveUp = giveUp;
    this.#gatherer = new Gatherer({
      write: (finishes) => this.#write(finishes),
      batchMax: finishesPerCallMax,
      lanes: 2,
    });
  }

  /** Answers once it is written; fails when the server refuses it, or when it is given up. */
  async finish({ id, ...finish }: Finish): Promise<FinishOutcome> {
    let made: MadeFinish;
    try {
      made = makeFinish(id, finish);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new MillraceError("invalid_input", `payload: is no JSON (${reason})`, { status: 400, cause });
    }
    return this.#gatherer.submit(made);
  }

  async #write(finishes: readonly MadeFinish[]): Promise<readonly (FinishOutcome | Error)[]> {
    if (finishes.length === 1) return [await this.#one(finishes[0]!)];
    try {
      const outcomes = await this.#tried(() => this.#verbs.finishItems(membersOf(finishes), triedOnce));
      return outcomes.map((outcome) => (outcome.error === undefined ? outcome : errorOf(outcome.error)));
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
    // One of them is not fit to be sent, so each goes by itself.
    return Promise.all(finishes.map((finish) => this.#one(finish).catch((error: Error) => error)));
  }

  #one(finish: MadeFinish): Promise<FinishOutcome> {
    return this.#tried(() => this.#verbs.finishItem(finish.id, aloneOf(finish), triedOnce));
  }

  /** The lease number makes it safe: what is said twice is written once. */
  async #tried<T>(act: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures++) {
      try {
        return await act();
      } catch (error) {
        if (failures >= triesMax || !isPassing(error)) throw error;
        await pause(backOffMs(failures, error), this.#giveUp);
      }
    }
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof MillraceError)) return false;
  return error.status === 0 || error.status === 429 || error.status >= 500;
}

function isRefusal(error: unknown): boolean {
  return error instanceof MillraceError && (error.status === 400 || error.status === 413);
}

function errorOf({ code, detail }: { code: string; detail: string }): MillraceError {
  return new MillraceError(code, detail, { status: 409 });
}
