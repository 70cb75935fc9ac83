import type { Database } from "../../kit/database.ts";
import type { Wakes } from "../../kit/wakes.ts";
import { AppError } from "../../kit/errors.ts";
import * as lists from "./lists-store.ts";

const waitersMax = 20_000;
/** The promise beside the hints. */
const pollEveryMs = 1_000;
const topic = "jobs-ended";

/** Wakes callers that wait for the end of a job. Ends on this node are known at once, others by a look at all. */
export class Waits {
  readonly #database: Database;
  readonly #wakes: Wakes;
  readonly #waiters = new Map<string, Set<() => void>>();
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;
  #count = 0;
  #looking = false;

  constructor(database: Database, wakes: Wakes) {
    this.#database = database;
    this.#wakes = wakes;
    this.#unsubscribe = wakes.on(topic, () => this.look());
    this.#timer = setInterval(() => this.look(), pollEveryMs).unref();
  }

  /** Jobs have ended on this node; call it after the commit. */
  ended(ids: readonly string[]): void {
    if (ids.length === 0) return;
    for (const id of ids) this.#wake(id);
    this.#wakes.signal(topic);
  }

  /** Resolves when the job has ended, when the time is over or when `signal` says that nobody waits any more. */
  async wait(jobId: string, waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#count >= waitersMax) {
      throw new AppError("overloaded", "Too many callers wait for jobs", { retryAfterSeconds: 1 });
    }
    await new Promise<void>((resolve) => {
      const waiters = this.#waiters.get(jobId) ?? new Set();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        if (waiters.delete(done)) this.#count -= 1;
        if (waiters.size === 0 && this.#waiters.get(jobId) === waiters) this.#waiters.delete(jobId);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      this.#waiters.set(jobId, waiters.add(done));
      this.#count += 1;
      signal?.addEventListener("abort", done, { once: true });
      if (signal?.aborted === true) done();
    });
  }

  /** Looks which of the awaited jobs have ended elsewhere. */
  look(): void {
    if (this.#waiters.size === 0 || this.#looking) return;
    this.#looking = true;
    const ids = [...this.#waiters.keys()];
    lists
      .listEndedOf(this.#database, ids)
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
