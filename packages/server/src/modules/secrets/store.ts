import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import { type AclEntry, readersOf } from "../access/model.ts";
import type { SecretView } from "./model.ts";

/** Metadata of one secret, by its id or its name. */
export async function find(
  reader: Queryable,
  tenantId: string,
  by: { id?: string | undefined; name?: string | undefined },
): Promise<SecretView | undefined> {
  const rows = await reader.query<SecretView>(sql`
    select id, name, description, acl, version, created_at as "createdAt", created_by_id as "createdById",
      modified_at as "modifiedAt", value_changed_at as "valueChangedAt"
    from secrets.secrets
    where tenant_id = ${tenantId} and (id = ${by.id ?? null} or name = ${by.name ?? null})`);
  return rows[0];
}

/** The secrets that a caller may read, by name, after `afterName`. */
export async function listReadable(
  reader: Queryable,
  caller: { tenantId: string; isAdmin: boolean; principalIds: readonly string[] },
  afterName: string,
  limit: number,
): Promise<SecretView[]> {
  return reader.query<SecretView>(sql`
    select id, name, description, acl, version, created_at as "createdAt", created_by_id as "createdById",
      modified_at as "modifiedAt", value_changed_at as "valueChangedAt"
    from secrets.secrets
    where tenant_id = ${caller.tenantId} and name > ${afterName}
      and (${caller.isAdmin}
        or (can_read && ${caller.principalIds}::text[] and not cannot_read && ${caller.principalIds}::text[]))
    order by name
    limit ${limit}`);
}

/** Names and rights of a tenant's secrets, by name. */
export async function listRights(
  reader: Queryable,
  tenantId: string,
  limit: number,
): Promise<{ name: string; acl: AclEntry[] }[]> {
  return reader.query<{ name: string; acl: AclEntry[] }>(sql`
    select name, acl from secrets.secrets where tenant_id = ${tenantId} order by name limit ${limit}`);
}

export interface SealedSecret {
  tenantId: string;
  id: string;
  name: string;
  acl: AclEntry[];
  valueVersion: number;
  sealed: string;
}

/** Sealed values by tenant and name; one place in both lists for each. */
export async function listSealed(
  database: Queryable,
  tenantIds: readonly string[],
  names: readonly string[],
): Promise<SealedSecret[]> {
  return database.query<SealedSecret>(sql`
    select s.tenant_id as "tenantId", s.id, s.name, s.acl, s.value_version as "valueVersion", s.sealed
    from (select distinct tenant_id, name from unnest(${tenantIds}::text[], ${names}::text[]) w (tenant_id, name)) w
    join secrets.secrets s on s.tenant_id = w.tenant_id and s.name = w.name`);
}

/** Writes a secret; false if the tenant has as many as it may have. */
export async function insert(
  tx: Queryable,
  made: {
    id: string;
    tenantId: string;
    name: string;
    description: string;
    acl: AclEntry[];
    sealed: string;
    createdById: string;
  },
  countMax: number,
): Promise<boolean> {
  const { canRead, cannotRead } = readersOf(made.acl);
  const rows = await tx.query(sql`
    insert into secrets.secrets (id, tenant_id, name, description, acl, can_read, cannot_read, sealed, created_by_id)
    select ${made.id}::text, ${made.tenantId}::text, ${made.name}::text, ${made.description}::text,
      ${JSON.stringify(made.acl)}::jsonb, ${canRead}::text[], ${cannotRead}::text[], ${made.sealed}::text,
      ${made.createdById}::text
    where (select count(*) from secrets.secrets where tenant_id = ${made.tenantId}::text) < ${countMax}
    returning id`);
  return rows.length === 1;
}

/** Writes what may be changed beside the value; false if the secret is gone or was changed since. */
export async function update(
  tx: Queryable,
  tenantId: string,
  changed: Pick<SecretView, "id" | "description" | "acl">,
  version: number,
): Promise<boolean> {
  const { canRead, cannotRead } = readersOf(changed.acl);
  const rows = await tx.query(sql`
    update secrets.secrets
    set description = ${changed.description}, acl = ${JSON.stringify(changed.acl)}, can_read = ${canRead},
      cannot_read = ${cannotRead}, version = version + 1, modified_at = now()
    where id = ${changed.id} and tenant_id = ${tenantId} and version = ${version}
    returning id`);
  return rows.length === 1;
}

/** Locks a secret that still has this version; answers the number of its value. */
export async function lock(
  tx: Queryable,
  tenantId: string,
  id: string,
  version: number,
): Promise<number | undefined> {
  const rows = await tx.query<{ valueVersion: number }>(sql`
    select value_version as "valueVersion" from secrets.secrets
    where id = ${id} and tenant_id = ${tenantId} and version = ${version}
    for update`);
  return rows[0]?.valueVersion;
}

/** Puts the next value in the place of the last one. */
export async function replaceValue(
  tx: Queryable,
  tenantId: string,
  { id, sealed, valueVersion }: { id: string; sealed: string; valueVersion: number },
): Promise<void> {
  await tx.query(sql`
    update secrets.secrets
    set sealed = ${sealed}, value_version = ${valueVersion}, version = version + 1, modified_at = now(),
      value_changed_at = now()
    where id = ${id} and tenant_id = ${tenantId}`);
}

/** Locks values that lie under another root key than this one; those that somebody changes are left out. */
export async function lockSealedByOthers(
  tx: Queryable,
  keyId: string,
  limit: number,
): Promise<SealedSecret[]> {
  return tx.query<SealedSecret>(sql`
    select tenant_id as "tenantId", id, name, acl, value_version as "valueVersion", sealed
    from secrets.secrets
    where split_part(sealed, '.', 2) < ${keyId} or split_part(sealed, '.', 2) > ${keyId}
    limit ${limit}
    for update skip locked`);
}

/** The same value under another key. */
export async function reseal(tx: Queryable, { id, tenantId, sealed }: SealedSecret): Promise<void> {
  await tx.query(
    sql`update secrets.secrets set sealed = ${sealed} where id = ${id} and tenant_id = ${tenantId}`,
  );
}

/** Deletes a secret; false if it is gone or, where one is given, has another version. */
export async function remove(
  tx: Queryable,
  tenantId: string,
  id: string,
  version: number | null,
): Promise<boolean> {
  const rows = await tx.query(sql`
    delete from secrets.secrets
    where id = ${id} and tenant_id = ${tenantId} and version = coalesce(${version}::int, version)
    returning id`);
  return rows.length === 1;
}
