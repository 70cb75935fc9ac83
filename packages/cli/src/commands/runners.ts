import type { Command } from "commander";
import type { Runner } from "@millrace/sdk";
import type { Context } from "../context.ts";
import { pageSize, takeFirst } from "../pages.ts";
import type { Column } from "../table.ts";
import { defined, parseList, parseWhole } from "../values.ts";
import { addRunnerHere } from "./runner-here.ts";

const columns: Column<Runner>[] = [
  { header: "name", value: (runner) => runner.name },
  {
    header: "state",
    value: (runner) => (runner.refusing === "" ? runner.state : `${runner.state}, refusing`),
  },
  { header: "tags", value: (runner) => runner.tags.join(", ") },
  { header: "busy", value: (runner) => `${runner.busy}/${runner.slots}`, right: true },
  { header: "platform", value: (runner) => `${runner.platform.os} ${runner.platform.arch}`.trim() },
  { header: "version", value: (runner) => runner.version },
  { header: "certificate until", value: (runner) => runner.certificateUntil },
  { header: "last seen", value: (runner) => runner.lastSeenAt },
  { header: "id", value: (runner) => runner.id },
];

/** Adds `runner` with its subcommands: one for this machine, and the inventory of the server. */
export function addRunners(program: Command, context: Context): void {
  const runner = program
    .command("runner")
    .description("what executes jobs: enrol one here, or look after them all");
  addTokens(runner, context);
  addRunnerHere(runner, context);
  addInventory(runner, context);
  addStates(runner, context);
}

function addTokens(runner: Command, context: Context): void {
  const token = runner.command("token").description("one-time tokens that enrol runners; for admins");
  token
    .command("create")
    .description("make a token that enrols one runner within ten minutes; its text is shown this once")
    .option("--tags <list>", "comma list of what the runner will be known by, as onprem,gpu")
    .option("--name <name>", "what it will be called")
    .option("--runner <id>", "enrols this runner again, with its name and tags")
    .action(async (options: { tags?: string; name?: string; runner?: string }) => {
      const { tags, name, runner: runnerId } = options;
      const client = await context.client();
      const wanted = defined({ tags: tags === undefined ? undefined : parseList(tags), name, runnerId });
      const made = await client.createEnrolmentToken(wanted);
      if (!context.out.json) context.out.note(`Good once, until ${made.expiresAt}. Shown this once:`);
      context.out.done(made.token, made);
    });
  token
    .command("list")
    .description("list the tokens of the last day, the newest first")
    .action(async () => {
      const client = await context.client();
      context.out.list(await client.listEnrolmentTokens(), [
        { header: "id", value: (row) => row.id },
        { header: "tags", value: (row) => row.tags.join(", ") },
        { header: "made by", value: (row) => row.createdByName },
        { header: "expires", value: (row) => row.expiresAt },
        { header: "used", value: (row) => row.usedAt },
      ]);
    });
  token
    .command("delete <token...>")
    .description("take tokens back by their ids")
    .action(async (ids: string[]) => {
      const client = await context.client();
      for (const id of ids) await client.deleteEnrolmentToken(id);
      context.out.done(`Deleted: ${ids.join(", ")}`, { deleted: ids });
    });
}

function addInventory(runner: Command, context: Context): void {
  runner
    .command("list")
    .description("list the runners you may see, by name")
    .option("--limit <n>", "at most so many", "100")
    .action(async (options: { limit: string }) => {
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const client = await context.client();
      const { items, more } = await takeFirst(client.listRunners({ limit: pageSize(limit) }), limit);
      context.out.list(items, columns, "No runners yet. Enrol one: millrace runner token create");
      if (more) context.out.note("There are more: raise --limit.");
    });
  runner
    .command("show <runner>")
    .description("show a runner by its id")
    .action(async (id: string) => {
      const client = await context.client();
      context.out.record(await client.getRunner(id));
    });
}

function addStates(runner: Command, context: Context): void {
  const verbs = [
    ["block", "keep runners out and cut their connections, until they are unblocked", "Blocked"],
    ["unblock", "let blocked runners in again", "Unblocked"],
    [
      "drain",
      "let runners finish what they have and give them nothing more, until their next start",
      "Draining",
    ],
    ["delete", "remove runners for good; their certificates are denied from then on", "Deleted"],
  ] as const;
  for (const [verb, description, done] of verbs) {
    runner
      .command(`${verb} <runner...>`)
      .description(`${description}; named by their ids`)
      .action(async (ids: string[]) => {
        const client = await context.client();
        for (const id of ids) await client[`${verb}Runner`](id);
        context.out.done(`${done}: ${ids.join(", ")}`, { [verb]: ids });
      });
  }
}
