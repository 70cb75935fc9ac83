import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import type { Place } from "./store.ts";

export interface IndexKey {
  field: string;
  descending: boolean;
}

export interface StoredIndex extends Place {
  id: string;
  name: string;
  kind: "fields" | "text" | "wildcard";
  keys: IndexKey[];
  isUnique: boolean;
  expireAfterSeconds: number | null;
  isReady: boolean;
  createdAt: string;
}

export async function list(database: Queryable, { tenantId, collection }: Place): Promise<StoredIndex[]> {
  return database.query<StoredIndex>(sql`
    select id, tenant_id as "tenantId", collection, name, kind, keys, is_unique as "isUnique",
      expire_after_seconds as "expireAfterSeconds", is_ready as "isReady", created_at as "createdAt"
    from documents.indexes
    where tenant_id = ${tenantId} and collection = ${collection}
    order by name`);
}

/** Whose index a name of PostgreSQL's belongs to. */
export async function find(database: Queryable, id: string): Promise<StoredIndex | undefined> {
  const rows = await database.query<StoredIndex>(sql`
    select id, tenant_id as "tenantId", collection, name, kind, keys, is_unique as "isUnique",
      expire_after_seconds as "expireAfterSeconds", is_ready as "isReady", created_at as "createdAt"
    from documents.indexes
    where id = ${id}`);
  return rows[0];
}

/** PostgreSQL's indexes are named `documents_<id>_<part>`; answers the id. */
export function idInName(relation: string): string | undefined {
  return /^documents_([0-9a-f]{24})_\w+$/.exec(relation)?.[1];
}
