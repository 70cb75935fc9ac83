import type { Call } from "../../kit/call.ts";
import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import type { StoredDocument, VersionEntry } from "./model.ts";
import { readerKeys } from "./readers.ts";
import type { Place } from "./store.ts";

export interface StoredVersion extends VersionEntry {
  document: StoredDocument;
}

/** Which number comes next for ids that may have been deleted before; ids without history are left out. */
export async function nextVersions(
  tx: Queryable,
  { tenantId, collection }: Place,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const rows = await tx.query<{ id: string; next: number }>(sql`
    select i.id, v.version + 1 as next
    from unnest(${ids}::text[]) i (id)
    cross join lateral (
      select version from documents.versions
      where tenant_id = ${tenantId} and collection = ${collection} and document_id = i.id
      order by version desc
      limit 1
    ) v`);
  return new Map(rows.map((row) => [row.id, row.next]));
}

/** A document's versions that the caller may read, the newest first, below `beforeVersion`. */
export async function list(
  reader: Queryable,
  call: Call,
  {
    collection,
    id,
    beforeVersion,
    limit,
  }: { collection: string; id: string; beforeVersion: number; limit: number },
): Promise<VersionEntry[]> {
  const keys = readerKeys({ tenantId: call.tenantId, collection }, call.principalIds);
  return reader.query<VersionEntry>(sql`
    select version, operation, at, by_id as "byId", by_name as "by"
    from documents.versions
    where tenant_id = ${call.tenantId} and collection = ${collection} and document_id = ${id}
      and version < ${beforeVersion}
      and (${call.isAdmin}::boolean
        or (can_read && ${keys}::text[] and not cannot_read && ${call.principalIds}::text[]))
    order by version desc
    limit ${limit}`);
}

/** One version, or with -1 the newest. */
export async function find(
  reader: Queryable,
  { tenantId, collection }: Place,
  id: string,
  version: number,
): Promise<StoredVersion | undefined> {
  const rows = await reader.query<StoredVersion>(sql`
    select version, operation, at, by_id as "byId", by_name as "by", document
    from documents.versions
    where tenant_id = ${tenantId} and collection = ${collection} and document_id = ${id}
      and (${version}::int = -1 or version = ${version}::int)
    order by version desc
    limit 1`);
  return rows[0];
}

/** The last versions of documents that are deleted and that the caller may read, the latest id first. */
export async function listDeleted(
  reader: Queryable,
  call: Call,
  { collection, beforeId, limit }: { collection: string; beforeId: string; limit: number },
): Promise<StoredVersion[]> {
  const keys = readerKeys({ tenantId: call.tenantId, collection }, call.principalIds);
  return reader.query<StoredVersion>(sql`
    select v.version, v.operation, v.at, v.by_id as "byId", v.by_name as "by", v.document
    from documents.versions v
    where v.tenant_id = ${call.tenantId} and v.collection = ${collection} and v.operation = 'delete'
      and v.document_id < ${beforeId}
      and (${call.isAdmin}::boolean
        or (v.can_read && ${keys}::text[] and not v.cannot_read && ${call.principalIds}::text[]))
      and not exists (
        select from documents.versions later
        where later.tenant_id = v.tenant_id and later.collection = v.collection
          and later.document_id = v.document_id and later.version > v.version)
    order by v.document_id desc
    limit ${limit}`);
}
