import type { Command } from "commander";
import type { Context } from "../context.ts";
import { pageSize, takeFirst } from "../pages.ts";
import { parseWhole } from "../values.ts";

/** What the API calls a document's newest version. */
const newest = -1;

/** Adds what leads back: versions, differences, restore, undelete. */
export function addHistory(documents: Command, context: Context): void {
  addLooking(documents, context);
  addWaysBack(documents, context);
}

function addLooking(documents: Command, context: Context): void {
  documents
    .command("history <collection> <id>")
    .description("list a document's versions, the newest first")
    .option("--limit <n>", "at most so many", "50")
    .option("--version <n>", "show the document as it was in this version")
    .action(async (collection: string, id: string, options: { limit: string; version?: string }) => {
      const client = await context.client();
      if (options.version !== undefined) {
        const version = String(parseWhole(options.version, "--version"));
        return context.out.value(await client.getVersion(collection, id, version));
      }
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const { items, more } = await takeFirst(
        client.listVersions(collection, id, { limit: pageSize(limit) }),
        limit,
      );
      context.out.list(items, [
        { header: "version", value: (version) => version.version, right: true },
        { header: "what", value: (version) => version.operation },
        { header: "at", value: (version) => version.at },
        { header: "by", value: (version) => version.by },
      ]);
      if (more) context.out.note("There are more: raise --limit.");
    });
  documents
    .command("diff <collection> <id> <from> [to]")
    .description("show what changed between two versions; to the newest if only one is named")
    .action(async (collection: string, id: string, from: string, to?: string) => {
      const query = {
        from: parseWhole(from, "from"),
        to: to === undefined ? newest : parseWhole(to, "to"),
      };
      const client = await context.client();
      const differences = await client.diffVersions(collection, id, query);
      context.out.list(
        differences,
        [
          { header: "field", value: (difference) => difference.path },
          { header: "before", value: (difference) => difference.before },
          { header: "after", value: (difference) => difference.after },
        ],
        "Nothing changed.",
      );
    });
}

function addWaysBack(documents: Command, context: Context): void {
  documents
    .command("restore <collection> <id> <version>")
    .description("make an older version the newest again")
    .action(async (collection: string, id: string, text: string) => {
      const version = parseWhole(text, "version");
      const client = await context.client();
      const restored = await client.restoreVersion(collection, id, { version });
      context.out.done(
        `Document ${id} is as in version ${version}, as version ${restored._version}.`,
        restored,
      );
    });
  documents
    .command("deleted <collection>")
    .description("list deleted documents")
    .option("--limit <n>", "at most so many", "50")
    .action(async (collection: string, options: { limit: string }) => {
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const client = await context.client();
      const pages = client.listDeletedDocuments(collection, { limit: pageSize(limit) });
      const { items, more } = await takeFirst(pages, limit);
      context.out.list(items, [
        { header: "id", value: ({ document }) => document._id },
        { header: "name", value: ({ document }) => document.name },
        { header: "deleted", value: ({ at }) => at },
        { header: "by", value: ({ by }) => by },
      ]);
      if (more) context.out.note("There are more: raise --limit.");
    });
  documents
    .command("undelete <collection> <id>")
    .description("bring a deleted document back")
    .action(async (collection: string, id: string) => {
      const client = await context.client();
      const document = await client.undeleteDocument(collection, id);
      context.out.done(`Document ${id} is back, as version ${document._version}.`, document);
    });
}
