import pg from "pg";
import type { Database, Queryable } from "../../kit/database.ts";
import { join, type Sql, sql } from "../../kit/sql.ts";
import { indexExpressions } from "../query-language/indexes.ts";
import type { Place } from "./store.ts";

/** Any number will do, as long as every node takes the same one. */
const buildLock = 4_100_005;

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

/** The indexes of several collections at once. */
export async function listOf(database: Queryable, places: readonly Place[]): Promise<StoredIndex[]> {
  return database.query<StoredIndex>(sql`
    select id, tenant_id as "tenantId", i.collection, name, kind, keys, is_unique as "isUnique",
      expire_after_seconds as "expireAfterSeconds", is_ready as "isReady", created_at as "createdAt"
    from json_to_recordset(${JSON.stringify(places)}::json) as p ("tenantId" text, collection text)
    join documents.indexes i on i.tenant_id = p."tenantId" and i.collection = p.collection
    order by name`);
}

/** The definitions that expire documents, of all tenants. */
export async function listExpiring(database: Queryable): Promise<StoredIndex[]> {
  return database.query<StoredIndex>(sql`
    select id, tenant_id as "tenantId", collection, name, kind, keys, is_unique as "isUnique",
      expire_after_seconds as "expireAfterSeconds", is_ready as "isReady", created_at as "createdAt"
    from documents.indexes
    where expire_after_seconds is not null
    order by id`);
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

export async function count(database: Queryable): Promise<number> {
  const rows = await database.query<{ count: number }>(sql`select count(*) as count from documents.indexes`);
  return rows[0]!.count;
}

export async function insert(tx: Queryable, index: StoredIndex, byId: string): Promise<void> {
  await tx.query(sql`
    insert into documents.indexes
      (id, tenant_id, collection, name, kind, keys, is_unique, expire_after_seconds, created_by_id)
    values (${index.id}, ${index.tenantId}, ${index.collection}, ${index.name}, ${index.kind},
      ${JSON.stringify(index.keys)}, ${index.isUnique}, ${index.expireAfterSeconds}, ${byId})`);
}

export async function setReady(tx: Queryable, id: string): Promise<void> {
  await tx.query(sql`update documents.indexes set is_ready = true where id = ${id}`);
}

export async function remove(tx: Queryable, id: string): Promise<void> {
  await tx.query(sql`delete from documents.indexes where id = ${id}`);
}

/** PostgreSQL's indexes are named `documents_<id>_<part>`; answers the id. */
export function idInName(relation: string): string | undefined {
  return /^documents_([0-9a-f]{24})_\w+$/.exec(relation)?.[1];
}

/** Which fields meet a list in some document; each look is one probe of the index part kept for this. */
export async function fieldsWithLists(
  reader: Queryable,
  { tenantId, collection }: Place,
  fields: readonly string[],
): Promise<string[]> {
  if (fields.length === 0) return [];
  const probes = fields.map(
    (field) => sql`exists (
      select from documents.queryable
      where tenant_id = ${tenantId} and collection = ${collection} and ${raw(indexExpressions(field).spread)})`,
  );
  const rows = await reader.query<{ found: boolean[] }>(sql`select array[${join(probes, ", ")}] as found`);
  return fields.filter((_field, index) => rows[0]!.found[index] === true);
}

/** Documents that are due by an expiring index, locked; the database's clock decides. */
export async function lockExpired(
  tx: Queryable,
  { tenantId, collection, keys, expireAfterSeconds }: StoredIndex,
  limit: number,
): Promise<{ _id: string }[]> {
  const low = raw(indexExpressions(keys[0]!.field).low);
  return tx.query<{ _id: string }>(sql`
    select id as "_id" from documents.documents
    where tenant_id = ${tenantId} and collection = ${collection} and ${low} >= '7'
      and ${low} <= '7' || query_language.number_key(
        trunc(extract(epoch from now() - make_interval(secs => ${expireAfterSeconds}))::double precision * 1000))
    order by ${low}
    limit ${limit}
    for update skip locked`);
}

export interface BuildSession {
  /** Whether it is this session's turn; it stays so until the session is closed. */
  tryLock(): Promise<boolean>;
  run(statement: string): Promise<void>;
  close(): Promise<void>;
}

/** A session in which a statement may take as long as it needs. */
export async function openBuildSession(database: Database): Promise<BuildSession> {
  const session = await database.session("index build");
  await session.query("set statement_timeout = 0");
  return {
    tryLock: async () => {
      const { rows } = await session.query<{ mine: boolean }>("select pg_try_advisory_lock($1) as mine", [
        buildLock,
      ]);
      return rows[0]!.mine;
    },
    run: async (statement) => {
      await session.query(statement);
    },
    close: () => session.end(),
  };
}

/** What PostgreSQL is told to build for a definition: literals throughout, since DDL takes no parameters. */
export function buildStatements(index: StoredIndex): string[] {
  const tenant = `tenant_id = ${pg.escapeLiteral(index.tenantId)}`;
  const where = `where ${tenant} and collection = ${pg.escapeLiteral(index.collection)}`;
  const create = (part: string, unique = "") =>
    `create ${unique}index concurrently documents_${index.id}_${part} on documents.documents`;
  if (index.kind === "text") return [`${create("text")} using gin (documents.words_of(document)) ${where}`];
  if (index.kind === "wildcard") {
    return [`${create("wildcard")} using gin (document jsonb_path_ops) ${where}`];
  }
  const columns = index.keys.map(({ field, descending }) => {
    return `${indexExpressions(field).low}${descending ? " desc" : ""}`;
  });
  const tie = index.isUnique ? [] : [`id${index.keys.at(-1)!.descending ? " desc" : ""}`];
  const spreads = index.keys.map(({ field }, place) => {
    const { low, high, spread } = indexExpressions(field);
    return `${create(`lists${place}`)} (${low}, ${high}) ${where} and ${spread}`;
  });
  const main = create("main", index.isUnique ? "unique " : "");
  return [...spreads, `${main} (${[...columns, ...tie].join(", ")}) ${where}`, ...statisticsOf(index)];
}

/** The planner takes no statistics from partial indexes; without these it takes one value for half a percent. */
function statisticsOf({ id, keys }: StoredIndex): string[] {
  const expressions = keys.map(({ field }) => indexExpressions(field).low);
  return [
    `create statistics documents.documents_${id}_statistics on tenant_id, collection, ${expressions.join(", ")}
       from documents.documents`,
    "analyze documents.documents",
  ];
}

/** What PostgreSQL has of a definition, also half-built parts. */
export async function builtParts(
  database: Queryable,
  id: string,
): Promise<{ name: string; valid: boolean }[]> {
  return database.query<{ name: string; valid: boolean }>(sql`
    select c.relname::text as name, i.indisvalid as valid
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_index i on i.indexrelid = c.oid
    where n.nspname = 'documents' and starts_with(c.relname::text, ${`documents_${id}_`})`);
}

/** What removes a definition's parts, one statement each. */
export function dropStatements(id: string, parts: readonly { name: string }[]): string[] {
  const indexes = parts.map(
    ({ name }) => `drop index concurrently if exists documents.${pg.escapeIdentifier(name)}`,
  );
  return [...indexes, `drop statistics if exists documents.documents_${id}_statistics`];
}

/** Only for text that `indexExpressions` made: it quotes what came from a caller. */
function raw(text: string): Sql {
  return { strings: [text], values: [], name: undefined };
}
