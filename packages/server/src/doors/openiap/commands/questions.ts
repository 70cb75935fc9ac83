import type { Call } from "../../../kit/call.ts";
import { AppError, invalid } from "../../../kit/errors.ts";
import type { Identity } from "../../../modules/identity/service.ts";
import { type Command, command } from "../command.ts";
import { writtenDocument, writtenValue } from "../document-shapes.ts";
import type { DocumentSource, SourceOf } from "../document-source.ts";
import type { QueryRequest } from "../messages.ts";
import { readFilter, readOrder, readPipeline, readProjection } from "../query-texts.ts";

/** Documents of a query that does not say how many, and of one that does. */
const topDefault = 500;
const topMax = 100_000;
/** Most answers are small, and a small page is one round trip; then the largest that the house gives. */
const firstPageSize = 100;
const nextPageSize = 1_000;
/** Of all pages of one answer together. */
const answerCharactersMax = 48 * 1024 * 1024;

type Query = NonNullable<Parameters<DocumentSource["query"]>[2]>;

/** What is asked of documents. */
export function questionCommands(identity: Identity, sourceOf: SourceOf): Command[] {
  const seenAs = async (call: Call, principalId: string) =>
    principalId === "" ? call : identity.seenAs(call, principalId);
  return [...lists(sourceOf, seenAs), ...figures(sourceOf, seenAs)];
}

/** The caller with the eyes of this principal, where one is named. */
type SeenAs = (call: Call, principalId: string) => Promise<Call>;

const read = { scope: "documents:read" } as const;

function lists(sourceOf: SourceOf, seenAs: SeenAs): Command[] {
  return [
    command({
      ...read,
      name: "query",
      request: "QueryRequest",
      reply: "QueryResponse",
      run: async ({ call }, request) => {
        const { collectionname, skip, explain } = request;
        const asked = askedBy(request);
        const source = sourceOf(collectionname);
        const caller = await seenAs(call, request.queryas);
        if (explain) return { results: JSON.stringify(await source.explain(caller, collectionname, asked)) };
        const pages = pagesOf(source, caller, collectionname, { ...asked, skip, limit: limitOf(request) });
        return { results: await textOf(pages) };
      },
    }),
    command({
      ...read,
      name: "aggregate",
      request: "AggregateRequest",
      reply: "AggregateResponse",
      run: async ({ call }, { collectionname, aggregates, queryas }) => {
        const caller = await seenAs(call, queryas);
        const pipeline = readPipeline(aggregates);
        const results = await sourceOf(collectionname).aggregate(caller, collectionname, pipeline);
        return { results: JSON.stringify(results.map(writtenValue)) };
      },
    }),
    command({
      ...read,
      name: "getdocumentversion",
      request: "GetDocumentVersionRequest",
      reply: "GetDocumentVersionResponse",
      run: async ({ call }, { collectionname, id, version }) => {
        const { document } = await sourceOf(collectionname).getVersion(call, collectionname, id, version);
        return { result: JSON.stringify(writtenDocument(document)) };
      },
    }),
  ];
}

function figures(sourceOf: SourceOf, seenAs: SeenAs): Command[] {
  return [
    command({
      ...read,
      name: "count",
      request: "CountRequest",
      reply: "CountResponse",
      run: async ({ call }, { collectionname, query, queryas }) => {
        const caller = await seenAs(call, queryas);
        return { result: await sourceOf(collectionname).count(caller, collectionname, readFilter(query)) };
      },
    }),
    command({
      ...read,
      name: "distinct",
      request: "DistinctRequest",
      reply: "DistinctResponse",
      run: async ({ call }, { collectionname, field, query, queryas }) => {
        const caller = await seenAs(call, queryas);
        const filter = readFilter(query);
        const values = await sourceOf(collectionname).distinct(caller, collectionname, field, filter);
        return {
          results: values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))),
        };
      },
    }),
  ];
}

function askedBy({ query, projection, orderby }: QueryRequest): Query {
  return { filter: readFilter(query), projection: readProjection(projection), sort: readOrder(orderby) };
}

function limitOf({ top }: QueryRequest): number {
  if (top >= 0 && top <= topMax) return top || topDefault;
  throw invalid("top", `must be between 1 and ${topMax}`);
}

/** As many pages as it takes: clients page by nothing but `top` and `skip`. */
async function* pagesOf(
  source: DocumentSource,
  call: Call,
  collection: string,
  { skip, limit, ...asked }: Query & { skip: number; limit: number },
): AsyncGenerator<Record<string, unknown>[]> {
  let [left, cursor] = [limit, undefined as string | undefined];
  do {
    const place = cursor === undefined ? { skip } : { cursor };
    const size = Math.min(left, cursor === undefined ? firstPageSize : nextPageSize);
    const page = await source.query(call, collection, { ...asked, ...place, limit: size });
    yield page.items;
    left -= page.items.length;
    cursor = page.nextCursor;
  } while (left > 0 && cursor !== undefined);
}

async function textOf(pages: AsyncIterable<Record<string, unknown>[]>): Promise<string> {
  const texts: string[] = [];
  let characters = 0;
  for await (const items of pages) {
    for (const item of items) {
      const text = JSON.stringify(writtenDocument(item));
      characters += text.length;
      texts.push(text);
    }
    if (characters > answerCharactersMax) throw tooMuch();
  }
  return `[${texts.join(",")}]`;
}

function tooMuch(): AppError {
  const message = `The answer has more than ${answerCharactersMax} characters: ask for fewer documents or fields`;
  return new AppError("too_large", message, { field: "top" });
}
