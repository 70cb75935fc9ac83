import { type Call, rootId, usersId } from "../../kit/call.ts";
import type { Database, Queryable } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import type { Changes } from "./changes.ts";
import { absent, keyOf, pageMax, pageOf, parseCursor, requireAdmin } from "./model.ts";
import { type Passwords, requireGoodPassword } from "./passwords.ts";
import { addMember, kindOf } from "./role-store.ts";
import type { Page } from "./roles.ts";
import * as store from "./user-store.ts";

export interface NewUser {
  name: string;
  email?: string | null;
  language?: string | null;
  disabled?: boolean;
  /** Without one, the user signs in once an admin has made a reset link for him. */
  password?: string;
  /** Roles that he is in from the start. */
  roleIds?: string[];
}

export type ChangedUser = Partial<store.UserFields>;
/** What everybody sees of a user, and what admins and he himself see beside it. */
export type UserEntry = Pick<store.User, "id" | "name"> & Partial<store.User>;

/** Users: made, changed and deleted by admins, listed by everybody. */
export class Users {
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #passwords: Passwords;

  constructor(database: Database, changes: Changes, passwords: Passwords) {
    this.#database = database;
    this.#changes = changes;
    this.#passwords = passwords;
  }

  /** The tenant's users by name: ids and names, which ACLs are edited with; for admins all there is. */
  async listUsers(
    call: Call,
    { name = "", cursor, limit = 100 }: Page & { name?: string } = {},
  ): Promise<{ items: UserEntry[]; nextCursor?: string }> {
    const size = Math.min(limit, pageMax);
    const asked = { prefix: keyOf(name), afterKey: parseCursor(cursor), limit: size + 1 };
    const rows = await store.list(this.#database.read(call), call.tenantId, asked);
    const { items, nextCursor } = pageOf(rows, size, (row) => row.key);
    const entryOf = ({ key: _key, ...user }: store.User & { key: string }): UserEntry =>
      call.isAdmin || user.id === call.userId ? user : { id: user.id, name: user.name };
    return { items: items.map(entryOf), nextCursor };
  }

  /** A user: oneself, or, for admins, any. */
  async getUser(call: Call, userId: string): Promise<store.User> {
    return this.#require(this.#database.read(call), call, userId);
  }

  async createUser(call: Call, wanted: NewUser): Promise<store.User> {
    requireAdmin(call);
    const { name, email = null, language = null, disabled = false, password, roleIds = [] } = wanted;
    if (password !== undefined) requireGoodPassword(password, [name, email]);
    const passwordHash = password === undefined ? null : await this.#passwords.hash(password);
    const id = newId();
    return this.#changes.ofRights(call, async (tx) => {
      const user = { id, name, email, language, disabled, passwordHash, createdById: call.userId };
      await store.insert(tx, call.tenantId, user);
      for (const roleId of new Set([usersId, ...roleIds])) {
        if ((await kindOf(tx, call.tenantId, roleId)) !== "role") throw absent("such role");
        await addMember(tx, call.tenantId, roleId, { id, kind: "user" });
      }
      const details = { name, ...(roleIds.length === 0 ? {} : { roleIds }) };
      await this.#changes.record(tx, call, { type: "user.created", subjectId: id, details });
      return this.#require(tx, call, id);
    });
  }

  /** Changes a user: admins anything, everybody his own language. */
  async updateUser(call: Call, userId: string, changed: ChangedUser): Promise<store.User> {
    return this.#changes.ofRights(call, async (tx) => {
      const user = await this.#require(tx, call, userId);
      const fields = Object.keys(changed);
      if (fields.some((field) => field !== "language")) requireAdmin(call);
      if (userId === rootId) throw rootStays();
      if (changed.disabled === true && userId === call.userId) {
        throw new AppError("conflict", "You cannot disable yourself: ask another admin");
      }
      await store.update(tx, call.tenantId, userId, { ...user, ...changed });
      const details = { name: changed.name ?? user.name, fields };
      const type = typeOf(user.disabled, changed.disabled);
      await this.#changes.record(tx, call, { type, subjectId: userId, details });
      return this.#require(tx, call, userId);
    });
  }

  /** Deletes a user with all his tokens and sessions; what he made stays. */
  async deleteUser(call: Call, userId: string): Promise<void> {
    requireAdmin(call);
    if (userId === rootId) throw rootStays();
    if (userId === call.userId) {
      throw new AppError("conflict", "You cannot delete yourself: ask another admin");
    }
    await this.#changes.ofRights(call, async (tx) => {
      const { name } = await this.#require(tx, call, userId);
      await store.remove(tx, call.tenantId, userId);
      await this.#changes.record(tx, call, { type: "user.deleted", subjectId: userId, details: { name } });
    });
  }

  async #require(reader: Queryable, call: Call, userId: string): Promise<store.User> {
    if (userId !== call.userId && !call.isAdmin) throw absent("such user");
    const user = await store.find(reader, call.tenantId, userId);
    if (user === undefined) throw absent("such user");
    return user;
  }
}

/** The answer to who would change the platform's own user. */
export function rootStays(): AppError {
  return new AppError("conflict", "The user root is the platform itself and stays as it is");
}

function typeOf(disabled: boolean, wanted: boolean | undefined): string {
  if (wanted === undefined || wanted === disabled) return "user.updated";
  return wanted ? "user.disabled" : "user.enabled";
}
