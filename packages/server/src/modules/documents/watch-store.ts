import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import type { Operation, StoredDocument } from "./model.ts";

export interface VersionKey {
  collection: string;
  id: string;
  version: number;
  /** Whether the version before is wanted as well. */
  withBefore: boolean;
}

export interface FoundVersion {
  collection: string;
  id: string;
  version: number;
  operation: Operation;
  document: StoredDocument;
  before: StoredDocument | null;
  /** The transaction that wrote it. */
  xact: string;
}

/** Versions of one tenant, found by their numbers; those that were purged are left out. */
export async function findVersions(
  reader: Queryable,
  tenantId: string,
  keys: readonly VersionKey[],
): Promise<FoundVersion[]> {
  return reader.query<FoundVersion>(sql`
    select v.collection, v.document_id as id, v.version, v.operation, v.document, b.document as before,
      v.xact::text as xact
    from unnest(${keys.map((key) => key.collection)}::text[], ${keys.map((key) => key.id)}::text[],
      ${keys.map((key) => key.version)}::int[], ${keys.map((key) => key.withBefore)}::boolean[])
      k (collection, id, version, with_before)
    join documents.versions v
      on v.tenant_id = ${tenantId} and v.collection = k.collection and v.document_id = k.id and v.version = k.version
    left join documents.versions b
      on k.with_before and b.tenant_id = ${tenantId} and b.collection = k.collection and b.document_id = k.id
        and b.version = k.version - 1`);
}
