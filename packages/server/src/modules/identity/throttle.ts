import type { Database, Tx } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import { digestOf } from "./credentials.ts";
import { keyOf } from "./model.ts";
import * as store from "./throttle-store.ts";

const accountFailuresFree = 5;
/** Many people may stand behind one address. */
const addressFailuresFree = 20;

/** Which account is tried, from where; `account` is what was typed, whether there is such a user or not. */
export interface Attempt {
  tenantId: string;
  account: string;
  address: string;
}

/** Holds back who guesses passwords, per account and per address, on all nodes alike. */
export class Throttle {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Counts the attempt, or refuses it with the time after which the next one is let in. */
  async count(attempt: Attempt): Promise<void> {
    const keys = [
      { key: accountKey(attempt), free: accountFailuresFree },
      { key: addressKey(attempt), free: addressFailuresFree },
    ];
    await this.#database.transaction(async (tx) => {
      const passed = await store.countAttempt(tx, attempt.tenantId, keys);
      if (passed.length === keys.length) return;
      const names = keys.map(({ key }) => key);
      const seconds = Math.max(1, await store.blockedSeconds(tx, attempt.tenantId, names));
      // What is thrown rolls the counting back: a refused attempt does not lengthen the wait.
      throw new AppError("rate_limited", `Too many failed attempts: try again in ${seconds} s`, {
        retryAfterSeconds: seconds,
      });
    });
  }

  /** The password was right: the account's failures are forgotten, the address gets this attempt back. */
  async succeed(tx: Tx, attempt: Attempt): Promise<void> {
    await store.clear(tx, attempt.tenantId, [accountKey(attempt)]);
    await store.takeBack(tx, attempt.tenantId, [addressKey(attempt)]);
  }

  /** The attempt was not tried after all. */
  async takeBack(attempt: Attempt): Promise<void> {
    await store.takeBack(this.#database, attempt.tenantId, [accountKey(attempt), addressKey(attempt)]);
  }
}

function accountKey({ account }: Attempt): string {
  return `account:${digestOf(keyOf(account))}`;
}

function addressKey({ address }: Attempt): string {
  return `address:${address}`;
}
