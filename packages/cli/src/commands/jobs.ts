import type { Command } from "commander";
import type { Client, Job, NewJob } from "@millrace/sdk";
import type { Context } from "../context.ts";
import { CommandError } from "../failures.ts";
import { historyColumns } from "../history.ts";
import { pageSize, takeFirst } from "../pages.ts";
import { type Column, formatCount } from "../table.ts";
import { defined, parseDuration, parseList, parseObject, parseWhole, parseWord } from "../values.ts";
import { addJobLogs } from "./job-logs.ts";

const states = ["waiting", "assigned", "running", "successful", "failed", "cancelled"] as const;
const columns: Column<Job>[] = [
  { header: "id", value: (job) => job.id },
  { header: "state", value: (job) => job.state },
  { header: "package", value: (job) => `${job.package} ${job.packageVersion}` },
  { header: "function", value: (job) => job.function },
  { header: "attempts", value: (job) => job.attempts, right: true },
  { header: "runner", value: (job) => job.runner },
  { header: "created", value: (job) => job.createdAt },
  { header: "waits for, or error", value: (job) => job.waitingFor ?? job.error?.message },
];

/** Adds `jobs` with its subcommands. */
export function addJobs(program: Command, context: Context): void {
  const jobs = program.command("jobs").description("jobs: have runners run packages");
  addSubmit(jobs, context);
  addReading(jobs, context);
  addJobLogs(jobs, context);
  addChanging(jobs, context);
}

interface SubmitOptions {
  function?: string;
  use?: string;
  input: string;
  tags?: string;
  priority?: string;
  timeout?: string;
  attempts?: string;
  key?: string;
  file?: string[];
  env?: string[];
  wait?: true;
}

function addSubmit(jobs: Command, context: Context): void {
  jobs
    .command("submit <package>")
    .description("have a runner run a package")
    .option("--function <name>", "which of the package's functions")
    .option("--use <version>", "a version's number or a channel, instead of latest")
    .option("--input <json>", "JSON object, @file or - for the standard input", "{}")
    .option("--tags <tags>", "comma list of tags that a runner must have")
    .option("--priority <n>", "higher goes first")
    .option("--timeout <time>", "how long one attempt may take: 30s, 5m")
    .option("--attempts <n>", "attempts in all")
    .option("--key <text>", "idempotency key: a second submit under it answers the first one's job")
    .option("--file <id...>", "uploaded files to give it")
    .option("--env <name=value...>", "variables for its process")
    .option("--wait", "until it has ended; a job that failed is an error of this command")
    .action(async (name: string, options: SubmitOptions) => {
      const wanted = newJobOf(name, options);
      const client = await context.client();
      const submitted = await client.submitJob(wanted);
      if (options.wait === true) return showEnd(context, await waitForEnd(client, submitted.id));
      const what = submitted.duplicate ? "was submitted before under this key" : "is submitted";
      context.out.done(`Job ${submitted.id} ${what}.`, submitted);
    });
}

function newJobOf(name: string, options: SubmitOptions): NewJob {
  const { priority, timeout, attempts, tags, env } = options;
  return {
    package: name,
    input: parseObject(options.input, "--input"),
    ...defined({
      function: options.function,
      version: options.use,
      tags: tags === undefined ? undefined : parseList(tags),
      priority: priority === undefined ? undefined : parseWhole(priority, "--priority", { min: -1_000_000 }),
      timeoutMs: timeout === undefined ? undefined : parseDuration(timeout, "--timeout"),
      attemptsMax: attempts === undefined ? undefined : parseWhole(attempts, "--attempts", { min: 1 }),
      idempotencyKey: options.key,
      files: options.file,
      environment: env === undefined ? undefined : Object.fromEntries(env.map(pairOf)),
    }),
  };
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf("=");
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

async function waitForEnd(client: Client, id: string): Promise<Job> {
  for (;;) {
    const job = await client.waitForJob(id, { waitMs: 20_000 });
    if (job.endedAt !== null) return job;
  }
}

function showEnd(context: Context, job: Job): void {
  if (job.state !== "successful") {
    throw new CommandError(`Job ${job.id} is ${job.state}: ${job.error?.message ?? "it was cancelled"}`);
  }
  context.out.value(job.output);
}

interface ListOptions {
  state?: string;
  package?: string;
  function?: string;
  since?: string;
  until?: string;
  limit: string;
}

function addReading(jobs: Command, context: Context): void {
  jobs
    .command("list")
    .description("list jobs, the newest first")
    .option("--state <states>", `comma list of ${states.join(", ")}`)
    .option("--package <package>", "of this package alone")
    .option("--function <name>", "of this function alone")
    .option("--since <time>", "created then or later, as 2030-01-31T08:00:00Z")
    .option("--until <time>", "created before")
    .option("--limit <n>", "at most so many", "50")
    .action(async (options: ListOptions) => {
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const state = options.state === undefined ? undefined : parseList(options.state);
      const query = {
        limit: pageSize(limit),
        ...defined({
          state: state?.map((each) => parseWord(each, "--state", states)),
          package: options.package,
          function: options.function,
          createdFrom: options.since,
          createdUntil: options.until,
        }),
      };
      const client = await context.client();
      const { items, more } = await takeFirst(client.listJobs(query), limit);
      context.out.list(items, columns, "No such jobs.");
      if (more) context.out.note("There are more: raise --limit, or name a --state.");
    });
  jobs
    .command("show <job>")
    .description("show a job, and why it waits if it does")
    .action(async (job: string) => {
      const client = await context.client();
      context.out.record(await client.getJob(job));
    });
  jobs
    .command("history <job>")
    .description("every transition of a job: who, when, why")
    .action(async (job: string) => {
      const client = await context.client();
      context.out.list(await client.jobHistory(job), historyColumns);
    });
}

function addChanging(jobs: Command, context: Context): void {
  jobs
    .command("cancel <job...>")
    .description("end jobs that are not wanted any more")
    .action(async (ids: string[]) => {
      const client = await context.client();
      for (const id of ids) await client.cancelJob(id);
      context.out.done(`${formatCount(ids.length, "job")} cancelled, or told to end.`, { jobs: ids });
    });
  jobs
    .command("retry <job>")
    .description("submit an ended job anew, as it was")
    .action(async (id: string) => {
      const client = await context.client();
      const submitted = await client.retryJob(id);
      context.out.done(`Job ${submitted.id} is submitted.`, submitted);
    });
}
