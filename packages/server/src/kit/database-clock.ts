import type { Database, Queryable } from "./database.ts";
import { sql } from "./sql.ts";

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

/** The database's clock in milliseconds since 1970. */
async function readClock(database: Queryable): Promise<number> {
  const rows = await database.query<{ nowMs: number }>(sql`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs"`);
  return rows[0]!.nowMs;
}
