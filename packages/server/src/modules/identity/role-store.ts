import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import { keyOf } from "./model.ts";

export interface Role {
  id: string;
  name: string;
  description: string;
  createdAt: string;
  createdById: string;
  modifiedAt: string;
}

/** A member of a role. */
export interface Member {
  id: string;
  kind: "user" | "role";
  name: string;
}

/** Roles by name whose name begins with `prefix`, after `afterKey`. */
export async function list(
  reader: Queryable,
  tenantId: string,
  { prefix, afterKey, limit }: { prefix: string; afterKey: string; limit: number },
): Promise<(Role & { key: string })[]> {
  return reader.query<Role & { key: string }>(sql`
    select id, name, name_key as key, description, created_at as "createdAt", created_by_id as "createdById",
      modified_at as "modifiedAt"
    from identity.roles
    where tenant_id = ${tenantId} and name_key > ${afterKey} and starts_with(name_key, ${prefix})
    order by name_key
    limit ${limit}`);
}

export async function find(reader: Queryable, tenantId: string, id: string): Promise<Role | undefined> {
  const rows = await reader.query<Role>(sql`
    select id, name, description, created_at as "createdAt", created_by_id as "createdById",
      modified_at as "modifiedAt"
    from identity.roles
    where tenant_id = ${tenantId} and id = ${id}`);
  return rows[0];
}

export async function count(database: Queryable, tenantId: string): Promise<number> {
  const rows = await database.query<{ count: number }>(sql`
    select count(*)::int as count from identity.roles where tenant_id = ${tenantId}`);
  return rows[0]!.count;
}

export async function insert(
  tx: Queryable,
  tenantId: string,
  role: Pick<Role, "id" | "name" | "description" | "createdById">,
): Promise<void> {
  await tx.query(sql`
    insert into identity.roles (tenant_id, id, name, name_key, description, created_by_id)
    values (${tenantId}, ${role.id}, ${role.name}, ${keyOf(role.name)}, ${role.description}, ${role.createdById})`);
}

export async function update(
  tx: Queryable,
  tenantId: string,
  role: Pick<Role, "id" | "name" | "description">,
): Promise<void> {
  await tx.query(sql`
    update identity.roles
    set name = ${role.name}, name_key = ${keyOf(role.name)}, description = ${role.description}, modified_at = now()
    where tenant_id = ${tenantId} and id = ${role.id}`);
}

/** Deletes a role and every membership in it and of it. */
export async function remove(tx: Queryable, tenantId: string, id: string): Promise<void> {
  await tx.query(sql`delete from identity.roles where tenant_id = ${tenantId} and id = ${id}`);
}

/** The role's direct members in the order of their ids, after `afterId`. */
export async function listMembers(
  reader: Queryable,
  tenantId: string,
  roleId: string,
  afterId: string,
  limit: number,
): Promise<Member[]> {
  return reader.query<Member>(sql`
    select m.principal_id as id, case when m.user_id is null then 'role' else 'user' end as kind,
      coalesce(u.name, r.name) as name
    from identity.role_members m
    left join identity.users u on u.tenant_id = m.tenant_id and u.id = m.user_id
    left join identity.roles r on r.tenant_id = m.tenant_id and r.id = m.member_role_id
    where m.tenant_id = ${tenantId} and m.role_id = ${roleId} and m.principal_id > ${afterId}
    order by m.principal_id
    limit ${limit}`);
}

/** What kind of principal this is; undefined when there is none. */
export async function kindOf(
  tx: Queryable,
  tenantId: string,
  principalId: string,
): Promise<Member["kind"] | undefined> {
  const rows = await tx.query<{ kind: Member["kind"] }>(sql`
    select 'user' as kind from identity.users where tenant_id = ${tenantId} and id = ${principalId}
    union all
    select 'role' from identity.roles where tenant_id = ${tenantId} and id = ${principalId}`);
  return rows[0]?.kind;
}

/** Whether `innerId` is `outerId` or lies in it, through any depth. */
export async function liesIn(
  tx: Queryable,
  tenantId: string,
  innerId: string,
  outerId: string,
): Promise<boolean> {
  const rows = await tx.query<{ found: boolean }>(sql`
    with recursive above (role_id) as (
      select ${innerId}::text collate "C"
      union
      select m.role_id
      from above a
      join identity.role_members m on m.tenant_id = ${tenantId} and m.principal_id = a.role_id
    )
    select exists (select from above where role_id = ${outerId}) as found`);
  return rows[0]!.found;
}

/** Adds a member; false if it was one before. */
export async function addMember(
  tx: Queryable,
  tenantId: string,
  roleId: string,
  member: Pick<Member, "id" | "kind">,
): Promise<boolean> {
  const rows = await tx.query(sql`
    insert into identity.role_members (tenant_id, role_id, user_id, member_role_id)
    values (${tenantId}, ${roleId}, ${member.kind === "user" ? member.id : null},
      ${member.kind === "role" ? member.id : null})
    on conflict (tenant_id, role_id, principal_id) do nothing
    returning role_id`);
  return rows.length === 1;
}

/** Removes a member; false if it was none. */
export async function removeMember(
  tx: Queryable,
  tenantId: string,
  roleId: string,
  principalId: string,
): Promise<boolean> {
  const rows = await tx.query(sql`
    delete from identity.role_members
    where tenant_id = ${tenantId} and role_id = ${roleId} and principal_id = ${principalId}
    returning role_id`);
  return rows.length === 1;
}
