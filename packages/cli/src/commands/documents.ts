import type { Command } from "commander";
import type { Context } from "../context.ts";
import { usage } from "../failures.ts";
import { pageSize, takeFirst } from "../pages.ts";
import { type Column, formatCount } from "../table.ts";
import { defined, parseJson, parseList, parseObject, parseWhole } from "../values.ts";
import { addHistory } from "./document-history.ts";
import { addIndexes } from "./document-indexes.ts";
import { type Document, queryAll } from "./query-documents.ts";

const json = "JSON, @file or - for the standard input";

const idsShownMax = 10;

/** Adds `documents` with its subcommands. */
export function addDocuments(program: Command, context: Context): void {
  const documents = program.command("documents").description("documents in collections, with their history");
  addReading(documents, context);
  addInsert(documents, context);
  addChanging(documents, context);
  addDelete(documents, context);
  addHistory(documents, context);
  addIndexes(documents, context);
}

interface QueryOptions {
  sort?: string;
  fields?: string;
  skip?: string;
  limit: string;
  full?: true;
}

function addReading(documents: Command, context: Context): void {
  documents
    .command("collections")
    .description("list the collections you may read")
    .option("--limit <n>", "at most so many", "100")
    .action(async (options: { limit: string }) => {
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const client = await context.client();
      const { items, more } = await takeFirst(client.listCollections({ limit: pageSize(limit) }), limit);
      context.out.list(items, [
        { header: "name", value: (collection) => collection.name },
        { header: "made by", value: (collection) => collection.createdBy },
        { header: "made", value: (collection) => collection.createdAt },
        { header: "encrypts", value: (collection) => collection.encrypt.join(", ") },
      ]);
      if (more) context.out.note("There are more: raise --limit.");
    });
  documents
    .command("query <collection> [filter]")
    .description("ask for documents by a filter in the MongoDB language")
    .option("--sort <sort>", 'a field, -field for the other way round, or JSON: {"year": -1, "name": 1}')
    .option("--fields <names>", "comma list: only these fields")
    .option("--skip <n>", "leave out the first ones")
    .option("--limit <n>", "at most so many", "50")
    .option("--full", "whole documents as JSON, also for people")
    .action(async (collection: string, filter: string | undefined, options: QueryOptions) => {
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const query = queryOf(filter, options);
      const client = await context.client();
      const { items, more } = await takeFirst(queryAll(client, collection, query, limit), limit);
      if (options.full === true) context.out.value(items);
      else context.out.list(items, columnsOf(items, options.fields), "No such documents.");
      if (more) context.out.note("There are more: raise --limit.");
    });
  documents
    .command("count <collection> [filter]")
    .description("count the documents that match")
    .action(async (collection: string, filter?: string) => {
      const query = filter === undefined ? {} : { filter: parseObject(filter, "filter") };
      const client = await context.client();
      const { count } = await client.countDocuments(collection, query);
      context.out.done(String(count), { count });
    });
  documents
    .command("get <collection> <id>")
    .description("read a document")
    .action(async (collection: string, id: string) => {
      const client = await context.client();
      context.out.value(await client.getDocument(collection, id));
    });
}

function queryOf(filter: string | undefined, { sort, fields, skip }: QueryOptions): Record<string, unknown> {
  const isJson = sort !== undefined && /^[{[@]|^-$/.test(sort);
  return defined({
    filter: filter === undefined ? undefined : parseObject(filter, "filter"),
    sort: isJson ? parseJson(sort, "--sort") : sort,
    projection:
      fields === undefined ? undefined : Object.fromEntries(parseList(fields).map((name) => [name, 1])),
    skip: skip === undefined ? undefined : parseWhole(skip, "--skip"),
  });
}

/** The id, what was asked for or the first fields that are found, and when it changed. */
function columnsOf(documents: readonly Document[], fields: string | undefined): Column<Document>[] {
  const shownMax = 5;
  const own = documents.flatMap((document) => Object.keys(document).filter((name) => !name.startsWith("_")));
  const names = fields === undefined ? [...new Set(own)].slice(0, shownMax) : parseList(fields);
  const shown = ["_id", ...names.filter((name) => name !== "_id")];
  return shown.map((name) => ({ header: name, value: (document) => at(document, name) }));
}

function at(document: Document, path: string): unknown {
  let value: unknown = document;
  for (const step of path.split(".")) value = (value as Document | null | undefined)?.[step];
  return value;
}

function addInsert(documents: Command, context: Context): void {
  documents
    .command("insert <collection> <document...>")
    .description(`insert documents, all or none: ${json}; a JSON array holds several`)
    .action(async (collection: string, texts: string[]) => {
      const items = texts.flatMap((text) => {
        const value = parseJson(text, "document");
        return (Array.isArray(value) ? value : [value]) as Document[];
      });
      const client = await context.client();
      const inserted = await client.insertDocuments(collection, items);
      const ids = inserted.map((document) => String((document as Document)["_id"]));
      const named = ids.length > idsShownMax ? "." : `: ${ids.join(", ")}`;
      context.out.done(`${formatCount(ids.length, "document")} inserted${named}`, inserted);
    });
}

function addChanging(documents: Command, context: Context): void {
  const ifVersionHelp = "only if the document still has this version";
  documents
    .command("replace <collection> <id> <document>")
    .description(`replace a document's contents: ${json}`)
    .option("--if-version <n>", ifVersionHelp)
    .action(async (collection: string, id: string, text: string, options: { ifVersion?: string }) => {
      const document = parseObject(text, "document");
      const client = await context.client();
      const replaced = await client.replaceDocument(collection, id, document, onlyIf(options));
      context.out.done(`Document ${id} has version ${replaced._version}.`, replaced);
    });
  documents
    .command("update <collection> <update>")
    .description('change one document (--id) or all that match (--filter): {"$set": {"status": "done"}}')
    .option("--id <id>", "this document")
    .option("--filter <json>", "every document that matches, all or none")
    .option("--if-version <n>", ifVersionHelp)
    .action(
      async (
        collection: string,
        text: string,
        options: { id?: string; filter?: string; ifVersion?: string },
      ) => {
        const update = parseObject(text, "update");
        const { id, filter } = options;
        if ((id === undefined) === (filter === undefined))
          throw usage("Name one document with --id, or --filter.");
        const client = await context.client();
        if (id !== undefined) {
          const changed = await client.updateDocument(collection, id, update, onlyIf(options));
          return context.out.done(`Document ${id} has version ${changed._version}.`, changed);
        }
        const body = { filter: parseObject(filter ?? "{}", "--filter"), update };
        const { updated } = await client.updateDocuments(collection, body);
        context.out.done(`${formatCount(updated, "document")} changed.`, { updated });
      },
    );
}

function addDelete(documents: Command, context: Context): void {
  documents
    .command("delete <collection> [id...]")
    .description("delete documents, by id or all that match; they can be brought back")
    .option("--filter <json>", "every document that matches, all or none")
    .action(async (collection: string, ids: string[], options: { filter?: string }) => {
      const { filter } = options;
      if (ids.length > 0 === (filter !== undefined)) throw usage("Name ids, or a --filter.");
      const wanted = filter === undefined ? undefined : parseObject(filter, "--filter");
      const client = await context.client();
      if (wanted !== undefined) {
        const { deleted } = await client.deleteDocuments(collection, { filter: wanted });
        return context.out.done(`${formatCount(deleted, "document")} deleted.`, { deleted });
      }
      for (const id of ids) await client.deleteDocument(collection, id);
      context.out.done(`${formatCount(ids.length, "document")} deleted.`, { deleted: ids.length });
    });
}

function onlyIf({ ifVersion }: { ifVersion?: string }): { ifVersion?: number } {
  return ifVersion === undefined ? {} : { ifVersion: parseWhole(ifVersion, "--if-version") };
}
