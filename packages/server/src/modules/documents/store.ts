import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import type { StoredDocument } from "./model.ts";

/** Where documents lie. */
export interface Place {
  tenantId: string;
  collection: string;
}

/** A version to be written, its document's JSON text made already. */
export interface WrittenVersion {
  id: string;
  version: number;
  type: string;
  name: string | null;
  text: string;
  canRead: string[];
  cannotRead: string[];
}

export interface Writer {
  at: string;
  userId: string;
  userName: string;
}

/** The database's clock after all that went before in this session, locks waited for included. */
export async function clock(tx: Queryable): Promise<string> {
  const rows = await tx.query<{ at: string }>(sql`
    select date_trunc('milliseconds', clock_timestamp()) as at`);
  return rows[0]!.at;
}

/** Inserts documents and their versions with one statement. */
export async function insert(
  tx: Queryable,
  { tenantId, collection }: Place,
  written: readonly WrittenVersion[],
  { at, userId, userName }: Writer,
): Promise<void> {
  await tx.query(sql`
    with m as materialized (
      select * from json_to_recordset(${textOf(written)}::json) as r
        (id text, version int, type text, name text, document jsonb, "canRead" text[], "cannotRead" text[])
    ),
    stored as (
      insert into documents.documents
        (tenant_id, collection, id, version, type, name, document, can_read, cannot_read, created_at, modified_at)
      select ${tenantId}, ${collection}, m.id, m.version, m.type, m.name, m.document, m."canRead", m."cannotRead",
        (m.document ->> '_created')::timestamptz, ${at}::timestamptz
      from m
    )
    insert into documents.versions
      (tenant_id, collection, document_id, version, operation, document, can_read, cannot_read, at, by_id, by_name)
    select ${tenantId}, ${collection}, m.id, m.version, 'insert', m.document, m."canRead", m."cannotRead",
      ${at}::timestamptz, ${userId}, ${userName}
    from m`);
}

/** Writes the next versions of documents that this transaction holds locked. */
export async function update(
  tx: Queryable,
  { tenantId, collection }: Place,
  written: readonly WrittenVersion[],
  { at, userId, userName }: Writer,
): Promise<void> {
  await tx.query(sql`
    with m as materialized (
      select * from json_to_recordset(${textOf(written)}::json) as r
        (id text, version int, type text, name text, document jsonb, "canRead" text[], "cannotRead" text[])
    ),
    stored as (
      update documents.documents d
      set version = m.version, type = m.type, name = m.name, document = m.document, can_read = m."canRead",
        cannot_read = m."cannotRead", modified_at = ${at}::timestamptz
      from m
      where d.tenant_id = ${tenantId} and d.collection = ${collection} and d.id = m.id
    )
    insert into documents.versions
      (tenant_id, collection, document_id, version, operation, document, can_read, cannot_read, at, by_id, by_name)
    select ${tenantId}, ${collection}, m.id, m.version, 'update', m.document, m."canRead", m."cannotRead",
      ${at}::timestamptz, ${userId}, ${userName}
    from m`);
}

/** Deletes documents that this transaction holds locked; their last contents stay as the versions that delete. */
export async function remove(
  tx: Queryable,
  { tenantId, collection }: Place,
  ids: readonly string[],
  { at, userId, userName }: Writer,
): Promise<{ id: string; version: number; characters: number }[]> {
  return tx.query(sql`
    with gone as (
      delete from documents.documents d
      where d.tenant_id = ${tenantId} and d.collection = ${collection} and d.id = any (${ids}::text[])
      returning d.id, d.version, d.document, d.can_read, d.cannot_read
    )
    insert into documents.versions
      (tenant_id, collection, document_id, version, operation, document, can_read, cannot_read, at, by_id, by_name)
    select ${tenantId}, ${collection}, g.id, g.version + 1, 'delete', g.document, g.can_read, g.cannot_read,
      ${at}::timestamptz, ${userId}, ${userName}
    from gone g
    returning document_id as id, version, length(document::text) as characters`);
}

/** One document, for a caller's eyes. */
export async function find(
  reader: Queryable,
  { tenantId, collection }: Place,
  id: string,
): Promise<StoredDocument | undefined> {
  const rows = await reader.query<{ document: StoredDocument }>(sql`
    select document from documents.documents
    where tenant_id = ${tenantId} and collection = ${collection} and id = ${id}`);
  return rows[0]?.document;
}

/** The documents with these ids in the order of their ids, nobody else can change them until the end. */
export async function lock(
  tx: Queryable,
  { tenantId, collection }: Place,
  ids: readonly string[],
): Promise<StoredDocument[]> {
  const rows = await tx.query<{ document: StoredDocument }>(sql`
    select document from documents.documents
    where tenant_id = ${tenantId} and collection = ${collection} and id = any (${ids}::text[])
    order by id
    for update`);
  return rows.map((row) => row.document);
}

/** Nobody else passes here with the same key until the transaction ends. */
export async function lockKey(tx: Queryable, key: string): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 4100))`);
}

/** Each document's text is spliced in as it is: it was made, and measured, before. */
function textOf(written: readonly WrittenVersion[]): string {
  const rows = written.map(({ text, ...rest }) => `${JSON.stringify(rest).slice(0, -1)},"document":${text}}`);
  return `[${rows.join(",")}]`;
}
