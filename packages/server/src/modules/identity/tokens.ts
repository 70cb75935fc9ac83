import type { Call } from "../../kit/call.ts";
import type { Database } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import type { Changes } from "./changes.ts";
import { digestOf, makeTokenText } from "./credentials.ts";
import {
  absent,
  pageOf,
  parseCursor,
  requireAdmin,
  type Scope,
  tokenDaysDefault,
  tokensPerUserMax,
  pageMax,
} from "./model.ts";
import * as store from "./token-store.ts";

const afterEveryId = "~";

export interface NewToken {
  name: string;
  /** Not given: everything that the user, and the token this is made with, may do. */
  scopes?: Scope[];
  expiresInDays?: number;
  /** Admins make tokens for others. */
  userId?: string;
}

/** A token that was just made: the only moment at which its text is known. */
export type MadeToken = store.Token & { token: string };

/** API tokens: made, listed and revoked by their user, or by admins. */
export class Tokens {
  readonly #database: Database;
  readonly #changes: Changes;

  constructor(database: Database, changes: Changes) {
    this.#database = database;
    this.#changes = changes;
  }

  /** Makes a token. With a scoped token nobody makes one that may do more. */
  async createToken(call: Call, wanted: NewToken): Promise<MadeToken> {
    const { name, userId = call.userId, expiresInDays: days = tokenDaysDefault } = wanted;
    if (userId !== call.userId) requireAdmin(call);
    const scopes = scopesOf(call, wanted.scopes);
    const id = newId();
    const text = makeTokenText(id);
    const made = await this.#changes.write(async (tx) => {
      const held = await store.countHeld(tx, call.tenantId, userId);
      if (held === undefined) throw absent("such user");
      if (held >= tokensPerUserMax) {
        throw new AppError("conflict", `A user has at most ${tokensPerUserMax} tokens: revoke some first`);
      }
      const row = { id, userId, name, scopes, createdById: call.userId, hash: digestOf(text), days };
      const token = await store.insert(tx, call.tenantId, row);
      const details = { userId, name, scopes, expiresAt: token.expiresAt };
      await this.#changes.record(tx, call, { type: "token.created", subjectId: id, details });
      return token;
    });
    return { ...made, token: text };
  }

  /** Living tokens, the newest first: the caller's own, or, for admins, another user's. */
  async listTokens(
    call: Call,
    { userId = call.userId, cursor, limit = 100 }: { userId?: string; cursor?: string; limit?: number } = {},
  ): Promise<{ items: store.Token[]; nextCursor?: string }> {
    if (userId !== call.userId) requireAdmin(call);
    const size = Math.min(limit, pageMax);
    const before = parseCursor(cursor) || afterEveryId;
    const rows = await store.list(this.#database.read(call), call.tenantId, userId, before, size + 1);
    return pageOf(rows, size, (token) => token.id);
  }

  async getToken(call: Call, tokenId: string): Promise<store.Token> {
    const token = await store.find(this.#database.read(call), call.tenantId, tokenId);
    if (token === undefined || (token.userId !== call.userId && !call.isAdmin)) throw absent("such token");
    return token;
  }

  /** Ends a token; holds at the next request. */
  async revokeToken(call: Call, tokenId: string): Promise<void> {
    const { name, userId } = await this.getToken(call, tokenId);
    await this.#changes.ofRights(call, async (tx) => {
      if (!(await store.revoke(tx, call.tenantId, tokenId))) throw absent("such token");
      const details = { userId, name };
      await this.#changes.record(tx, call, { type: "token.revoked", subjectId: tokenId, details });
    });
  }
}

function scopesOf(call: Call, wanted: Scope[] | undefined): string[] | null {
  const own = call.scopes?.filter((scope) => !scope.startsWith("session:"));
  if (wanted === undefined) return own ?? null;
  const beyond = wanted.find((scope) => own !== undefined && !own.includes(scope));
  if (beyond === undefined) return [...new Set(wanted)];
  throw new AppError("forbidden", `scopes: the token that asks does not have the scope ${beyond} itself`, {
    field: "scopes",
  });
}
