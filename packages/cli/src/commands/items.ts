import type { Command } from "commander";
import type { Finish, Item, NewItem } from "@millrace/sdk";
import type { Context } from "../context.ts";
import { usage } from "../failures.ts";
import { historyColumns } from "../history.ts";
import { pageSize, takeFirst } from "../pages.ts";
import { type Column, formatCount, textOf } from "../table.ts";
import { defined, parseDuration, parseList, parseObject, parseWhole, parseWord } from "../values.ts";
import { followItems, states } from "./follow-items.ts";
import { repeat } from "./queues.ts";

const columns: Column<Item>[] = [
  { header: "id", value: (item) => item.id },
  { header: "state", value: (item) => item.state },
  { header: "attempts", value: (item) => item.attempts, right: true },
  { header: "priority", value: (item) => item.priority, right: true },
  { header: "name", value: (item) => item.name },
  { header: "created", value: (item) => item.createdAt },
  { header: "error", value: (item) => item.error?.message },
];
const claimColumns: Column<Item>[] = [
  { header: "id", value: (item) => item.id },
  { header: "lease", value: (item) => item.leaseNumber, right: true },
  { header: "until", value: (item) => item.leaseUntil },
  { header: "name", value: (item) => item.name },
  { header: "payload", value: (item) => item.payload },
];

/** Adds `items` with its subcommands. */
export function addItems(program: Command, context: Context): void {
  const items = program.command("items").description("work items: push, claim, finish, look, repair");
  addPush(items, context);
  addClaim(items, context);
  addFinish(items, context);
  addReading(items, context);
  addRepairs(items, context);
}

interface PushOptions {
  payload: string;
  name?: string;
  priority?: string;
  due?: string;
  delay?: string;
  key?: string;
  orderKey?: string;
  concurrencyKey?: string;
  success?: string;
  failed?: string;
  file?: string[];
}

function addPush(items: Command, context: Context): void {
  items
    .command("push <queue>")
    .description("push a work item")
    .option("--payload <json>", "JSON object, @file or - for the standard input", "{}")
    .option("--name <text>", "for people")
    .option("--priority <n>", "higher goes first")
    .option("--due <time>", "not handed out before, as 2030-01-31T08:00:00Z")
    .option("--delay <time>", "the same from now: 30s, 5m, 1d")
    .option("--key <text>", "idempotency key: a second push under it answers the first one's item")
    .option("--order-key <text>", "items of one key are handed out one after the other")
    .option("--concurrency-key <text>", "items of one key are at work so many at a time")
    .option("--success <queue>", "where a copy goes on success, instead of the queue's own")
    .option("--failed <queue>", "where a copy goes on failure, instead of the queue's own")
    .option("--file <id...>", "uploaded files to attach")
    .action(async (queue: string, options: PushOptions) => {
      const item = newItemOf(options);
      const client = await context.client();
      const pushed = await client.pushItem(queue, item);
      const what = pushed.duplicate ? "was pushed before under this key" : "is pushed";
      context.out.done(`Item ${pushed.id} ${what}.`, pushed);
    });
}

function newItemOf(options: PushOptions): NewItem {
  const { priority, delay } = options;
  return {
    payload: parseObject(options.payload, "--payload"),
    ...defined({
      name: options.name,
      priority: priority === undefined ? undefined : parseWhole(priority, "--priority", { min: -1_000_000 }),
      dueAt: options.due,
      delayMs: delay === undefined ? undefined : parseDuration(delay, "--delay"),
      idempotencyKey: options.key,
      orderKey: options.orderKey,
      concurrencyKey: options.concurrencyKey,
      successQueue: options.success,
      failedQueue: options.failed,
      files: options.file,
    }),
  };
}

function addClaim(items: Command, context: Context): void {
  items
    .command("claim <queue>")
    .description("take items under a lease")
    .option("--count <n>", "at most so many", "1")
    .option("--wait <time>", "wait so long for the first one, at most 30s", "0s")
    .option("--lease <time>", "how long you may be silent, instead of the queue's own")
    .option("--worker <name>", "names the worker in the history")
    .action(
      async (queue: string, options: { count: string; wait: string; lease?: string; worker?: string }) => {
        const { lease } = options;
        const claim = {
          count: parseWhole(options.count, "--count", { min: 1 }),
          waitMs: parseDuration(options.wait, "--wait"),
          ...defined({
            leaseMs: lease === undefined ? undefined : parseDuration(lease, "--lease"),
            worker: options.worker,
          }),
        };
        const client = await context.client();
        context.out.list(await client.claimItems(queue, claim), claimColumns, "Nothing is waiting.");
      },
    );
}

interface FinishOptions {
  lease: string;
  failed?: string;
  message?: string;
  source?: string;
  payload?: string;
  file?: string[];
}

function addFinish(items: Command, context: Context): void {
  items
    .command("finish <item>")
    .description("end an attempt: successful, or failed with --failed")
    .requiredOption("--lease <number>", "the lease number that the claim answered")
    .option("--failed <kind>", "business: final; application: may be retried")
    .option("--message <text>", "why it failed")
    .option("--source <text>", "where it failed")
    .option("--payload <json>", "the payload from now on: JSON object, @file or -")
    .option("--file <id...>", "uploaded files to attach")
    .action(async (item: string, options: FinishOptions) => {
      const end = finishOf(options);
      const client = await context.client();
      const finished = await client.finishItem(item, end);
      const next = typeof finished.nextItemId === "string" ? ` It goes on as ${finished.nextItemId}.` : "";
      context.out.done(`Item ${finished.id} is ${finished.state}.${next}`, finished);
    });
}

function finishOf(options: FinishOptions): Omit<Finish, "id"> {
  const { failed, message, source, payload } = options;
  if (failed === undefined && (message ?? source) !== undefined) {
    throw usage("--message and --source: go with --failed business or --failed application");
  }
  const kind = failed === undefined ? undefined : parseWord(failed, "--failed", ["business", "application"]);
  return {
    leaseNumber: parseWhole(options.lease, "--lease", { min: 1 }),
    state: kind === undefined ? "successful" : "failed",
    ...defined({
      error: kind === undefined ? undefined : { kind, message: message ?? "", ...defined({ source }) },
      payload: payload === undefined ? undefined : parseObject(payload, "--payload"),
      files: options.file,
    }),
  };
}

function addReading(items: Command, context: Context): void {
  items
    .command("list <queue>")
    .description("list a queue's items, the newest first")
    .option("--state <states>", `comma list of ${states.join(", ")}`)
    .option("--limit <n>", "at most so many", "50")
    .option("--follow", "go on: a line for every item that comes or changes, among the newest 500")
    .action(async (queue: string, options: { state?: string; limit: string; follow?: true }) => {
      const state = options.state === undefined ? undefined : stateList(options.state);
      const client = await context.client();
      if (options.follow === true) return followItems(context, client, queue, state);
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const query = { limit: pageSize(limit, 200), ...defined({ state }) };
      const { items: found, more } = await takeFirst(client.listItems(queue, query), limit);
      context.out.list(found, columns, "No such items.");
      if (more) context.out.note("There are more: raise --limit, or name a --state.");
    });
  items
    .command("show <item>")
    .description("show a work item")
    .action(async (item: string) => {
      const client = await context.client();
      context.out.record(await client.getItem(item));
    });
  items
    .command("history <item>")
    .description("every transition of an item: who, when, why")
    .action(async (item: string) => {
      const client = await context.client();
      context.out.list(await client.itemHistory(item), historyColumns);
    });
}

function stateList(text: string): (typeof states)[number][] {
  return parseList(text).map((state) => parseWord(state, "--state", states));
}

function addRepairs(items: Command, context: Context): void {
  items
    .command("retry [item...]")
    .alias("requeue")
    .description("bring ended items back as new: these, or with --queue all failed ones")
    .option("--queue <queue>", "all ended items of this queue")
    .option("--state <state>", "with --queue: failed or abandoned", "failed")
    .action(async (ids: string[], options: { queue?: string; state: string }) => {
      if (ids.length > 0 === (options.queue !== undefined))
        throw usage("Name items, or a queue with --queue.");
      const state = parseWord(options.state, "--state", ["failed", "abandoned"]);
      const client = await context.client();
      const { queue } = options;
      if (queue !== undefined) {
        const count = await repeat(() => client.requeueItems(queue, { state }));
        return context.out.done(`${formatCount(count, "item")} of ${queue} brought back.`, { count });
      }
      for (const id of ids) await client.requeueItem(id);
      context.out.done(`${formatCount(ids.length, "item")} brought back: ${textOf(ids.join(", "))}`, {
        items: ids,
      });
    });
  items
    .command("delete <item...>")
    .description("delete items that nobody holds")
    .action(async (ids: string[]) => {
      const client = await context.client();
      for (const id of ids) await client.deleteItem(id);
      context.out.done(`${formatCount(ids.length, "item")} deleted.`, { deleted: ids });
    });
}
