import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import { keyOf } from "./model.ts";

/** A user as admins and he himself see him. */
export interface User {
  id: string;
  name: string;
  email: string | null;
  language: string | null;
  disabled: boolean;
  createdAt: string;
  createdById: string;
  modifiedAt: string;
}

export interface UserFields {
  name: string;
  email: string | null;
  language: string | null;
  disabled: boolean;
}

interface Named {
  id: string;
  name: string;
  key: string;
}

/** Users by name whose name begins with `prefix`, after `afterKey`. */
export async function list(
  reader: Queryable,
  tenantId: string,
  { prefix, afterKey, limit }: { prefix: string; afterKey: string; limit: number },
): Promise<(User & { key: string })[]> {
  return reader.query<User & { key: string }>(sql`
    select id, name, name_key as key, email, language, disabled_at is not null as disabled, created_at as "createdAt",
      created_by_id as "createdById", modified_at as "modifiedAt"
    from identity.users
    where tenant_id = ${tenantId} and name_key > ${afterKey} and starts_with(name_key, ${prefix})
    order by name_key
    limit ${limit}`);
}

export async function find(reader: Queryable, tenantId: string, id: string): Promise<User | undefined> {
  const rows = await reader.query<User>(sql`
    select id, name, email, language, disabled_at is not null as disabled, created_at as "createdAt",
      created_by_id as "createdById", modified_at as "modifiedAt"
    from identity.users
    where tenant_id = ${tenantId} and id = ${id}`);
  return rows[0];
}

/** The user's roles, direct and through others. */
export async function listRolesOf(reader: Queryable, tenantId: string, userId: string): Promise<Named[]> {
  return reader.query<Named>(sql`
    with recursive memberships (role_id) as (
      select role_id from identity.role_members where tenant_id = ${tenantId} and principal_id = ${userId}
      union
      select r.role_id
      from memberships m
      join identity.role_members r on r.tenant_id = ${tenantId} and r.principal_id = m.role_id
    )
    select r.id, r.name, r.name_key as key
    from memberships m
    join identity.roles r on r.tenant_id = ${tenantId} and r.id = m.role_id
    order by r.name_key`);
}

export async function insert(
  tx: Queryable,
  tenantId: string,
  user: UserFields & { id: string; createdById: string; passwordHash: string | null },
): Promise<void> {
  await tx.query(sql`
    insert into identity.users
      (tenant_id, id, name, name_key, email, email_key, language, password_hash, disabled_at, created_by_id)
    values (${tenantId}, ${user.id}, ${user.name}, ${keyOf(user.name)}, ${user.email},
      ${user.email === null ? null : keyOf(user.email)}, ${user.language}, ${user.passwordHash},
      case when ${user.disabled} then now() end, ${user.createdById})`);
}

export async function update(tx: Queryable, tenantId: string, id: string, fields: UserFields): Promise<void> {
  await tx.query(sql`
    update identity.users
    set name = ${fields.name}, name_key = ${keyOf(fields.name)}, email = ${fields.email},
      email_key = ${fields.email === null ? null : keyOf(fields.email)}, language = ${fields.language},
      disabled_at = case when ${fields.disabled} then coalesce(disabled_at, now()) end, modified_at = now()
    where tenant_id = ${tenantId} and id = ${id}`);
}

/** Deletes a user with his memberships, tokens, sessions and links. */
export async function remove(tx: Queryable, tenantId: string, id: string): Promise<void> {
  await tx.query(sql`delete from identity.users where tenant_id = ${tenantId} and id = ${id}`);
}

/** The stored hash of a user's password: null when he has none. */
export async function passwordHashOf(
  database: Queryable,
  tenantId: string,
  id: string,
): Promise<string | null | undefined> {
  const rows = await database.query<{ hash: string | null }>(sql`
    select password_hash as hash from identity.users where tenant_id = ${tenantId} and id = ${id}`);
  return rows[0]?.hash;
}

export async function setPasswordHash(
  tx: Queryable,
  tenantId: string,
  id: string,
  hash: string,
): Promise<void> {
  await tx.query(sql`
    update identity.users set password_hash = ${hash}, modified_at = now()
    where tenant_id = ${tenantId} and id = ${id}`);
}
