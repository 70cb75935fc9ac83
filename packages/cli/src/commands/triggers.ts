import { readFileSync } from "node:fs";
import type { Command } from "commander";
import type { Client, Trigger } from "@millrace/sdk";
import type { Context } from "../context.ts";
import { usage } from "../failures.ts";
import { pageSize, takeFirst } from "../pages.ts";
import type { Column } from "../table.ts";
import { defined, parseJson, parseWhole } from "../values.ts";

const columns: Column<Trigger>[] = [
  { header: "name", value: (trigger) => trigger.name },
  { header: "kind", value: (trigger) => trigger.kind },
  { header: "state", value: (trigger) => (trigger.paused ? "paused" : "active") },
  { header: "workflow", value: (trigger) => trigger.workflow },
  { header: "next", value: (trigger) => trigger.nextTickAt },
  { header: "description", value: (trigger) => trigger.description },
];

type Firing = Awaited<ReturnType<Client["listFirings"]>>["items"][number];
const firingColumns: Column<Firing>[] = [
  { header: "at", value: (firing) => firing.at },
  { header: "cause", value: (firing) => firing.cause },
  { header: "outcome", value: (firing) => firing.outcome },
  { header: "run, or reason", value: (firing) => firing.runId ?? firing.reason },
];

/** Adds `trigger` with its subcommands. */
export function addTriggers(program: Command, context: Context): void {
  const triggers = program.command("trigger").description("triggers: what starts runs of workflows");
  addDefining(triggers, context);
  addReading(triggers, context);
  addFiring(triggers, context);
}

function addDefining(triggers: Command, context: Context): void {
  triggers
    .command("create")
    .description("make a trigger as a file says; it acts with your rights")
    .requiredOption("-f, --file <file>", "YAML or JSON; - for the standard input")
    .action(async (options: { file: string }) => {
      const wanted = await readDefinition(options.file);
      const client = await context.client();
      const made = await client.createTrigger(wanted as never);
      context.out.done(`Trigger ${made.name} is there.`, made);
    });
  triggers
    .command("update <trigger>")
    .description("change what a file says of a trigger; from then on it acts with your rights")
    .requiredOption("-f, --file <file>", "YAML or JSON; - for the standard input")
    .option("--if-version <n>", "only if the trigger still has this version")
    .action(async (trigger: string, options: { file: string; ifVersion?: string }) => {
      const { ifVersion } = options;
      const version = ifVersion === undefined ? undefined : parseWhole(ifVersion, "--if-version");
      const { name: _name, ...changes } = await readDefinition(options.file);
      const client = await context.client();
      const changed = await client.updateTrigger(trigger, changes, defined({ version }));
      context.out.done(`Trigger ${changed.name} is changed.`, changed);
    });
  triggers
    .command("delete <trigger...>")
    .description("delete triggers; the runs that they started stay")
    .action(async (names: string[]) => {
      const client = await context.client();
      for (const name of names) await client.deleteTrigger(name);
      context.out.done(`Deleted: ${names.join(", ")}`, { deleted: names });
    });
}

function addReading(triggers: Command, context: Context): void {
  triggers
    .command("list")
    .description("list the triggers you may read")
    .option("--limit <n>", "at most so many", "100")
    .action(async (options: { limit: string }) => {
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const client = await context.client();
      const { items, more } = await takeFirst(client.listTriggers({ limit: pageSize(limit) }), limit);
      context.out.list(items, columns, "No triggers yet. Make one: millrace trigger create -f <file>");
      if (more) context.out.note("There are more: raise --limit.");
    });
  triggers
    .command("show <trigger>")
    .description("show a trigger")
    .action(async (trigger: string) => {
      const client = await context.client();
      context.out.record(await client.getTrigger(trigger));
    });
  triggers
    .command("firings <trigger>")
    .description("list a trigger's last firings and what came of them, the latest first")
    .option("--limit <n>", "at most so many", "20")
    .action(async (trigger: string, options: { limit: string }) => {
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const client = await context.client();
      const { items } = await takeFirst(client.listFirings(trigger, { limit: pageSize(limit) }), limit);
      context.out.list(items, firingColumns, "It has not fired yet.");
    });
}

function addFiring(triggers: Command, context: Context): void {
  const verbs = [
    ["pause", "have nothing fire triggers but a hand", "is paused"],
    ["resume", "let triggers fire again; what happened meanwhile is not made up for", "fires again"],
  ] as const;
  for (const [verb, description, done] of verbs) {
    triggers
      .command(`${verb} <trigger...>`)
      .description(description)
      .action(async (names: string[]) => {
        const client = await context.client();
        for (const name of names) {
          const changed = await client[`${verb}Trigger`](name);
          context.out.line(`Trigger ${changed.name} ${done}.`, changed);
        }
      });
  }
  triggers
    .command("fire <trigger>")
    .description("fire a trigger by hand, paused or not")
    .option("--facts <json>", "what fires it: JSON, @file or - for the standard input", "{}")
    .action(async (trigger: string, options: { facts: string }) => {
      const facts = parseJson(options.facts, "--facts");
      const client = await context.client();
      const fired = await client.fireTrigger(trigger, { facts });
      const { outcome, reason, runId } = fired;
      context.out.done(runId === null ? `${outcome}: ${reason}` : `Run ${runId} is started.`, fired);
    });
  triggers
    .command("backfill <trigger>")
    .description("start the runs of a schedule's ticks in a range, those that there were not yet")
    .requiredOption("--from <time>", "as 2026-03-01T00:00:00Z, included")
    .requiredOption("--to <time>", "not included")
    .action(async (trigger: string, range: { from: string; to: string }) => {
      const client = await context.client();
      const came = await client.backfillTrigger(trigger, range);
      const { started, skipped, failed } = came;
      context.out.done(`${started} started, ${skipped} skipped, ${failed} failed.`, came);
    });
}

/** An object of a YAML or JSON file. */
async function readDefinition(file: string): Promise<Record<string, unknown>> {
  const text = readText(file);
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text);
  const [wrong] = document.errors;
  if (wrong !== undefined) throw usage(`--file: ${wrong.message}`);
  const value: unknown = document.toJS({ maxAliasCount: 0 });
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw usage("--file: must hold a trigger: name, workflow, and what fires it");
}

function readText(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw usage(`--file: ${(error as Error).message}`);
  }
}
