import type { Call } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { AppError, hasCode } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import type { Changes } from "./changes.ts";
import { csrfTokenOf, digestOf, makeSecretText } from "./credentials.ts";
import { absent, keyOf } from "./model.ts";
import type { Passwords } from "./passwords.ts";
import * as store from "./sign-in-store.ts";
import type { Attempt, Throttle } from "./throttle.ts";

const userAgentCharactersMax = 200;

/** A session that was just opened: the only moment at which its secret is known. */
export interface OpenedSession {
  tenantId: string;
  userId: string;
  /** The value of the session cookie. */
  sessionText: string;
  csrfToken: string;
}

/** Where a sign-in came from, as the user's list of sessions shows it. */
export interface Client {
  userAgent?: string;
}

/** Sessions: opened by a password or a one-time link, listed and ended by their user. */
export class SignIns {
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

  /** Opens a session. A wrong name and a wrong password look alike, and take alike long. */
  async signIn(
    call: Call,
    given: { tenantId: string; name: string; password: string },
    client: Client = {},
  ): Promise<OpenedSession> {
    const attempt = { tenantId: given.tenantId, account: given.name, address: call.address ?? "" };
    await this.#throttle.count(attempt);
    const account = await store.findAccount(this.#database, given.tenantId, keyOf(given.name));
    const right = await this.#isRight(attempt, account?.passwordHash, given.password);
    if (account === undefined || account.disabled || !right) {
      throw await this.#refusal(call, attempt, account);
    }
    const user = { ...call, tenantId: given.tenantId, userId: account.userId, userName: account.userName };
    return this.#changes.write(async (tx) => {
      await this.#throttle.succeed(tx, attempt);
      return this.#open(tx, user, client, { by: "password", passwordHash: account.passwordHash });
    });
  }

  /** Opens a session by a one-time link. */
  async signInByLink(call: Call, token: string, client: Client = {}): Promise<OpenedSession> {
    const hash = digestOf(token);
    const holder = await store.findLink(this.#database, "sign_in", hash);
    if (holder === undefined) throw linkIsOver();
    const { tenantId, userId, userName } = holder;
    return this.#changes.write(async (tx) => {
      if (!(await store.useLink(tx, "sign_in", hash))) throw linkIsOver();
      const user = { ...call, tenantId, userId, userName };
      return this.#open(tx, user, client, { by: "link", passwordHash: null });
    });
  }

  /** Ends the session that the caller came with. */
  async signOut(call: Call): Promise<void> {
    if (call.credentialId === undefined) throw absent("session behind this call");
    await this.#end(call, call.credentialId, "user.signed_out");
  }

  /** The caller's own sessions, the newest first. */
  async listSessions(call: Call): Promise<(store.Session & { current: boolean })[]> {
    const sessions = await store.listSessions(this.#database.read(call), call.tenantId, call.userId);
    return sessions.map((session) => ({ ...session, current: session.id === call.credentialId }));
  }

  /** Ends one of the caller's own sessions. */
  async endSession(call: Call, sessionId: string): Promise<void> {
    await this.#end(call, sessionId, "session.ended");
  }

  async #end(call: Call, sessionId: string, type: string): Promise<void> {
    await this.#changes.ofRights(call, async (tx) => {
      if (!(await store.endSession(tx, call.tenantId, call.userId, sessionId))) throw absent("such session");
      await this.#changes.record(tx, call, { type, subjectId: call.userId, details: { sessionId } });
    });
  }

  async #open(
    tx: Tx,
    user: Call,
    client: Client,
    proof: { by: "password" | "link"; passwordHash: string | null },
  ): Promise<OpenedSession> {
    const sessionText = makeSecretText();
    const session = {
      id: newId(),
      userId: user.userId,
      tokenHash: digestOf(sessionText),
      address: user.address ?? "",
      userAgent: (client.userAgent ?? "").slice(0, userAgentCharactersMax),
    };
    // Whoever changed the password or disabled the user since it was looked up has ended this sign-in too.
    if (!(await store.insertSession(tx, user.tenantId, session, proof.passwordHash))) throw wrongPassword();
    await store.endSurplusSessions(tx, user.tenantId, user.userId);
    const details = { sessionId: session.id, by: proof.by, address: session.address };
    await this.#changes.record(tx, user, { type: "user.signed_in", subjectId: user.userId, details });
    const { tenantId, userId } = user;
    return { tenantId, userId, sessionText, csrfToken: csrfTokenOf(sessionText) };
  }

  async #isRight(attempt: Attempt, hash: string | null | undefined, password: string): Promise<boolean> {
    try {
      return await this.#passwords.verify(hash, password);
    } catch (error) {
      if (hasCode(error, "rate_limited")) await this.#throttle.takeBack(attempt);
      throw error;
    }
  }

  async #refusal(call: Call, attempt: Attempt, account: store.Account | undefined): Promise<AppError> {
    const { tenantId, address } = attempt;
    await this.#changes.write((tx) =>
      this.#changes.record(
        tx,
        { ...call, tenantId },
        {
          type: "user.sign_in_failed",
          // What was typed stays out when it is nobody's name: it may be a password in the wrong field.
          subjectId: account?.userId ?? "",
          details: { address, ...(account === undefined ? {} : { name: account.userName }) },
        },
      ),
    );
    return wrongPassword();
  }
}

/** The answer to a link that was used, has expired or never was. */
export function linkIsOver(): AppError {
  return new AppError("unauthenticated", "The link was used, has expired or never was: ask for another one");
}

function wrongPassword(): AppError {
  return new AppError("unauthenticated", "The name or the password is wrong");
}
