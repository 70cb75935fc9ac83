import type { Call } from "../../kit/call.ts";
import type { Database } from "../../kit/database.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import type { Sql } from "../../kit/sql.ts";
import { DistinctSet, distinctValues } from "../query-language/distinct.ts";
import type { CompiledFilter } from "../query-language/filter.ts";
import { runPipeline, splitPipeline } from "../query-language/pipeline.ts";
import { compileProjection } from "../query-language/projection.ts";
import type { Value } from "../query-language/values.ts";
import { type FilterCompiler, fieldsIn } from "./filter-compiler.ts";
import { compileKeyset, type Keyset } from "./keyset-store.ts";
import { pageSizeDefault, pageSizeMax, scannedMax, skipMax, type StoredDocument } from "./model.ts";
import * as store from "./query-store.ts";
import type { Writes } from "./writes.ts";

const fetchSize = 100;
const scanFetchSize = 500;
const pageCharactersMax = 16 * 1024 * 1024;
const distinctMax = 10_000;

export interface Query {
  filter?: unknown;
  projection?: unknown;
  sort?: unknown;
  skip?: number;
  limit?: number;
  cursor?: string;
}

export interface QueryPage {
  items: Record<string, unknown>[];
  nextCursor?: string;
}

interface Row {
  text: string;
}

/** What queries read: only what the caller may read, in bounded portions. */
export class Reading {
  readonly #database: Database;
  readonly #filters: FilterCompiler;
  readonly #writes: Writes;

  constructor(database: Database, filters: FilterCompiler, writes: Writes) {
    this.#database = database;
    this.#filters = filters;
    this.#writes = writes;
  }

  /** A page of the documents that match; the cursor of its end goes on from there, whatever is inserted meanwhile. */
  async query(call: Call, collection: string, query: Query): Promise<QueryPage> {
    const { skip, limit } = checkRange(query);
    const projection = compileProjection(query.projection);
    const { filter, keyset, statement } = await this.compile(call, collection, query);
    const found: StoredDocument[] = [];
    let [characters, seen, behind] = [0, 0, filter.exact ? 0 : skip];
    let last: StoredDocument | undefined;
    const page = () => found.map((each) => projection.project(this.#writes.open(call, collection, each)));
    for await (const { document, length, isMatch } of this.#rows(call, statement, filter, limit + 1)) {
      if (!filter.exact && !isMatch) continue;
      if (behind > 0) {
        behind -= 1;
        continue;
      }
      characters += length;
      const isFull = seen === limit || (characters > pageCharactersMax && seen > 0);
      if (isFull) return { items: page(), nextCursor: keyset.cursorOf(last!) };
      seen += 1;
      last = document;
      if (isMatch) found.push(document);
    }
    return { items: page() };
  }

  /** The statement that a query runs, and what is left to do in memory. */
  async compile(
    call: Call,
    collection: string,
    query: Query,
  ): Promise<{ filter: CompiledFilter; keyset: Keyset; statement: Sql }> {
    const { skip = 0, limit = pageSizeDefault } = query;
    const named = fieldsIn(query.sort);
    const { filter, scalarFields } = await this.#filters.compile(call, collection, query.filter, named);
    const keyset = compileKeyset(query.sort, scalarFields);
    // Where SQL does not decide alone, what is to be skipped must be looked at too.
    const range = filter.exact ? { skip, limit: limit + 1 } : { skip: 0, limit: scannedMax + 1 };
    const statement = store.pageStatement(call, {
      collection,
      where: filter.where,
      orderBy: keyset.orderBy,
      after: query.cursor === undefined ? undefined : keyset.after(query.cursor),
      ...range,
    });
    return { filter, keyset, statement };
  }

  async count(call: Call, collection: string, filter: unknown): Promise<number> {
    const compiled = await this.#filters.compile(call, collection, filter);
    return this.#count(call, collection, compiled.filter);
  }

  /** The values that a field takes, each once, sorted; not of documents that encrypt it. */
  async distinct(call: Call, collection: string, field: string, filter?: unknown): Promise<Value[]> {
    const distinct = distinctValues(field);
    const { filter: compiled } = await this.#filters.compile(call, collection, filter);
    const values = new DistinctSet();
    if (compiled.exact) {
      const statement = store.distinctStatement(call, {
        collection,
        where: compiled.where,
        values: distinct.values,
        sealedPaths: pathsAround(field),
        limit: distinctMax + 1,
      });
      const rows = await this.#database.read(call).query<{ value: Value }>(statement);
      for (const { value } of rows) addBounded(values, value, field);
      return values.values();
    }
    for await (const document of this.#scan(call, collection, compiled)) {
      if (isSealedIn(document, field)) continue;
      for (const value of distinct.of(document)) addBounded(values, value as Value, field);
    }
    return values.values();
  }

  /** Runs a pipeline: its beginning in SQL, the rest in memory over what the caller may read. */
  async aggregate(call: Call, collection: string, pipeline: unknown): Promise<Value[]> {
    const { match } = splitPipeline(pipeline);
    const { filter, scalarFields } = await this.#filters.compile(call, collection, match, fieldsIn(pipeline));
    const split = splitPipeline(pipeline, { scalarFields });
    const { skip, limit, countAs, rest } = split;
    if (countAs !== undefined && skip === 0 && limit === undefined) {
      const count = await this.#count(call, collection, filter);
      return count === 0 ? [] : [{ [countAs]: count }];
    }
    const entering = this.#entering(call, collection, filter, split);
    const stages = countAs === undefined ? rest : [...rest, { $count: countAs }];
    return runPipeline(stages, entering);
  }

  async *#entering(
    call: Call,
    collection: string,
    filter: CompiledFilter,
    { sort, skip, limit = Number.MAX_SAFE_INTEGER }: ReturnType<typeof splitPipeline>,
  ): AsyncGenerator<StoredDocument> {
    const selection = { collection, where: filter.where };
    const statement =
      sort === undefined
        ? store.scanStatement(call, selection)
        : store.pageStatement(call, {
            ...selection,
            orderBy: sort.orderBy,
            after: undefined,
            skip: 0,
            limit: scannedMax + 1,
          });
    let [behind, left] = [skip, limit];
    for await (const { document, isMatch } of this.#rows(call, statement, filter, scanFetchSize)) {
      if (!isMatch) continue;
      if (left === 0) return;
      if (behind > 0) {
        behind -= 1;
        continue;
      }
      left -= 1;
      yield this.#writes.open(call, collection, document);
    }
  }

  async #count(call: Call, collection: string, filter: CompiledFilter): Promise<number> {
    if (filter.exact) {
      const statement = store.countStatement(call, { collection, where: filter.where });
      const rows = await this.#database.read(call).query<{ count: number }>(statement);
      return rows[0]!.count;
    }
    let count = 0;
    for await (const _document of this.#scan(call, collection, filter)) count += 1;
    return count;
  }

  async *#scan(call: Call, collection: string, filter: CompiledFilter): AsyncGenerator<StoredDocument> {
    const statement = store.scanStatement(call, { collection, where: filter.where });
    for await (const { document, isMatch } of this.#rows(call, statement, filter, scanFetchSize)) {
      if (isMatch) yield document;
    }
  }

  /** The rows of a statement, and whether the filter truly matches; few exact ones come in one round trip. */
  async *#rows(
    call: Call,
    statement: Sql,
    filter: CompiledFilter,
    wanted: number,
  ): AsyncGenerator<{ document: StoredDocument; length: number; isMatch: boolean }> {
    const isSmall = filter.exact && wanted <= fetchSize + 1;
    const pages = isSmall
      ? [await this.#database.read(call).query<Row>(statement)]
      : this.#database.readPages<Row>(call, statement, filter.exact ? fetchSize : scanFetchSize);
    let scanned = 0;
    for await (const rows of pages) {
      for (const { text } of rows) {
        scanned += 1;
        if (!filter.exact && scanned > scannedMax) throw tooManyScanned(filter.reasons);
        const document = JSON.parse(text) as StoredDocument;
        yield { document, length: text.length, isMatch: filter.matches(document) };
      }
    }
  }
}

function checkRange({ skip = 0, limit = pageSizeDefault }: Query): { skip: number; limit: number } {
  if (!Number.isInteger(skip) || skip < 0 || skip > skipMax) {
    throw invalid("skip", `must be between 0 and ${skipMax}: go on by the cursor of a page instead`);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > pageSizeMax) {
    throw invalid("limit", `must be between 1 and ${pageSizeMax}: go on by the cursor of a page for more`);
  }
  return { skip, limit };
}

function addBounded(values: DistinctSet, value: Value, field: string): void {
  values.add(value);
  if (values.size <= distinctMax) return;
  throw new AppError("too_large", `${field} has more than ${distinctMax} distinct values: narrow the filter`);
}

/** The encrypted fields that would hide `field`: itself, what it lies in. */
function pathsAround(field: string): string[] {
  const parts = field.split(".");
  return parts.map((_part, index) => parts.slice(0, index + 1).join("."));
}

function isSealedIn(document: StoredDocument, field: string): boolean {
  return pathsAround(field).some((path) => document._encrypt?.includes(path) === true);
}

function tooManyScanned(reasons: readonly string[]): AppError {
  const work = `${reasons.join(", ")} would have to look at more than ${scannedMax} documents`;
  const message = `${work}: narrow the filter by other fields, or add an index`;
  return new AppError("too_large", message, { field: "filter" });
}
