import type { Call } from "../../../kit/call.ts";
import { toAppError } from "../../../kit/database-errors.ts";
import { AppError, hasCode, invalid } from "../../../kit/errors.ts";
import type { StoredDocument } from "../../../modules/documents/model.ts";
import { type Command, command } from "../command.ts";
import {
  readDocument,
  readDocuments,
  readUpdate,
  withoutNulls,
  writtenDocument,
} from "../document-shapes.ts";
import type { DocumentSource, SourceOf } from "../document-source.ts";
import { readFilter } from "../query-texts.ts";

/** Documents of one request; the house stores so many of them with one commit. */
const itemsMax = 10_000;
const batchSize = 1_000;
const write = { scope: "documents:write" } as const;

/** What changes documents. */
export function changeCommands(sourceOf: SourceOf): Command[] {
  return [...insertions(sourceOf), ...updates(sourceOf), ...upserts(sourceOf), ...deletions(sourceOf)];
}

function insertions(sourceOf: SourceOf): Command[] {
  return [
    command({
      ...write,
      name: "insertone",
      request: "InsertOneRequest",
      reply: "InsertOneResponse",
      run: async ({ call }, { collectionname, item }) => {
        const document = readDocument(item, "item");
        const stored = await sourceOf(collectionname).insertOne(call, collectionname, document);
        return { result: JSON.stringify(writtenDocument(stored)) };
      },
    }),
    command({
      ...write,
      name: "insertmany",
      request: "InsertManyRequest",
      reply: "InsertManyResponse",
      run: async ({ call }, { collectionname, items, skipresults }) => {
        const documents = readItems(items);
        const stored = await insertAll(sourceOf(collectionname), call, collectionname, documents);
        return { results: skipresults ? "[]" : JSON.stringify(stored.map(writtenDocument)) };
      },
    }),
  ];
}

function updates(sourceOf: SourceOf): Command[] {
  return [
    command({
      ...write,
      name: "updateone",
      request: "UpdateOneRequest",
      reply: "UpdateOneResponse",
      run: async ({ call }, { collectionname, item }) => {
        const document = withoutNulls(readDocument(item, "item"));
        const { _id: id } = document;
        if (typeof id !== "string")
          throw invalid("item._id", "must be there: it says which document to replace");
        const stored = await sourceOf(collectionname).replaceOne(call, collectionname, id, document);
        return { result: JSON.stringify(writtenDocument(stored)) };
      },
    }),
    command({
      ...write,
      name: "updatedocument",
      request: "UpdateDocumentRequest",
      reply: "UpdateDocumentResponse",
      run: async ({ call }, { collectionname, query, document }) => {
        const filter = requireFilter(query);
        const { updated } = await sourceOf(collectionname).updateMany(
          call,
          collectionname,
          filter,
          readUpdate(document, "document"),
        );
        const counts = { matchedCount: updated, modifiedCount: updated, upsertedCount: 0 };
        return { opresult: { acknowledged: true, ...counts, upsertedId: "" } };
      },
    }),
  ];
}

function upserts(sourceOf: SourceOf): Command[] {
  return [
    command({
      ...write,
      name: "insertorupdateone",
      request: "InsertOrUpdateOneRequest",
      reply: "InsertOrUpdateOneResponse",
      run: async ({ call }, { collectionname, uniqeness, item }) => {
        const document = readDocument(item, "item");
        const stored = await insertOrUpdate(sourceOf(collectionname), call, {
          collectionname,
          uniqeness,
          document,
        });
        return { result: JSON.stringify(stored) };
      },
    }),
    command({
      ...write,
      name: "insertorupdatemany",
      request: "InsertOrUpdateManyRequest",
      reply: "InsertOrUpdateManyResponse",
      run: async ({ call }, { collectionname, uniqeness, items, skipresults }) => {
        const source = sourceOf(collectionname);
        const stored = [];
        // One after the other: of two that mean the same document the later one wins.
        for (const document of readItems(items)) {
          stored.push(await insertOrUpdate(source, call, { collectionname, uniqeness, document }));
        }
        return { results: skipresults ? "[]" : JSON.stringify(stored) };
      },
    }),
  ];
}

function deletions(sourceOf: SourceOf): Command[] {
  return [
    command({
      ...write,
      name: "deleteone",
      request: "DeleteOneRequest",
      reply: "DeleteOneResponse",
      run: async ({ call }, { collectionname, id }) => {
        try {
          await sourceOf(collectionname).deleteOne(call, collectionname, id);
        } catch (error) {
          if (hasCode(error, "not_found")) return { affectedrows: 0 };
          throw error;
        }
        return { affectedrows: 1 };
      },
    }),
    command({
      ...write,
      name: "deletemany",
      request: "DeleteManyRequest",
      reply: "DeleteManyResponse",
      run: async ({ call }, { collectionname, query, ids }) => {
        const filter = ids.length > 0 ? { _id: { $in: ids } } : requireFilter(query);
        const { deleted } = await sourceOf(collectionname).deleteMany(call, collectionname, filter);
        return { affectedrows: deleted };
      },
    }),
  ];
}

/** In their order, as many as may be with one commit; when some fail, the error says how many are stored. */
async function insertAll(
  source: DocumentSource,
  call: Call,
  collection: string,
  documents: readonly unknown[],
): Promise<StoredDocument[]> {
  const { oneByOneMax = itemsMax } = source;
  if (documents.length > oneByOneMax)
    throw invalid("items", `at most ${oneByOneMax} at once, as each of these is made by itself`);
  const size = source.oneByOneMax === undefined ? batchSize : 1;
  const stored: StoredDocument[] = [];
  for (let start = 0; start < documents.length; start += size) {
    try {
      const batch = documents.slice(start, start + size);
      stored.push(...(await source.insertMany(call, collection, batch)));
    } catch (error) {
      throw storedBefore(error, stored.length);
    }
  }
  return stored;
}

function storedBefore(error: unknown, count: number): unknown {
  const known = toAppError(error);
  if (!(known instanceof AppError) || count === 0) return known;
  const { code, message, details } = known;
  return new AppError(code, `${message}; the first ${count} of the items are stored`, details);
}

async function insertOrUpdate(
  source: DocumentSource,
  call: Call,
  wanted: { collectionname: string; uniqeness: string; document: Record<string, unknown> },
): Promise<Record<string, unknown>> {
  const { collectionname, uniqeness, document } = wanted;
  const named = uniqeness.split(",").map((field) => field.trim());
  const fields = named.filter((field) => field !== "");
  const uniqueFields = fields.length === 0 ? ["_id"] : fields;
  // What has no id yet is nobody's next version.
  const isNew = uniqueFields.length === 1 && uniqueFields[0] === "_id" && document["_id"] === undefined;
  if (isNew) return writtenDocument(await source.insertOne(call, collectionname, document));
  const { document: stored } = await source.insertOrUpdate(call, collectionname, document, uniqueFields);
  return writtenDocument(stored);
}

function readItems(text: string): Record<string, unknown>[] {
  const documents = readDocuments(text, "items");
  if (documents.length <= itemsMax) return documents;
  throw new AppError("too_large", `items: at most ${itemsMax} documents at once`, { field: "items" });
}

/** All documents are changed only by who says so. */
function requireFilter(query: string): unknown {
  const filter = readFilter(query);
  if (filter === undefined) throw invalid("query", "must say which documents; {} for all");
  return filter;
}
