import { AppError, invalid } from "../../../kit/errors.ts";
import type { Documents } from "../../../modules/documents/service.ts";
import { type Command, command } from "../command.ts";
import { readDocument, readDocuments, writtenDocument, writtenValue } from "../document-shapes.ts";
import { readFilter, readOrder, readPipeline, readProjection } from "../query-texts.ts";

/** Documents of a query that does not say how many, and of one that does. */
const topDefault = 500;
const topMax = 100_000;
/** Of all pages of one answer together. */
const answerCharactersMax = 48 * 1024 * 1024;
const pageSize = 1_000;

/** Documents, one or many. */
export function documentCommands(documents: Documents): Command[] {
  return [...questions(documents), ...insertions(documents)];
}

function questions(documents: Documents): Command[] {
  return [
    command({
      name: "query",
      request: "QueryRequest",
      reply: "QueryResponse",
      scope: "documents:read",
      run: async ({ call }, { collectionname, query, projection, orderby, top, skip }) => {
        const wanted = {
          filter: readFilter(query),
          projection: readProjection(projection),
          sort: readOrder(orderby),
        };
        const limit = top === 0 ? topDefault : top;
        if (limit < 0 || limit > topMax) throw invalid("top", `must be between 1 and ${topMax}`);
        const texts: string[] = [];
        let [characters, left, cursor] = [0, limit, undefined as string | undefined];
        do {
          const page = {
            ...wanted,
            limit: Math.min(left, pageSize),
            ...(cursor === undefined ? { skip } : { cursor }),
          };
          const { items, nextCursor } = await documents.query(call, collectionname, page);
          for (const item of items) {
            const text = JSON.stringify(writtenDocument(item));
            characters += text.length;
            texts.push(text);
          }
          if (characters > answerCharactersMax) throw tooMuch();
          left -= items.length;
          cursor = nextCursor;
        } while (left > 0 && cursor !== undefined);
        return { results: `[${texts.join(",")}]` };
      },
    }),
    command({
      name: "aggregate",
      request: "AggregateRequest",
      reply: "AggregateResponse",
      scope: "documents:read",
      run: async ({ call }, { collectionname, aggregates }) => {
        const results = await documents.aggregate(call, collectionname, readPipeline(aggregates));
        return { results: JSON.stringify(results.map(writtenValue)) };
      },
    }),
    command({
      name: "count",
      request: "CountRequest",
      reply: "CountResponse",
      scope: "documents:read",
      run: async ({ call }, { collectionname, query }) => ({
        result: await documents.count(call, collectionname, readFilter(query)),
      }),
    }),
  ];
}

function insertions(documents: Documents): Command[] {
  return [
    command({
      name: "insertone",
      request: "InsertOneRequest",
      reply: "InsertOneResponse",
      scope: "documents:write",
      run: async ({ call }, { collectionname, item }) => {
        const stored = await documents.insertOne(call, collectionname, readDocument(item, "item"));
        return { result: JSON.stringify(writtenDocument(stored)) };
      },
    }),
    command({
      name: "insertmany",
      request: "InsertManyRequest",
      reply: "InsertManyResponse",
      scope: "documents:write",
      run: async ({ call }, { collectionname, items, skipresults }) => {
        const stored = await documents.insertMany(call, collectionname, readDocuments(items, "items"));
        return { results: skipresults ? "[]" : JSON.stringify(stored.map(writtenDocument)) };
      },
    }),
  ];
}

function tooMuch(): AppError {
  return new AppError("too_large", "The answer would be too large: ask for fewer documents or fields", {
    field: "top",
  });
}
