import type { Call } from "../../kit/call.ts";
import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import { type Acl, readersOf } from "../access/model.ts";
import type { Collection } from "./model.ts";
import type { Place } from "./store.ts";

export interface WrittenCollection extends Collection {
  /** Fields of unique indexes: lists cannot stand there. */
  uniqueFields: string[];
}

/** A collection and what its writers must know. */
export async function find(
  database: Queryable,
  { tenantId, collection }: Place,
): Promise<WrittenCollection | undefined> {
  const rows = await database.query<WrittenCollection>(sql`
    select c.name, c.acl, c.encrypt, c.version, c.created_at as "createdAt", c.created_by_id as "createdById",
      c.created_by as "createdBy", c.modified_at as "modifiedAt",
      array(
        select distinct k.key ->> 'field'
        from documents.indexes i, jsonb_array_elements(i.keys) k (key)
        where i.tenant_id = c.tenant_id and i.collection = c.name and i.is_unique
      ) as "uniqueFields"
    from documents.collections c
    where c.tenant_id = ${tenantId} and c.name = ${collection}`);
  return rows[0];
}

export async function list(
  reader: Queryable,
  call: Call,
  afterName: string,
  limit: number,
): Promise<Collection[]> {
  return reader.query<Collection>(sql`
    select name, acl, encrypt, version, created_at as "createdAt", created_by_id as "createdById",
      created_by as "createdBy", modified_at as "modifiedAt"
    from documents.collections
    where tenant_id = ${call.tenantId} and name > ${afterName}
      and (${call.isAdmin}::boolean
        or (can_read && ${call.principalIds}::text[] and not cannot_read && ${call.principalIds}::text[]))
    order by name
    limit ${limit}`);
}

/** Makes a collection unless it is there or the tenant has too many; answers whether it did. */
export async function insert(
  tx: Queryable,
  call: Call,
  collection: { name: string; acl: Acl; encrypt: readonly string[] },
  collectionsMax: number,
): Promise<boolean> {
  const { canRead, cannotRead } = readersOf(collection.acl);
  const rows = await tx.query(sql`
    insert into documents.collections
      (tenant_id, name, acl, can_read, cannot_read, encrypt, created_by_id, created_by)
    select ${call.tenantId}, ${collection.name}, ${JSON.stringify(collection.acl)}, ${canRead}, ${cannotRead},
      ${collection.encrypt}, ${call.userId}, ${call.userName}
    where (select count(*) from documents.collections where tenant_id = ${call.tenantId}) < ${collectionsMax}
    on conflict do nothing
    returning name`);
  return rows.length === 1;
}

/** Writes the settings; false if the collection is gone or was changed since `version`. */
export async function update(tx: Queryable, tenantId: string, collection: Collection): Promise<boolean> {
  const { canRead, cannotRead } = readersOf(collection.acl);
  const rows = await tx.query(sql`
    update documents.collections
    set acl = ${JSON.stringify(collection.acl)}, can_read = ${canRead}, cannot_read = ${cannotRead},
      encrypt = ${collection.encrypt}, version = version + 1, modified_at = now()
    where tenant_id = ${tenantId} and name = ${collection.name} and version = ${collection.version}
    returning name`);
  return rows.length === 1;
}

/** Removes the collection's own row if no document is in it; answers whether it did. */
export async function remove(tx: Queryable, { tenantId, collection }: Place): Promise<boolean> {
  const rows = await tx.query(sql`
    delete from documents.collections c
    where c.tenant_id = ${tenantId} and c.name = ${collection}
      and not exists (
        select from documents.documents d where d.tenant_id = c.tenant_id and d.collection = c.name)
    returning c.name`);
  return rows.length === 1;
}

/** Removes some documents for good, history included; answers how many versions went. */
export async function purge(tx: Queryable, { tenantId, collection }: Place, limit: number): Promise<number> {
  const rows = await tx.query<{ gone: number }>(sql`
    with picked as (
      select v.document_id, v.version from documents.versions v
      where v.tenant_id = ${tenantId} and v.collection = ${collection}
      order by v.document_id, v.version
      limit ${limit}
    ),
    documents as (
      delete from documents.documents d using picked p
      where d.tenant_id = ${tenantId} and d.collection = ${collection} and d.id = p.document_id
    ),
    versions as (
      delete from documents.versions v using picked p
      where v.tenant_id = ${tenantId} and v.collection = ${collection} and v.document_id = p.document_id
        and v.version = p.version
      returning 1
    )
    select count(*) as gone from versions`);
  return rows[0]!.gone;
}
