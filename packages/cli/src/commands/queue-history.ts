import type { Command } from "commander";
import type { Context } from "../context.ts";
import { pageSize, takeFirst } from "../pages.ts";
import { parseWhole } from "../values.ts";

/** Adds what leads back: versions of a queue's definition, differences, restore. */
export function addQueueHistory(queues: Command, context: Context): void {
  addLooking(queues, context);
  queues
    .command("restore <queue> <version>")
    .description("make the settings of an older version the newest again; rights and pause stay as they are")
    .action(async (queue: string, text: string) => {
      const version = parseWhole(text, "version");
      const client = await context.client();
      const restored = await client.restoreQueueVersion(queue, { version });
      const sentence = `Queue ${restored.name} is as in version ${version}, as version ${restored.version}.`;
      context.out.done(sentence, restored);
    });
}

function addLooking(queues: Command, context: Context): void {
  queues
    .command("history <queue>")
    .description("list the versions of a queue's definition, the newest first")
    .option("--limit <n>", "at most so many", "50")
    .option("--version <n>", "show the definition as it was in this version")
    .action(async (queue: string, options: { limit: string; version?: string }) => {
      const client = await context.client();
      if (options.version !== undefined) {
        const version = String(parseWhole(options.version, "--version"));
        return context.out.value(await client.getQueueVersion(queue, version));
      }
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const pages = client.listQueueVersions(queue, { limit: pageSize(limit) });
      const { items, more } = await takeFirst(pages, limit);
      context.out.list(items, [
        { header: "version", value: ({ version }) => version, right: true },
        { header: "what", value: ({ operation }) => operation },
        { header: "at", value: ({ at }) => at },
        { header: "by", value: ({ by }) => by },
        { header: "changed", value: ({ changes }) => changes.map(({ field }) => field).join(", ") },
      ]);
      if (more) context.out.note("There are more: raise --limit.");
    });
  queues
    .command("diff <queue> <from> <to>")
    .description("show what changed between two versions")
    .action(async (queue: string, from: string, to: string) => {
      const query = { from: parseWhole(from, "from"), to: parseWhole(to, "to") };
      const client = await context.client();
      const columns = [
        { header: "setting", value: (change: { field: string }) => change.field },
        { header: "before", value: (change: { before: unknown }) => change.before },
        { header: "after", value: (change: { after: unknown }) => change.after },
      ];
      context.out.list(await client.diffQueueVersions(queue, query), columns, "Nothing changed.");
    });
}
