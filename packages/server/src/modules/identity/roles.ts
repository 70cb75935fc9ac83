import { adminsId, type Call, usersId } from "../../kit/call.ts";
import type { Database, Queryable } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import type { Changes } from "./changes.ts";
import { absent, keyOf, pageMax, pageOf, parseCursor, requireAdmin } from "./model.ts";
import * as store from "./role-store.ts";

const rolesPerTenantMax = 10_000;
const wellKnown = new Set([adminsId, usersId]);

export interface Page {
  cursor?: string;
  limit?: number;
}

/** Roles, whose members are users and other roles; who is in a role is in every role that it is in. */
export class Roles {
  readonly #database: Database;
  readonly #changes: Changes;

  constructor(database: Database, changes: Changes) {
    this.#database = database;
    this.#changes = changes;
  }

  /** The tenant's roles by name; everybody who edits an ACL needs them. */
  async listRoles(
    call: Call,
    { name = "", cursor, limit = 100 }: Page & { name?: string } = {},
  ): Promise<{ items: store.Role[]; nextCursor?: string }> {
    const size = Math.min(limit, pageMax);
    const asked = { prefix: keyOf(name), afterKey: parseCursor(cursor), limit: size + 1 };
    const rows = await store.list(this.#database.read(call), call.tenantId, asked);
    const { items, nextCursor } = pageOf(rows, size, (row) => row.key);
    return { items: items.map(({ key: _key, ...role }) => role), nextCursor };
  }

  async getRole(call: Call, roleId: string): Promise<store.Role> {
    return this.#require(this.#database.read(call), call, roleId);
  }

  async createRole(call: Call, wanted: { name: string; description?: string }): Promise<store.Role> {
    requireAdmin(call);
    const { name, description = "" } = wanted;
    return this.#changes.ofRights(call, async (tx) => {
      if ((await store.count(tx, call.tenantId)) >= rolesPerTenantMax) {
        throw new AppError("conflict", `A tenant has at most ${rolesPerTenantMax} roles: delete some first`);
      }
      const id = newId();
      await store.insert(tx, call.tenantId, { id, name, description, createdById: call.userId });
      await this.#changes.record(tx, call, { type: "role.created", subjectId: id, details: { name } });
      return this.#require(tx, call, id);
    });
  }

  async updateRole(
    call: Call,
    roleId: string,
    changed: { name?: string; description?: string },
  ): Promise<store.Role> {
    requireAdmin(call);
    return this.#changes.ofRights(call, async (tx) => {
      const role = { ...(await this.#require(tx, call, roleId)), ...changed };
      if (changed.name !== undefined) refuseWellKnown(roleId, "renamed");
      await store.update(tx, call.tenantId, role);
      const details = { name: role.name };
      await this.#changes.record(tx, call, { type: "role.updated", subjectId: roleId, details });
      return this.#require(tx, call, roleId);
    });
  }

  /** Deletes a role: its members lose what it was granted. */
  async deleteRole(call: Call, roleId: string): Promise<void> {
    requireAdmin(call);
    refuseWellKnown(roleId, "deleted");
    await this.#changes.ofRights(call, async (tx) => {
      const { name } = await this.#require(tx, call, roleId);
      await store.remove(tx, call.tenantId, roleId);
      await this.#changes.record(tx, call, { type: "role.deleted", subjectId: roleId, details: { name } });
    });
  }

  /** The role's direct members. */
  async listMembers(
    call: Call,
    roleId: string,
    { cursor, limit = 100 }: Page = {},
  ): Promise<{ items: store.Member[]; nextCursor?: string }> {
    requireAdmin(call);
    const reader = this.#database.read(call);
    await this.#require(reader, call, roleId);
    const size = Math.min(limit, pageMax);
    const rows = await store.listMembers(reader, call.tenantId, roleId, parseCursor(cursor), size + 1);
    return pageOf(rows, size, (member) => member.id);
  }

  /** Puts a user or a role into a role; a role that would come to lie in itself is refused. */
  async addMember(call: Call, roleId: string, principalId: string): Promise<void> {
    requireAdmin(call);
    await this.#changes.ofRights(call, async (tx) => {
      const role = await this.#require(tx, call, roleId);
      const kind = await store.kindOf(tx, call.tenantId, principalId);
      if (kind === undefined) throw absent("such user or role");
      if (kind === "role" && (await store.liesIn(tx, call.tenantId, roleId, principalId))) {
        throw new AppError("conflict", `The role ${role.name} would come to lie in itself`, {
          field: "principalId",
        });
      }
      if (!(await store.addMember(tx, call.tenantId, roleId, { id: principalId, kind }))) return;
      const details = { principalId, kind, name: role.name };
      await this.#changes.record(tx, call, { type: "role.member_added", subjectId: roleId, details });
    });
  }

  async removeMember(call: Call, roleId: string, principalId: string): Promise<void> {
    requireAdmin(call);
    if (roleId === adminsId && principalId === call.userId) {
      throw new AppError("conflict", "You cannot take yourself out of admins: ask another admin");
    }
    await this.#changes.ofRights(call, async (tx) => {
      const role = await this.#require(tx, call, roleId);
      if (roleId === usersId && (await store.kindOf(tx, call.tenantId, principalId)) === "user") {
        throw new AppError("conflict", "Every user is in the role users, always");
      }
      if (!(await store.removeMember(tx, call.tenantId, roleId, principalId))) throw absent("such member");
      const details = { principalId, name: role.name };
      await this.#changes.record(tx, call, { type: "role.member_removed", subjectId: roleId, details });
    });
  }

  async #require(reader: Queryable, call: Call, roleId: string): Promise<store.Role> {
    const role = await store.find(reader, call.tenantId, roleId);
    if (role === undefined) throw absent("such role");
    return role;
  }
}

function refuseWellKnown(roleId: string, what: string): void {
  if (wellKnown.has(roleId)) {
    throw new AppError(
      "conflict",
      `The roles admins and users cannot be ${what}: the platform counts on them`,
    );
  }
}
