import { existsSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import type { Client, Workflow, WorkflowProblem } from "@millrace/sdk";
import type { Context } from "../context.ts";
import { CommandError, usage } from "../failures.ts";
import { pageSize, takeFirst } from "../pages.ts";
import type { Column } from "../table.ts";
import { defined, parseJson, parseWhole } from "../values.ts";
import { followRun, showEndOfRun } from "../run-progress.ts";

const columns: Column<Workflow>[] = [
  { header: "name", value: (workflow) => workflow.name },
  { header: "version", value: (workflow) => workflow.latest, right: true },
  { header: "modified", value: (workflow) => workflow.modifiedAt },
  { header: "description", value: (workflow) => workflow.description },
];
const textFile = /\.(ya?ml|json)$/i;

/** Adds `workflow` with its subcommands. */
export function addWorkflows(program: Command, context: Context): void {
  const workflows = program.command("workflow").description("workflows: definitions, and starting them");
  addStoring(workflows, context);
  addRun(workflows, context);
  addReading(workflows, context);
}

function addStoring(workflows: Command, context: Context): void {
  workflows
    .command("store <file>")
    .description(
      "store a definition under its own name: the first makes the workflow, others its next version",
    )
    .action(async (file: string) => {
      const client = await context.client();
      const stored = await storeFile(client, context, file);
      const what = stored.isNew ? "is stored as version" : "is as it was, version";
      context.out.done(`Workflow ${stored.workflow} ${what} ${stored.number}.`, stored);
    });
  workflows
    .command("validate <file>")
    .description("say everything that is wrong with a definition, and store nothing")
    .action(async (file: string) => {
      const client = await context.client();
      const { problems } = await client.validateWorkflow({ text: readText(file) });
      if (context.out.json) context.out.value(problems);
      else for (const problem of problems) context.out.text(lineOf(file, problem));
      const errors = problems.filter(({ severity }) => severity === "error").length;
      if (errors > 0) throw new CommandError(`${file}: ${errors} ${errors === 1 ? "mistake" : "mistakes"}`);
      if (!context.out.json) context.out.text(`${file} can run.`);
    });
  workflows
    .command("delete <workflow...>")
    .description("delete workflows of which no run is under way")
    .action(async (names: string[]) => {
      const client = await context.client();
      for (const name of names) await client.deleteWorkflow(name);
      context.out.done(`Deleted: ${names.join(", ")}`, { deleted: names });
    });
}

interface RunOptions {
  input: string;
  use?: string;
  key?: string;
  correlation?: string;
  wait?: true;
  watch?: true;
}

function addRun(workflows: Command, context: Context): void {
  workflows
    .command("run <workflow>")
    .description("begin a run of a workflow, or of a file, which is stored first")
    .option("--input <json>", "what it begins with: JSON, @file or - for the standard input", "{}")
    .option("--use <version>", "a version's number, instead of the latest")
    .option("--key <text>", "idempotency key: a second start under it answers the first one's run")
    .option("--correlation <text>", "a text of yours to find the run by")
    .option("--wait", "until it has ended; a run that failed is an error of this command")
    .option("--watch", "the same, and show its tasks as they come")
    .action(async (workflow: string, options: RunOptions) => {
      const client = await context.client();
      const name = isFile(workflow) ? (await storeFile(client, context, workflow)).workflow : workflow;
      const run = await client.startRun(name, {
        input: parseJson(options.input, "--input"),
        ...defined({
          version: options.use === undefined ? undefined : parseWhole(options.use, "--use", { min: 1 }),
          idempotencyKey: options.key,
          correlation: options.correlation,
        }),
      });
      if (options.watch === true) return showEndOfRun(context, await followRun(client, context, run.id));
      if (options.wait === true) return showEndOfRun(context, await waitForEnd(client, run.id));
      const what = run.duplicate ? "was started before under this key" : "has begun";
      context.out.done(`Run ${run.id} of ${run.workflow} ${what}.`, run);
    });
}

function addReading(workflows: Command, context: Context): void {
  workflows
    .command("list")
    .description("list workflows by name")
    .option("--limit <n>", "at most so many", "100")
    .action(async (options: { limit: string }) => {
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const client = await context.client();
      const { items, more } = await takeFirst(client.listWorkflows({ limit: pageSize(limit) }), limit);
      context.out.list(items, columns, "No workflows yet. Store one: millrace workflow store <file>");
      if (more) context.out.note("There are more: raise --limit.");
    });
  workflows
    .command("show <workflow>")
    .description("show a workflow's definition")
    .option("--use <version>", "a version's number, instead of the latest", "latest")
    .action(async (workflow: string, options: { use: string }) => {
      const client = await context.client();
      const version = await client.getWorkflowVersion(workflow, options.use);
      if (context.out.json) context.out.value(version);
      else context.out.text(version.text.trimEnd());
    });
  workflows
    .command("versions <workflow>")
    .description("list a workflow's versions, the newest first")
    .option("--limit <n>", "at most so many", "50")
    .action(async (workflow: string, options: { limit: string }) => {
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const client = await context.client();
      const list = client.listWorkflowVersions(workflow, { limit: pageSize(limit) });
      const { items } = await takeFirst(list, limit);
      context.out.list(items, [
        { header: "version", value: (each) => each.number, right: true },
        { header: "name of its author", value: (each) => each.nameOfAuthor },
        { header: "by", value: (each) => each.createdBy },
        { header: "at", value: (each) => each.createdAt },
      ]);
    });
}

function isFile(name: string): boolean {
  return textFile.test(name) && existsSync(name);
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw usage(`${file}: cannot be read`);
  }
}

async function storeFile(client: Client, context: Context, file: string) {
  const stored = await client.storeWorkflow({ text: readText(file) });
  for (const problem of stored.problems) context.out.note(lineOf(file, problem));
  return stored;
}

function lineOf(file: string, { severity, line, column, message }: WorkflowProblem): string {
  return `${file}:${line}:${column}: ${severity}: ${message}`;
}

async function waitForEnd(client: Client, id: string) {
  for (;;) {
    const run = await client.waitForRun(id, { waitMs: 20_000 });
    if (run.endedAt !== null) return run;
  }
}
