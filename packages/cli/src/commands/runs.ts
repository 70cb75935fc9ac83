import type { Command } from "commander";
import type { RunEntry, RunTask } from "@millrace/sdk";
import type { Context } from "../context.ts";
import { historyColumns } from "../history.ts";
import { pageSize, takeFirst } from "../pages.ts";
import { followRun, showEndOfRun } from "../run-progress.ts";
import type { Column } from "../table.ts";
import { defined, parseJson, parseList, parseWhole, parseWord } from "../values.ts";

const states = ["running", "suspended", "completed", "faulted", "cancelled"] as const;
const columns: Column<RunEntry>[] = [
  { header: "id", value: (run) => run.id },
  { header: "workflow", value: (run) => `${run.workflow} ${run.version}` },
  { header: "state", value: (run) => run.state },
  { header: "started by", value: (run) => run.startedBy.name },
  { header: "created", value: (run) => run.createdAt },
  { header: "ended", value: (run) => run.endedAt },
  { header: "error", value: (run) => (run.error as { detail?: string } | undefined)?.detail },
];
const taskColumns: Column<RunTask>[] = [
  { header: "task", value: (task) => task.task },
  { header: "state", value: (task) => task.state },
  { header: "attempts", value: (task) => task.attempts, right: true },
  { header: "started", value: (task) => task.startedAt },
  { header: "ended", value: (task) => task.endedAt },
];

/** Adds `run` with its subcommands. */
export function addRuns(program: Command, context: Context): void {
  const runs = program.command("run").description("runs of workflows: look, wait, cancel, run again");
  addReading(runs, context);
  addChanging(runs, context);
}

interface ListOptions {
  workflow?: string;
  state?: string;
  correlation?: string;
  limit: string;
}

function addReading(runs: Command, context: Context): void {
  runs
    .command("list")
    .description("list runs, the newest first")
    .option("--workflow <workflow>", "of this workflow alone")
    .option("--state <states>", `comma list of ${states.join(", ")}`)
    .option("--correlation <text>", "with this text of yours")
    .option("--limit <n>", "at most so many", "50")
    .action(async ({ workflow, state, correlation, limit: most }: ListOptions) => {
      const limit = parseWhole(most, "--limit", { min: 1 });
      const wanted = state === undefined ? undefined : parseList(state);
      const query = {
        limit: pageSize(limit),
        ...defined({
          workflow,
          correlation,
          state: wanted?.map((each) => parseWord(each, "--state", states)),
        }),
      };
      const client = await context.client();
      const { items, more } = await takeFirst(client.listRuns(query), limit);
      context.out.list(items, columns, "No such runs.");
      if (more) context.out.note("There are more: raise --limit, or name a --state.");
    });
  runs
    .command("show <run>")
    .description("show a run, and what it waits for if it does")
    .action(async (run: string) => {
      const client = await context.client();
      context.out.record(await client.getRun(run));
    });
  runs
    .command("tasks <run>")
    .description("show what a run went through, task by task")
    .option("--limit <n>", "at most so many", "500")
    .action(async (run: string, options: { limit: string }) => {
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const client = await context.client();
      const { items, more } = await takeFirst(
        client.listTasks(run, { limit: pageSize(limit, 2_000) }),
        limit,
      );
      context.out.list(items, taskColumns, "It went through no task.");
      if (more) context.out.note("There are more: raise --limit.");
    });
  runs
    .command("history <run>")
    .description("every fact about a run: who, when, why")
    .action(async (run: string) => {
      const client = await context.client();
      context.out.list(await client.runHistory(run), historyColumns, "Nothing happened yet.");
    });
  runs
    .command("watch <run>")
    .description("show a run's tasks as they come, until it has ended")
    .action(async (run: string) => {
      const client = await context.client();
      showEndOfRun(context, await followRun(client, context, run));
    });
}

function addChanging(runs: Command, context: Context): void {
  runs
    .command("cancel <run...>")
    .description("end runs that are not wanted any more")
    .action(async (ids: string[]) => {
      const client = await context.client();
      const changed = [];
      for (const id of ids) changed.push(await client.cancelRun(id));
      context.out.done(changed.map(({ id, state }) => `Run ${id} is ${state}.`).join("\n"), changed);
    });
  for (const [verb, words] of [
    ["suspend", "have a run ask for nothing new until it is resumed"],
    ["resume", "let a suspended run go on"],
  ] as const) {
    runs
      .command(`${verb} <run>`)
      .description(words)
      .action(async (id: string) => {
        const client = await context.client();
        const run = verb === "suspend" ? await client.suspendRun(id) : await client.resumeRun(id);
        context.out.done(`Run ${id} is ${run.state}.`, run);
      });
  }
  runs
    .command("rerun <run>")
    .description("run it again, from its beginning or from a task")
    .option("--from <task>", "JSON Pointer of a task of the workflow's own list, as /do/1/ship")
    .option("--input <json>", "in place of the run's input, or of what the task was given: JSON, @file or -")
    .option("--use <version>", "a version's number, instead of the run's own")
    .action(async (id: string, { from, input, use }: { from?: string; input?: string; use?: string }) => {
      const client = await context.client();
      const run = await client.rerunRun(id, {
        ...defined({
          from,
          input: input === undefined ? undefined : parseJson(input, "--input"),
          version: use === undefined ? undefined : parseWhole(use, "--use", { min: 1 }),
        }),
      });
      context.out.done(`Run ${run.id} of ${run.workflow} has begun.`, run);
    });
}
