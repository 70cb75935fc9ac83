import type { Call } from "../../kit/call.ts";
import type { Database } from "../../kit/database.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import type { Changes } from "./changes.ts";
import { digestOf } from "./credentials.ts";
import * as store from "./token-request-store.ts";
import type { MadeToken, Tokens } from "./tokens.ts";

/** Requests open at once in the whole system. */
const openMax = 10_000;
/** Who guesses a key gets its token, so a short one is none. */
const keyCharactersMin = 8;
const keyCharactersMax = 200;
const tokenDays = 365;

/**
 * Tokens for programs without a browser: the program makes up a key, somebody who is signed in approves it, and the
 * program takes a token of his, once.
 */
export class TokenRequests {
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #tokens: Tokens;

  constructor(parts: { database: Database; changes: Changes; tokens: Tokens }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#tokens = parts.tokens;
  }

  /** Opens a request for a quarter of an hour. */
  async add(key: string): Promise<void> {
    checkKey(key);
    if (await this.#changes.write((tx) => store.insert(tx, digestOf(key), openMax))) return;
    throw new AppError("overloaded", "Too many token requests are open: try again in some minutes", {
      retryAfterSeconds: 60,
    });
  }

  /** Lets the program that made up the key act as the caller. Who came with a scoped token cannot grant more. */
  async approve(call: Call, key: string): Promise<void> {
    checkKey(key);
    if (call.scopes !== undefined) {
      throw new AppError("forbidden", "Only who is signed in, or has a token without limits, may approve");
    }
    const isApproved = await this.#changes.write(async (tx) => {
      if (!(await store.approve(tx, digestOf(key), call))) return false;
      await this.#changes.record(tx, call, { type: "token.approved", subjectId: call.userId });
      return true;
    });
    if (!isApproved) throw requestIsOver();
  }

  /** The token of an approved request, once; undefined while nobody has approved it. */
  async take(call: Call, key: string, name: string): Promise<MadeToken | undefined> {
    checkKey(key);
    const user = await this.#changes.write((tx) => store.take(tx, digestOf(key)));
    if (user !== undefined) {
      return this.#tokens.createToken({ ...call, ...user }, { name, expiresInDays: tokenDays });
    }
    if (await store.exists(this.#database, digestOf(key))) return undefined;
    throw requestIsOver();
  }
}

function checkKey(key: string): void {
  if (key.length >= keyCharactersMin && key.length <= keyCharactersMax) return;
  throw invalid("key", `must have between ${keyCharactersMin} and ${keyCharactersMax} characters`);
}

function requestIsOver(): AppError {
  return new AppError("not_found", "The token request was used, has expired or never was: begin again");
}
