import { invalid } from "../../../kit/errors.ts";
import { parseJsonText } from "../../../kit/json-text.ts";
import type { Documents } from "../../../modules/documents/service.ts";
import { type Command, command } from "../command.ts";
import type { CreateCollectionRequest } from "../messages.ts";

type NewIndex = Parameters<Documents["createIndex"]>[2];
type Index = Awaited<ReturnType<Documents["createIndex"]>>;

const read = { scope: "documents:read" } as const;
const write = { scope: "documents:write" } as const;

/** Collections and their indexes. */
export function collectionCommands(documents: Documents): Command[] {
  return [...collections(documents), ...indexes(documents)];
}

function collections(documents: Documents): Command[] {
  return [
    command({
      ...read,
      name: "listcollections",
      request: "ListCollectionsRequest",
      reply: "ListCollectionsResponse",
      run: async ({ call }) => {
        const found = [];
        let cursor: string | undefined;
        do {
          const page = await documents.listCollections(call, cursor, 1_000);
          found.push(...page.items.map(({ name }) => ({ name, type: "collection" })));
          cursor = page.nextCursor;
        } while (cursor !== undefined);
        return { results: JSON.stringify(found) };
      },
    }),
    command({
      ...write,
      name: "createcollection",
      request: "CreateCollectionRequest",
      reply: "CreateCollectionResponse",
      run: async ({ call }, request) => {
        const expiring = expiringIndexOf(request);
        await documents.createCollection(call, request.collectionname);
        if (expiring !== undefined) await documents.createIndex(call, request.collectionname, expiring);
        return {};
      },
    }),
    command({
      ...write,
      name: "dropcollection",
      request: "DropCollectionRequest",
      reply: "DropCollectionResponse",
      run: async ({ call }, { collectionname }) => {
        await documents.dropCollection(call, collectionname, { purge: true });
        return {};
      },
    }),
  ];
}

function indexes(documents: Documents): Command[] {
  return [
    command({
      ...write,
      name: "createindex",
      request: "CreateIndexRequest",
      reply: "CreateIndexResponse",
      run: async ({ call }, { collectionname, index, options, name }) => {
        const wanted = newIndexOf(index, options, name);
        return { result: (await documents.createIndex(call, collectionname, wanted)).name };
      },
    }),
    command({
      ...read,
      name: "getindexes",
      request: "GetIndexesRequest",
      reply: "GetIndexesResponse",
      run: async ({ call }, { collectionname }) => {
        const found = await documents.listIndexes(call, collectionname);
        const byId = { v: 2, key: { _id: 1 }, name: "_id_" };
        return { results: JSON.stringify([byId, ...found.map(writtenIndex)]) };
      },
    }),
    command({
      ...write,
      name: "dropindex",
      request: "DropIndexRequest",
      reply: "DropIndexResponse",
      run: async ({ call }, { collectionname, name }) => {
        await documents.dropIndex(call, collectionname, name);
        return {};
      },
    }),
  ];
}

/** A collection of measurements is one that is found, and expires, by its time. */
function expiringIndexOf(request: CreateCollectionRequest): NewIndex | undefined {
  const { collation, timeseries, expireAfterSeconds, capped } = request;
  if (capped) throw invalid("capped", "collections have no limit of documents here: let them expire instead");
  if (collation !== null && collation.locale !== "" && collation.locale !== "simple") {
    throw invalid("collation.locale", "texts are compared by their code points here: leave it out");
  }
  const timeField = timeseries?.timeField ?? "";
  if (timeField !== "") {
    const expires = expireAfterSeconds > 0 ? { expireAfterSeconds } : {};
    return { keys: { [timeField]: 1 }, ...expires };
  }
  if (expireAfterSeconds > 0)
    throw invalid("expireAfterSeconds", "needs timeseries.timeField, the field to go by");
  return undefined;
}

function newIndexOf(index: string, options: string, name: string): NewIndex {
  const keys = parseJsonText(index, { field: "index" });
  if (typeof keys !== "object" || keys === null || Array.isArray(keys) || Object.keys(keys).length === 0) {
    throw invalid("index", 'must name fields and their order, as {"name": 1}');
  }
  const wrong = Object.entries(keys).find(([, order]) => ![1, -1, "text"].includes(order as number));
  if (wrong !== undefined) throw invalid(`index.${wrong[0]}`, 'must be 1, -1 or "text"');
  const given = options === "" ? {} : parseJsonText(options, { field: "options" });
  const { unique, expireAfterSeconds, name: ownName } = (given ?? {}) as Record<string, unknown>;
  const named = name || ownName;
  return {
    keys: keys as NewIndex["keys"],
    ...(typeof named === "string" && named !== "" ? { name: named } : {}),
    ...(unique === true ? { unique } : {}),
    ...(typeof expireAfterSeconds === "number" ? { expireAfterSeconds } : {}),
  };
}

function writtenIndex({ keys: key, name, unique, expireAfterSeconds }: Index): Record<string, unknown> {
  return {
    v: 2,
    key,
    name,
    ...(unique ? { unique } : {}),
    ...(expireAfterSeconds === undefined ? {} : { expireAfterSeconds }),
  };
}
