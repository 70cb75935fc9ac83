import { adminsId, type Call, defaultTenant } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import type { Logger } from "../../kit/log.ts";
import type { Wakes } from "../../kit/wakes.ts";
import type { Events } from "../events/service.ts";
import { Acting } from "./acting.ts";
import { Authentication, type RequestFacts, type SignedToken } from "./authentication.ts";
import { listTenantIds, principalsOf } from "./authentication-store.ts";
import { Changes } from "./changes.ts";
import { csrfTokenOf } from "./credentials.ts";
import { Guest } from "./guest.ts";
import { absent, type Credential, type GivenRole } from "./model.ts";
import { type FirstAdmin, FirstStart } from "./first-start.ts";
import { type MadeLink, type NewPassword, PasswordChanges } from "./password-changes.ts";
import { Passwords } from "./passwords.ts";
import type { Member, Role } from "./role-store.ts";
import { type Page, Roles } from "./roles.ts";
import type { Session } from "./sign-in-store.ts";
import { type Client, type OpenedSession, SignIns } from "./sign-ins.ts";
import { TokenRequests } from "./token-requests.ts";
import { SignedTokens } from "./signed-tokens.ts";
import { Throttle } from "./throttle.ts";
import type { Token } from "./token-store.ts";
import { type MadeToken, type NewToken, Tokens } from "./tokens.ts";
import { listRolesOf, type User } from "./user-store.ts";
import { type ChangedUser, type NewUser, type UserEntry, Users } from "./users.ts";

export { requireCsrf, requireSameOrigin, type RequestOrigin } from "./csrf.ts";

export interface IdentityOptions {
  database: Database;
  events: Events;
  wakes: Wakes;
  log: Logger;
  /** Signs short-lived tokens; the same on all nodes, 32 bytes. */
  signingKey: Uint8Array;
}

/** Who a caller is, as he himself may see it. */
export interface WhoAmI {
  user: User;
  roles: { id: string; name: string }[];
  /** What his token is limited to; not there when it is limited to nothing. */
  scopes?: string[];
  /** What unsafe requests with the session's cookie must carry as `x-csrf-token`. */
  csrfToken?: string;
}

/** Who asks: users, roles in roles, tokens, sessions; and the epoch under which what is cached of them is fresh. */
export class Identity {
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #authentication: Authentication;
  readonly #signIns: SignIns;
  readonly #passwordChanges: PasswordChanges;
  readonly #users: Users;
  readonly #roles: Roles;
  readonly #tokens: Tokens;
  readonly #firstStart: FirstStart;
  readonly #acting: Acting;
  readonly #guest: Guest;
  readonly #tokenRequests: TokenRequests;

  constructor({ database, events, wakes, log, signingKey }: IdentityOptions) {
    const changes = new Changes(database, events, wakes);
    const passwords = new Passwords();
    const throttle = new Throttle(database);
    this.#database = database;
    this.#changes = changes;
    this.#authentication = new Authentication(database, log, new SignedTokens(signingKey));
    this.#signIns = new SignIns({ database, changes, passwords, throttle });
    this.#passwordChanges = new PasswordChanges({ database, changes, passwords, throttle });
    this.#users = new Users(database, changes, passwords);
    this.#roles = new Roles(database, changes);
    this.#tokens = new Tokens(database, changes);
    this.#firstStart = new FirstStart(database, changes, passwords);
    this.#acting = new Acting(database, this.#authentication);
    this.#guest = new Guest(database, this.#authentication);
    this.#tokenRequests = new TokenRequests({ database, changes, tokens: this.#tokens });
  }

  // Who asks.

  /** The caller behind a credential as of this moment; `unauthenticated` if it is unknown, over or taken away. */
  async authenticate(credential: Credential, request: RequestFacts): Promise<Call> {
    return this.#authentication.authenticate(credential, request);
  }

  /** The same caller as of now; undefined when his credential is gone. `isUse`: he asks for something by it. */
  async refresh(call: Call, options?: { isUse?: boolean }): Promise<Call | undefined> {
    return this.#authentication.refresh(call, options);
  }

  /**
   * Signs a token of five minutes (or `seconds`) that does what the caller may, or only what `scopes` name of it, and
   * ends with the credential he came with.
   */
  async signToken(
    call: Call,
    wanted?: { scopes?: readonly string[]; seconds?: number },
  ): Promise<SignedToken> {
    return this.#authentication.sign(call, wanted);
  }

  /**
   * The caller with the eyes of another user or role, to read as that one may. Admins see as anybody, others only as
   * the roles they are in.
   */
  async seenAs(call: Call, principalId: string): Promise<Call> {
    if (principalId === call.userId) return call;
    if (!call.isAdmin && !call.principalIds.includes(principalId)) {
      throw new AppError("forbidden", "You may look only as yourself and as the roles that you are in");
    }
    const found = await principalsOf(this.#database.read(call), call.tenantId, principalId);
    if (found === undefined) throw absent("such user or role");
    const { principalIds } = found;
    return { ...call, principalIds, isAdmin: principalIds.includes(adminsId) };
  }

  /** A user as the caller while he is not there himself, as of now; undefined if he is gone or disabled. */
  async actAs(who: { tenantId: string; userId: string }, requestId: string): Promise<Call | undefined> {
    return this.#acting.as(who, requestId);
  }

  /** The guest as the caller, as of now: reads what the role everyone may. */
  async callOfGuest(request: RequestFacts, tenantId = defaultTenant): Promise<Call> {
    return this.#guest.call(tenantId, request);
  }

  /** The tenant's epoch as of now; calls that come together share the read. */
  async freshEpoch(tenantId: string): Promise<number> {
    return this.#authentication.freshEpoch(tenantId);
  }

  /** Makes stale, from the commit on, what every process has cached of the tenant's definitions and rights. */
  async raiseEpoch(tx: Tx, tenantId: string): Promise<void> {
    await this.#changes.raiseEpoch(tx, tenantId);
  }

  /** Every tenant there is. */
  async tenantIds(): Promise<string[]> {
    return listTenantIds(this.#database);
  }

  /** Who the caller is. `sessionText` is the cookie he came with, if he did. */
  async whoAmI(call: Call, sessionText?: string): Promise<WhoAmI> {
    const user = await this.#users.getUser(call, call.userId);
    const rows = await listRolesOf(this.#database.read(call), call.tenantId, call.userId);
    const scopes = call.scopes?.filter((scope) => !scope.startsWith("session:"));
    return {
      user,
      roles: rows.map(({ id, name }) => ({ id, name })),
      ...(scopes === undefined ? {} : { scopes }),
      ...(sessionText === undefined ? {} : { csrfToken: csrfTokenOf(sessionText) }),
    };
  }

  /** Waits until the uses of credentials are written down. */
  async close(): Promise<void> {
    await this.#authentication.close();
  }

  // The first start.

  /** Makes the user root and the roles admins and users where they are missing; may be called at every start. */
  async ensureFoundations(tenantId = defaultTenant): Promise<void> {
    await this.#firstStart.ensureFoundations(tenantId);
  }

  /** Makes the user guest, the role everyone and these roles where they are missing; may be called at every start. */
  async ensureGuestAndRoles(roles: readonly GivenRole[], tenantId = defaultTenant): Promise<void> {
    await this.#firstStart.ensureGuestAndRoles(tenantId, roles);
  }

  /** Makes the user `admin`, once in the life of a tenant; undefined when that was done. */
  async ensureFirstAdmin(tenantId = defaultTenant): Promise<FirstAdmin | undefined> {
    return this.#firstStart.ensureFirstAdmin(tenantId);
  }

  // Sessions.

  /** Opens a session for a name or e-mail address and a password; throttled. */
  async signIn(
    call: Call,
    given: { name: string; password: string; tenantId?: string },
    client?: Client,
  ): Promise<OpenedSession> {
    return this.#signIns.signIn(call, { tenantId: defaultTenant, ...given }, client);
  }

  /** Opens a session by a one-time link. */
  async signInByLink(call: Call, token: string, client?: Client): Promise<OpenedSession> {
    return this.#signIns.signInByLink(call, token, client);
  }

  /** Ends the session that the caller came with. */
  async signOut(call: Call): Promise<void> {
    await this.#signIns.signOut(call);
  }

  async listSessions(call: Call): Promise<(Session & { current: boolean })[]> {
    return this.#signIns.listSessions(call);
  }

  async endSession(call: Call, sessionId: string): Promise<void> {
    await this.#signIns.endSession(call, sessionId);
  }

  // Users and their passwords.

  async listUsers(
    call: Call,
    page?: Page & { name?: string },
  ): Promise<{ items: UserEntry[]; nextCursor?: string }> {
    return this.#users.listUsers(call, page);
  }

  async getUser(call: Call, userId: string): Promise<User> {
    return this.#users.getUser(call, userId);
  }

  async createUser(call: Call, wanted: NewUser): Promise<User> {
    return this.#users.createUser(call, wanted);
  }

  async updateUser(call: Call, userId: string, changed: ChangedUser): Promise<User> {
    return this.#users.updateUser(call, userId, changed);
  }

  async deleteUser(call: Call, userId: string): Promise<void> {
    await this.#users.deleteUser(call, userId);
  }

  /** Sets a password and ends the user's sessions: one's own with the old one, or, for admins, anybody else's. */
  async setPassword(call: Call, userId: string, wanted: NewPassword): Promise<void> {
    await this.#passwordChanges.setPassword(call, userId, wanted);
  }

  /** Makes a one-time link by which a user who forgot his password sets another. */
  async resetPassword(call: Call, userId: string): Promise<MadeLink> {
    return this.#passwordChanges.resetPassword(call, userId);
  }

  /** Sets a password by a reset link. */
  async usePasswordReset(call: Call, given: { token: string; password: string }): Promise<void> {
    await this.#passwordChanges.useReset(call, given);
  }

  // Roles.

  async listRoles(
    call: Call,
    page?: Page & { name?: string },
  ): Promise<{ items: Role[]; nextCursor?: string }> {
    return this.#roles.listRoles(call, page);
  }

  async getRole(call: Call, roleId: string): Promise<Role> {
    return this.#roles.getRole(call, roleId);
  }

  async createRole(call: Call, wanted: { name: string; description?: string }): Promise<Role> {
    return this.#roles.createRole(call, wanted);
  }

  async updateRole(
    call: Call,
    roleId: string,
    changed: { name?: string; description?: string },
  ): Promise<Role> {
    return this.#roles.updateRole(call, roleId, changed);
  }

  async deleteRole(call: Call, roleId: string): Promise<void> {
    await this.#roles.deleteRole(call, roleId);
  }

  async listRoleMembers(
    call: Call,
    roleId: string,
    page?: Page,
  ): Promise<{ items: Member[]; nextCursor?: string }> {
    return this.#roles.listMembers(call, roleId, page);
  }

  /** Puts a user or a role into a role; circles are refused. */
  async addRoleMember(call: Call, roleId: string, principalId: string): Promise<void> {
    await this.#roles.addMember(call, roleId, principalId);
  }

  async removeRoleMember(call: Call, roleId: string, principalId: string): Promise<void> {
    await this.#roles.removeMember(call, roleId, principalId);
  }

  // Tokens.

  /** Makes a token; its text is in this answer and nowhere else. */
  async createToken(call: Call, wanted: NewToken): Promise<MadeToken> {
    return this.#tokens.createToken(call, wanted);
  }

  /** Notes that a program asks for a token under a key that it made up. */
  async addTokenRequest(key: string): Promise<void> {
    await this.#tokenRequests.add(key);
  }

  /** Lets the program that made up the key act as the caller. */
  async approveTokenRequest(call: Call, key: string): Promise<void> {
    await this.#tokenRequests.approve(call, key);
  }

  /** The token of an approved request under this name, once; undefined while nobody has approved it. */
  async takeRequestedToken(call: Call, key: string, name: string): Promise<MadeToken | undefined> {
    return this.#tokenRequests.take(call, key, name);
  }

  async listTokens(
    call: Call,
    page?: Page & { userId?: string },
  ): Promise<{ items: Token[]; nextCursor?: string }> {
    return this.#tokens.listTokens(call, page);
  }

  async getToken(call: Call, tokenId: string): Promise<Token> {
    return this.#tokens.getToken(call, tokenId);
  }

  async revokeToken(call: Call, tokenId: string): Promise<void> {
    await this.#tokens.revokeToken(call, tokenId);
  }
}
