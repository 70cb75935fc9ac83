import { AppError } from "./errors.ts";
import type { Wakes } from "./wakes.ts";

const waitersMax = 20_000;
/** The promise beside the hints. */
const pollEveryMs = 1_000;

export interface EndWaitsParts {
  wakes: Wakes;
  /** What is waited for, in the plural: `jobs`. */
  of: string;
  /** Which of these have ended. */
  listEnded: (ids: readonly string[]) => Promise<readonly string[]>;
}

/** Wakes callers that wait for the end of something. Ends on this node are known at once, others by a look at all. */
export class EndWaits {
  readonly #parts: EndWaitsParts;
  readonly #topic: string;
  readonly #waiters = new Map<string, Set<() => void>>();
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;
  #count = 0;
  #looking = false;
  #isTelling = false;

  constructor(parts: EndWaitsParts) {
    this.#parts = parts;
    this.#topic = `${parts.of}-ended`;
    this.#unsubscribe = parts.wakes.on(this.#topic, () => {
      if (!this.#isTelling) this.look();
    });
    this.#timer = setInterval(() => this.look(), pollEveryMs).unref();
  }

  /** These have ended on this node; call it after the commit. */
  ended(ids: readonly string[]): void {
    if (ids.length === 0) return;
    for (const id of ids) this.#wake(id);
    // Who waits here knows; the hint is for the others.
    this.#isTelling = true;
    this.#parts.wakes.signal(this.#topic);
    this.#isTelling = false;
  }

  /** Resolves when it has ended, when the time is over or when `signal` says that nobody waits any more. */
  async wait(id: string, waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#count >= waitersMax) {
      throw new AppError("overloaded", `Too many callers wait for ${this.#parts.of}`, {
        retryAfterSeconds: 1,
      });
    }
    await new Promise<void>((resolve) => {
      const waiters = this.#waiters.get(id) ?? new Set();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        if (waiters.delete(done)) this.#count -= 1;
        if (waiters.size === 0 && this.#waiters.get(id) === waiters) this.#waiters.delete(id);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      this.#waiters.set(id, waiters.add(done));
      this.#count += 1;
      signal?.addEventListener("abort", done, { once: true });
      if (signal?.aborted === true) done();
    });
  }

  /** Looks which of those awaited have ended elsewhere. */
  look(): void {
    if (this.#waiters.size === 0 || this.#looking) return;
    this.#looking = true;
    const ids = [...this.#waiters.keys()];
    this.#parts
      .listEnded(ids)
      .then(
        (ended) => ended.forEach((id) => this.#wake(id)),
        // The next poll looks again, and the callers' own time ends their wait.
        () => undefined,
      )
      .finally(() => (this.#looking = false));
  }

  /** Answers everybody. */
  close(): void {
    this.#unsubscribe();
    clearInterval(this.#timer);
    for (const id of Array.from(this.#waiters.keys())) this.#wake(id);
  }

  #wake(id: string): void {
    for (const done of Array.from(this.#waiters.get(id) ?? [])) done();
  }
}
