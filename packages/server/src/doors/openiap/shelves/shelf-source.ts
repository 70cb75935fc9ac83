import type { Call } from "../../../kit/call.ts";
import { AppError, hasCode, invalid } from "../../../kit/errors.ts";
import { isId } from "../../../kit/ids.ts";
import { absent } from "../../../modules/access/model.ts";
import { nameOfDocument, type StoredDocument } from "../../../modules/documents/model.ts";
import { DistinctSet, distinctValues } from "../../../modules/query-language/distinct.ts";
import { compileFilter } from "../../../modules/query-language/filter.ts";
import { runPipeline, splitPipeline } from "../../../modules/query-language/pipeline.ts";
import { compileProjection } from "../../../modules/query-language/projection.ts";
import { compileSort } from "../../../modules/query-language/sort.ts";
import { applyUpdate } from "../../../modules/query-language/update.ts";
import type { DocumentSource } from "../document-source.ts";
import { fresh } from "../fresh-call.ts";
import { FilterHints, type Shelf } from "./shelf.ts";

/** Things that one question may look at, and that one request may change. */
const lookedAtMax = 20_000;
const changedMax = 1_000;
const pageSizeDefault = 100;

type Query = NonNullable<Parameters<DocumentSource["query"]>[2]>;
type Document = Record<string, unknown>;

/** Answers questions about the things on a shelf as if they were documents, and does to them what is done to these. */
export function shelfSource(shelf: Shelf): DocumentSource {
  return { ...readingFrom(shelf), ...writingTo(shelf) };
}

function readingFrom(shelf: Shelf) {
  const matching = (call: Call, filter: unknown) => matchesOn(shelf, call, filter);
  return {
    query: async (call: Call, _collection: string, query: Query = {}) => {
      const { limit = pageSizeDefault, skip = 0, cursor } = query;
      const start = cursor === undefined ? skip : startOf(cursor);
      const { compare } = compileSort(query.sort);
      const { project } = compileProjection(query.projection);
      const found = (await collect(matching(call, query.filter))).sort(compare);
      const items = found.slice(start, start + limit).map((document) => project(document));
      return found.length > start + limit ? { items, nextCursor: String(start + limit) } : { items };
    },
    explain: async () => ({
      path: "sql and evaluation" as const,
      reasons: [shelf.what],
      indexes: [],
      nodes: [],
    }),
    count: async (call: Call, _collection: string, filter?: unknown) =>
      (await collect(matching(call, filter))).length,
    distinct: async (call: Call, _collection: string, field: string, filter?: unknown) => {
      const values = new DistinctSet();
      const { of } = distinctValues(field);
      for await (const document of matching(call, filter))
        for (const value of of(document)) values.add(value as never);
      return values.values();
    },
    aggregate: async (call: Call, _collection: string, pipeline: unknown) =>
      runPipeline(pipeline, matching(call, splitPipeline(pipeline).match)),
    get: async (call: Call, collection: string, id: string) => one(shelf, call, collection, id),
    getVersion: async (call: Call, collection: string, id: string, version: number) => {
      const document = await one(shelf, call, collection, id);
      if (version !== -1 && version !== document._version)
        throw absent(`version ${version} of ${nameOfDocument(collection, id)}`);
      const { _version, _modified: at, _modifiedbyid: byId, _modifiedby: by } = document;
      return { version: _version, operation: "update" as const, at, byId, by, document };
    },
  };
}

function writingTo(shelf: Shelf) {
  const insertOne = async (call: Call, collection: string, document: unknown) => {
    if (shelf.insert === undefined) throw notHere(shelf, "made");
    const id = await shelf.insert(call, document as Document);
    return one(shelf, fresh(call), collection, id);
  };
  const replaceOne = async (call: Call, collection: string, id: string, document: unknown) => {
    if (shelf.replace === undefined) throw notHere(shelf, "changed");
    await shelf.replace(call, await one(shelf, call, collection, id), document as Document);
    return one(shelf, fresh(call), collection, id);
  };
  const remove = async (call: Call, document: StoredDocument) => {
    if (shelf.remove === undefined) throw notHere(shelf, "deleted");
    await shelf.remove(call, document);
  };
  return {
    oneByOneMax: changedMax,
    insertOne,
    insertMany: async (call: Call, collection: string, documents: readonly unknown[]) => {
      const stored: StoredDocument[] = [];
      for (const document of documents) stored.push(await insertOne(fresh(call), collection, document));
      return stored;
    },
    replaceOne,
    updateMany: async (call: Call, collection: string, filter: unknown, update: unknown) => {
      const found = await collect(matchesOn(shelf, call, filter), changedMax);
      for (const document of found) {
        // What it writes as the present time is shown and decides nothing.
        const changed = applyUpdate(document, update, { now: new Date() });
        await replaceOne(fresh(call), collection, document._id, changed);
      }
      return { updated: found.length };
    },
    insertOrUpdate: async (
      call: Call,
      collection: string,
      document: unknown,
      fields: readonly string[] = ["_id"],
    ) => {
      const given = document as Document;
      const filter = Object.fromEntries(fields.map((field) => [field, given[field] ?? null]));
      const found = await collect(matchesOn(shelf, call, filter), 2);
      if (found.length > 1)
        throw new AppError("conflict", `Several ${shelf.what} have the same ${fields.join(", ")}`);
      const [known] = found;
      if (known === undefined) return { document: await insertOne(call, collection, given), inserted: true };
      return { document: await replaceOne(call, collection, known._id, given), inserted: false };
    },
    deleteOne: async (call: Call, collection: string, id: string) =>
      remove(call, await one(shelf, call, collection, id)),
    deleteMany: async (call: Call, _collection: string, filter: unknown) => {
      const found = await collect(matchesOn(shelf, call, filter), changedMax);
      for (const document of found) await remove(fresh(call), document);
      return { deleted: found.length };
    },
  };
}

async function* matchesOn(shelf: Shelf, call: Call, filter: unknown): AsyncGenerator<StoredDocument> {
  const { matches } = compileFilter(filter ?? {});
  let looked = 0;
  for await (const document of shelf.documents(call, new FilterHints(filter))) {
    looked += 1;
    if (looked > lookedAtMax) throw tooMany(shelf, lookedAtMax);
    if (matches(document)) yield document;
  }
}

async function collect(
  documents: AsyncIterable<StoredDocument>,
  max = lookedAtMax,
): Promise<StoredDocument[]> {
  const found: StoredDocument[] = [];
  for await (const document of documents) {
    if (found.length >= max) throw new AppError("too_large", `More than ${max} match: narrow the filter`);
    found.push(document);
  }
  return found;
}

async function one(shelf: Shelf, call: Call, collection: string, id: string): Promise<StoredDocument> {
  const missing = absent(nameOfDocument(collection, id));
  try {
    for await (const document of matchesOn(shelf, call, { _id: id })) return document;
  } catch (error) {
    throw hasCode(error, "not_found") ? missing : error;
  }
  throw missing;
}

function startOf(cursor: string): number {
  const start = Number(cursor);
  if (!Number.isInteger(start) || isId(cursor)) throw invalid("cursor", "is not a cursor of this query");
  return start;
}

function notHere({ what, ways }: Shelf, done: string): AppError {
  return new AppError("conflict", `${what} are not ${done} as documents: ${ways}`);
}

function tooMany({ what }: Shelf, max: number): AppError {
  return new AppError(
    "too_large",
    `There are more than ${max} ${what}: say in the filter which ones are meant`,
    {
      field: "query",
    },
  );
}
