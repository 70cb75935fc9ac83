import type { Command } from "commander";
import type { Context } from "../context.ts";
import { usage } from "../failures.ts";
import { defined, parseList, parseObject, parseWhole } from "../values.ts";

interface CreateOptions {
  name?: string;
  unique?: true;
  expireAfterSeconds?: string;
}

/** Adds `documents index` with its subcommands. */
export function addIndexes(documents: Command, context: Context): void {
  const index = documents.command("index").description("a collection's indexes");
  index
    .command("list <collection>")
    .description("list a collection's indexes")
    .action(async (collection: string) => {
      const client = await context.client();
      context.out.list(
        await client.listIndexes(collection),
        [
          { header: "name", value: (entry) => entry.name },
          { header: "keys", value: (entry) => entry.keys },
          { header: "unique", value: (entry) => entry.unique },
          { header: "ready", value: (entry) => entry.ready },
          { header: "expires after (s)", value: (entry) => entry.expireAfterSeconds },
        ],
        "No indexes.",
      );
    });
  index
    .command("create <collection> <keys>")
    .description('make an index: year,-name, or JSON: {"title": "text"}; answers when it is built')
    .option("--name <name>", "made of its fields if not given")
    .option("--unique", "no two documents have the same values there")
    .option("--expire-after-seconds <n>", "documents go so long after the field's date")
    .action(async (collection: string, keys: string, options: CreateOptions) => {
      const { expireAfterSeconds: seconds } = options;
      const wanted = {
        keys: keysOf(keys) as never,
        ...defined({
          name: options.name,
          unique: options.unique,
          expireAfterSeconds:
            seconds === undefined ? undefined : parseWhole(seconds, "--expire-after-seconds"),
        }),
      };
      const client = await context.client();
      const made = await client.createIndex(collection, wanted);
      context.out.done(`Index ${made.name} is ready.`, made);
    });
  index
    .command("drop <collection> <index>")
    .description("remove an index")
    .action(async (collection: string, name: string) => {
      const client = await context.client();
      await client.dropIndex(collection, name);
      context.out.done(`Index ${name} is removed.`, { dropped: name });
    });
}

function keysOf(text: string): Record<string, unknown> {
  if (text.startsWith("{") || text.startsWith("@")) return parseObject(text, "keys");
  const fields = parseList(text);
  if (fields.length === 0) throw usage("keys: name at least one field");
  return Object.fromEntries(
    fields.map((field) => (field.startsWith("-") ? [field.slice(1), -1] : [field, 1])),
  );
}
