import type { Command } from "commander";
import type { Queue } from "@millrace/sdk";
import type { Context } from "../context.ts";
import { usage } from "../failures.ts";
import { pageSize, takeFirst } from "../pages.ts";
import { type Column, formatCount } from "../table.ts";
import { addQueueHistory } from "./queue-history.ts";
import { defined, parseDuration, parseJson, parseWhole, parseWord } from "../values.ts";

interface SettingOptions {
  description?: string;
  attempts?: string;
  backoff?: string;
  pause?: string;
  pauseMax?: string;
  jitter?: string;
  lease?: string;
  acquiredMax?: string;
  perKey?: string;
  keepDays?: string;
  success?: string;
  failed?: string;
  acl?: string;
}

const columns: Column<Queue>[] = [
  { header: "name", value: (queue) => queue.name },
  { header: "state", value: (queue) => (queue.paused ? "paused" : "open") },
  { header: "attempts", value: (queue) => queue.attemptsMax, right: true },
  { header: "on success", value: (queue) => queue.successQueue },
  { header: "on failure", value: (queue) => queue.failedQueue },
  { header: "description", value: (queue) => queue.description },
];

/** Adds `queues` with its subcommands. */
export function addQueues(program: Command, context: Context): void {
  const queues = program.command("queues").description("queues of work items: their definitions and counts");
  addReading(queues, context);
  addDefining(queues, context);
  addHandling(queues, context);
  addQueueHistory(queues, context);
}

function addReading(queues: Command, context: Context): void {
  queues
    .command("list")
    .description("list the queues you may read")
    .option("--limit <n>", "at most so many", "100")
    .action(async (options: { limit: string }) => {
      const client = await context.client();
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const { items, more } = await takeFirst(client.listQueues({ limit: pageSize(limit) }), limit);
      context.out.list(items, columns, "No queues yet. Make one: millrace queues create <name>");
      if (more) context.out.note("There are more: raise --limit.");
    });
  queues
    .command("show <queue>")
    .description("show a queue's settings")
    .action(async (queue: string) => {
      const client = await context.client();
      context.out.record(await client.getQueue(queue));
    });
  queues
    .command("stats <queue>")
    .description("count a queue's items by state, and tell since when the oldest waits")
    .action(async (queue: string) => {
      const client = await context.client();
      const stats = await client.queueStats(queue);
      if (context.out.json) context.out.value(stats);
      else context.out.record({ ...stats.counts, oldestWaitingAt: stats.oldestWaitingAt });
    });
}

function addDefining(queues: Command, context: Context): void {
  withSettings(queues.command("create <name>").description("make a queue")).action(
    async (name: string, options: SettingOptions) => {
      const client = await context.client();
      const queue = await client.createQueue({ name, ...settingsOf(options) });
      context.out.done(`Queue ${queue.name} is there.`, queue);
    },
  );
  withSettings(queues.command("update <queue>").description("change some of a queue's settings"))
    .option("--if-version <n>", "only if the queue still has this version")
    .action(async (queue: string, { ifVersion, ...options }: SettingOptions & { ifVersion?: string }) => {
      const settings = settingsOf(options);
      if (Object.keys(settings).length === 0) throw usage("Name at least one setting to change; see --help.");
      const version = ifVersion === undefined ? undefined : parseWhole(ifVersion, "--if-version");
      const client = await context.client();
      const changed = await client.updateQueue(queue, settings, defined({ version }));
      context.out.done(`Queue ${changed.name} is changed.`, changed);
    });
  queues
    .command("delete <queue>")
    .description("delete a queue that has no items")
    .option("--purge", "with all its items")
    .action(async (queue: string, options: { purge?: true }) => {
      const client = await context.client();
      await client.deleteQueue(queue, defined({ purge: options.purge }));
      context.out.done(`Queue ${queue} is deleted.`, { deleted: queue });
    });
}

function addHandling(queues: Command, context: Context): void {
  queues
    .command("pause <queue>")
    .description("stop handing out items; pushing goes on")
    .action(async (queue: string) => {
      const client = await context.client();
      context.out.done(`Queue ${queue} is paused.`, await client.pauseQueue(queue));
    });
  queues
    .command("resume <queue>")
    .description("hand out items again")
    .action(async (queue: string) => {
      const client = await context.client();
      context.out.done(`Queue ${queue} hands out items again.`, await client.resumeQueue(queue));
    });
  queues
    .command("purge <queue>")
    .description("delete a queue's waiting items, or its ended ones of one state")
    .requiredOption("--what <state>", "waiting, successful, failed or abandoned")
    .action(async (queue: string, options: { what: string }) => {
      const what = parseWord(options.what, "--what", ["waiting", "successful", "failed", "abandoned"]);
      const client = await context.client();
      const count = await repeat(() => client.purgeQueue(queue, { what }));
      context.out.done(`${formatCount(count, "item")} deleted.`, { count });
    });
}

/** Calls until there is no more to do; the count of all calls. */
export async function repeat(act: () => Promise<{ count: number; more: boolean }>): Promise<number> {
  let sum = 0;
  for (;;) {
    const { count, more } = await act();
    sum += count;
    if (!more) return sum;
  }
}

function withSettings(command: Command): Command {
  return command
    .option("--description <text>", "for people")
    .option("--attempts <n>", "attempts in all, the first one included")
    .option("--backoff <kind>", "constant or exponential: how the pause between attempts grows")
    .option("--pause <time>", "the pause before the second attempt: 500ms, 30s, 5m")
    .option("--pause-max <time>", "no pause is longer than this")
    .option("--jitter <share>", "the share of a pause that is left to chance, 0 to 1")
    .option("--lease <time>", "how long a holder may be silent before the item is handed out again")
    .option("--acquired-max <n>", "an item handed out this often without an end is parked as abandoned")
    .option("--per-key <n>", "items of one concurrency key at work")
    .option("--keep-days <n>", "days that finished items are kept; none: the server's own setting")
    .option("--success <queue>", "where a copy of every successful item goes; none: nowhere")
    .option("--failed <queue>", "where a copy of every failed item goes; none: nowhere")
    .option("--acl <json>", "who may do what: JSON, @file or - for the standard input");
}

function settingsOf(options: SettingOptions): Record<string, unknown> {
  const { attempts, backoff, pause, pauseMax, jitter, lease, acquiredMax, perKey, keepDays, acl } = options;
  const whole = (text: string | undefined, name: string) =>
    text === undefined ? undefined : parseWhole(text, name);
  const time = (text: string | undefined, name: string) =>
    text === undefined ? undefined : parseDuration(text, name);
  return defined({
    description: options.description,
    attemptsMax: whole(attempts, "--attempts"),
    backoff: backoff === undefined ? undefined : parseWord(backoff, "--backoff", ["constant", "exponential"]),
    backoffMs: time(pause, "--pause"),
    backoffMaxMs: time(pauseMax, "--pause-max"),
    jitter: jitter === undefined ? undefined : parseShare(jitter),
    leaseMs: time(lease, "--lease"),
    acquiredMax: whole(acquiredMax, "--acquired-max"),
    concurrencyPerKey: whole(perKey, "--per-key"),
    keepDays: keepDays === "none" ? null : whole(keepDays, "--keep-days"),
    successQueue: options.success === "none" ? null : options.success,
    failedQueue: options.failed === "none" ? null : options.failed,
    acl: acl === undefined ? undefined : parseJson(acl, "--acl"),
  });
}

function parseShare(text: string): number {
  const share = Number(text);
  if (text.trim() !== "" && share >= 0 && share <= 1) return share;
  throw usage("--jitter: must be a number from 0 to 1");
}
