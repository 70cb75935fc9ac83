import type { Client, Run, RunTask } from "@millrace/sdk";
import type { Context } from "./context.ts";
import { CommandError } from "./failures.ts";

const lookEveryMs = 300;
const marks: Record<string, string> = {
  running: "▶",
  completed: "✔",
  faulted: "✘",
  skipped: "-",
  cancelled: "■",
};

/** Shows a run's tasks as they begin and end, a line each, indented by what they stand in; answers the run's end. */
export async function followRun(client: Client, context: Context, id: string): Promise<Run> {
  const shown = new Map<number, string>();
  const depths = new Map<number, number>();
  for (;;) {
    const run = await client.waitForRun(id, { waitMs: lookEveryMs });
    for await (const task of client.listTasks(id, { limit: 2_000 })) {
      const depth = depths.get(task.instance) ?? (depths.get(task.parent) ?? -1) + 1;
      depths.set(task.instance, depth);
      const key = `${task.state} ${task.attempts}`;
      if (shown.get(task.instance) === key) continue;
      shown.set(task.instance, key);
      context.out.line(lineOf(task, depth), task);
    }
    if (run.endedAt !== null) return run;
  }
}

/** The output of a run that has completed; anything else is an error of the command. */
export function showEndOfRun(context: Context, run: Run): void {
  if (run.state === "completed") return context.out.value(run.output);
  const { type, detail, instance } = (run.error ?? {}) as {
    type?: string;
    detail?: string;
    instance?: string;
  };
  const where = instance === undefined ? "" : ` at ${instance}`;
  throw new CommandError(`Run ${run.id} is ${run.state}${where}: ${detail ?? type ?? "it was cancelled"}`);
}

function lineOf({ state, name, kind, attempts, startedAt, endedAt, error }: RunTask, depth: number): string {
  const took = endedAt === null ? "" : ` ${Date.parse(endedAt) - Date.parse(startedAt)} ms`;
  const tries = attempts > 1 ? ` (attempt ${attempts})` : "";
  const words = state === "faulted" ? `: ${detailOf(error)}` : "";
  return `${"  ".repeat(depth)}${marks[state] ?? "?"} ${name} [${kind}]${took}${tries}${words}`;
}

function detailOf(error: unknown): string {
  const { detail, type } = (error ?? {}) as { detail?: string; type?: string };
  return detail ?? type ?? "it failed";
}
