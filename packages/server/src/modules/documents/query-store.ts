import type { Call } from "../../kit/call.ts";
import type { Queryable } from "../../kit/database.ts";
import { empty, type Sql, sql } from "../../kit/sql.ts";
import type { StoredDocument } from "./model.ts";
import { readerKeys } from "./readers.ts";

/** Which documents a caller asks for: `where` is a compiled filter over `d`. */
export interface Selection {
  collection: string;
  where: Sql;
}

export interface PageSelection extends Selection {
  orderBy: Sql;
  /** What lies behind the cursor. */
  after: Sql | undefined;
  skip: number;
  limit: number;
}

/** What keeps a caller to the documents he may read. */
function mayRead(call: Call, collection: string): Sql {
  if (call.isAdmin) return sql`true`;
  const keys = readerKeys({ tenantId: call.tenantId, collection }, call.principalIds);
  return sql`(d.can_read && ${keys}::text[] and not d.cannot_read && ${call.principalIds}::text[])`;
}

/** What keeps a caller to the documents he may read and has another right on. */
function mayDo(call: Call, collection: string, right: "read" | "update" | "delete"): Sql {
  if (call.isAdmin || right === "read") return mayRead(call, collection);
  return sql`${mayRead(call, collection)}
    and exists (
      select from jsonb_array_elements(d.document -> '_acl') e (entry)
      where e.entry -> 'rights' ? ${right} and e.entry ->> 'principalId' = any (${call.principalIds}::text[])
        and coalesce(e.entry ->> 'effect', 'allow') <> 'deny')
    and not exists (
      select from jsonb_array_elements(d.document -> '_acl') e (entry)
      where e.entry -> 'rights' ? ${right} and e.entry ->> 'principalId' = any (${call.principalIds}::text[])
        and e.entry ->> 'effect' = 'deny')`;
}

function selected(call: Call, { collection, where }: Selection): Sql {
  return sql`d.tenant_id = ${call.tenantId} and d.collection = ${collection}
    and ${mayRead(call, collection)} and ${where}`;
}

/** The statement of one page, as text to be parsed once its length is known. */
export function pageStatement(call: Call, page: PageSelection): Sql {
  const after = page.after === undefined ? empty : sql`and ${page.after}`;
  return sql`
    select d.document::text as text
    from documents.queryable d
    where ${selected(call, page)} ${after}
    order by ${page.orderBy}
    offset ${page.skip}::bigint
    limit ${page.limit}::bigint`;
}

/** All that is selected, in no order. */
export function scanStatement(call: Call, selection: Selection): Sql {
  return sql`select d.document::text as text from documents.queryable d where ${selected(call, selection)}`;
}

export function countStatement(call: Call, selection: Selection): Sql {
  return sql`select count(*) as count from documents.queryable d where ${selected(call, selection)}`;
}

/** The distinct values that `values` takes, of documents that do not encrypt the field. */
export function distinctStatement(
  call: Call,
  {
    values,
    sealedPaths,
    limit,
    ...selection
  }: Selection & { values: Sql; sealedPaths: string[]; limit: number },
): Sql {
  return sql`
    select distinct v.value
    from documents.queryable d cross join lateral ${values} v
    where ${selected(call, selection)}
      and not coalesce(d.document -> '_encrypt', '[]'::jsonb) ?| ${sealedPaths}::text[]
    limit ${limit}::bigint`;
}

/** How PostgreSQL would run a statement. */
export async function explain(reader: Queryable, statement: Sql): Promise<unknown> {
  const rows = await reader.query<{ "QUERY PLAN": unknown }>(sql`explain (format json) ${statement}`);
  return rows[0]?.["QUERY PLAN"];
}

/** The next documents, in the order of ids, on which the caller has the right; nobody else can change them. */
export async function lockMatching(
  tx: Queryable,
  call: Call,
  wanted: Selection & { right: "read" | "update" | "delete"; afterId: string; limit: number },
): Promise<StoredDocument[]> {
  const { collection, where, right, afterId, limit } = wanted;
  const rows = await tx.query<{ document: StoredDocument }>(sql`
    select d.document from documents.documents d
    where d.tenant_id = ${call.tenantId} and d.collection = ${collection} and d.id > ${afterId}
      and ${mayDo(call, collection, right)} and ${where}
    order by d.id
    limit ${limit}
    for update`);
  return rows.map((row) => row.document);
}

/** Narrowed to documents that hold any of the words: what an index of words can serve. */
export function withAnyWord(where: Sql, words: readonly string[]): Sql {
  return sql`${where} and documents.words_of(d.document) && ${words}::text[]`;
}
