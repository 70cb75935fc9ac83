import { type Call, rootId } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { hasCode, invalid } from "../../kit/errors.ts";
import type { Changes } from "./changes.ts";
import { digestOf, makeSecretText } from "./credentials.ts";
import { absent, requireAdmin } from "./model.ts";
import { type Passwords, requireGoodPassword } from "./passwords.ts";
import * as links from "./sign-in-store.ts";
import { linkIsOver } from "./sign-ins.ts";
import type { Throttle } from "./throttle.ts";
import { revokeAllOf } from "./token-store.ts";
import * as users from "./user-store.ts";
import { rootStays } from "./users.ts";

export interface NewPassword {
  password: string;
  /** Needed for one's own. */
  oldPassword?: string;
  /** Whether the user's tokens end as well; his sessions always do. */
  revokeTokens?: boolean;
}

/** A one-time link: the only moment at which its token is known. */
export interface MadeLink {
  token: string;
  expiresAt: string;
}

/** Passwords: changed by their user, set by admins, or anew by a one-time link. Each ends the user's sessions. */
export class PasswordChanges {
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #passwords: Passwords;
  readonly #throttle: Throttle;

  constructor(parts: { database: Database; changes: Changes; passwords: Passwords; throttle: Throttle }) {
    this.#database = parts.database;
    this.#changes = parts.changes;
    this.#passwords = parts.passwords;
    this.#throttle = parts.throttle;
  }

  /** Sets a password: one's own with the old one, or, for admins, anybody else's. */
  async setPassword(call: Call, userId: string, wanted: NewPassword): Promise<void> {
    if (userId !== call.userId && !call.isAdmin) throw absent("such user");
    const user = await users.find(this.#database.read(call), call.tenantId, userId);
    if (user === undefined) throw absent("such user");
    if (userId === rootId) throw rootStays();
    requireGoodPassword(wanted.password, [user.name, user.email]);
    if (userId === call.userId) await this.#requireOld(call, wanted.oldPassword);
    const hash = await this.#passwords.hash(wanted.password);
    await this.#changes.ofRights(call, async (tx) => {
      await this.#replace(tx, call, userId, { hash, revokeTokens: wanted.revokeTokens === true });
    });
  }

  /** Makes a link by which a user who forgot his password sets another; how it reaches him is up to the admin. */
  async resetPassword(call: Call, userId: string): Promise<MadeLink> {
    requireAdmin(call);
    if (userId === rootId) throw rootStays();
    const token = makeSecretText();
    const expiresAt = await this.#changes.write(async (tx) => {
      const link = { userId, kind: "password_reset", tokenHash: digestOf(token) } as const;
      const until = await links.putLink(tx, call.tenantId, link);
      const details = { expiresAt: until };
      await this.#changes.record(tx, call, { type: "user.password_reset_made", subjectId: userId, details });
      return until;
    });
    return { token, expiresAt };
  }

  /** Sets a password by a reset link, which is used up by it. */
  async useReset(call: Call, { token, password }: { token: string; password: string }): Promise<void> {
    const tokenHash = digestOf(token);
    const holder = await links.findLink(this.#database, "password_reset", tokenHash);
    if (holder === undefined) throw linkIsOver();
    const { tenantId, userId, userName, email } = holder;
    requireGoodPassword(password, [userName, email]);
    const hash = await this.#passwords.hash(password);
    const user = { ...call, tenantId, userId, userName };
    await this.#changes.ofRights(user, async (tx) => {
      if (!(await links.useLink(tx, "password_reset", tokenHash))) throw linkIsOver();
      await this.#replace(tx, user, userId, { hash, revokeTokens: false });
    });
  }

  async #replace(
    tx: Tx,
    call: Call,
    userId: string,
    { hash, revokeTokens }: { hash: string; revokeTokens: boolean },
  ): Promise<void> {
    await users.setPasswordHash(tx, call.tenantId, userId, hash);
    const sessionsEnded = await links.endSessionsOf(tx, call.tenantId, userId);
    await links.removeLinksOf(tx, call.tenantId, userId);
    const tokensRevoked = revokeTokens ? await revokeAllOf(tx, call.tenantId, userId) : 0;
    const details = { sessionsEnded, tokensRevoked };
    await this.#changes.record(tx, call, { type: "user.password_changed", subjectId: userId, details });
  }

  /** Whoever found an open session must not be able to guess on and on. */
  async #requireOld(call: Call, oldPassword: string | undefined): Promise<void> {
    if (oldPassword === undefined) throw invalid("oldPassword", "is needed to change your own password");
    const attempt = { tenantId: call.tenantId, account: call.userId, address: call.address ?? "" };
    await this.#throttle.count(attempt);
    const stored = await users.passwordHashOf(this.#database, call.tenantId, call.userId);
    try {
      if (!(await this.#passwords.verify(stored, oldPassword)))
        throw invalid("oldPassword", "is not your password");
    } catch (error) {
      if (hasCode(error, "rate_limited")) await this.#throttle.takeBack(attempt);
      throw error;
    }
    await this.#database.transaction((tx) => this.#throttle.succeed(tx, attempt));
  }
}
