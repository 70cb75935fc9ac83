import type { Database } from "../../kit/database.ts";
import { readClock } from "./presence-store.ts";

const readAnewAfterMs = 60_000;

/** The database's clock, read now and then and carried on in between, for brokers that keep no time of ours. */
export class DatabaseClock {
  readonly #database: Database;
  #read: { nowMs: number; at: number } | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Milliseconds since 1970. */
  async now(): Promise<number> {
    if (this.#read === undefined || performance.now() - this.#read.at > readAnewAfterMs) {
      const at = performance.now();
      this.#read = { nowMs: await readClock(this.#database), at };
    }
    return this.last();
  }

  /** The same without asking: 0 before the first reading, when nothing is late. */
  last(): number {
    return this.#read === undefined ? 0 : this.#read.nowMs + performance.now() - this.#read.at;
  }
}
