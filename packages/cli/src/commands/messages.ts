import type { Command } from "commander";
import type { Client } from "@millrace/sdk";
import type { Context } from "../context.ts";
import { usage } from "../failures.ts";
import { pageSize, takeFirst } from "../pages.ts";
import type { Column } from "../table.ts";
import { defined, parseDuration, parseJson, parseWhole, parseWord } from "../values.ts";

type MessageQueue = Awaited<ReturnType<Client["getMessageQueue"]>>;
type Exchange = Awaited<ReturnType<Client["getExchange"]>>;

const kinds = ["direct", "fanout", "topic", "header"] as const;
const queueColumns: Column<MessageQueue>[] = [
  { header: "name", value: (queue) => queue.name },
  { header: "kind", value: (queue) => queue.kind },
  { header: "description", value: (queue) => queue.description },
];
const exchangeColumns: Column<Exchange>[] = [
  { header: "name", value: (exchange) => exchange.name },
  { header: "kind", value: (exchange) => exchange.kind },
  {
    header: "leads to",
    value: ({ bindings }) => [...new Set(bindings.map(({ queue }) => queue))].join(", "),
  },
];

interface SendOptions {
  data: string;
  priority?: string;
  expiry?: string;
}

/** Adds `messages` with its subcommands. */
export function addMessages(program: Command, context: Context): void {
  const messages = program.command("messages").description("message queues and exchanges: send, take, ask");
  addQueueDefinitions(messages, context);
  addExchangeDefinitions(messages, context);
  addSending(messages, context);
  addConsuming(messages, context);
}

function addQueueDefinitions(messages: Command, context: Context): void {
  const queues = messages.command("queues").description("message queues");
  queues
    .command("list")
    .description("list the message queues you may read")
    .option("--limit <n>", "at most so many", "100")
    .action(async (options: { limit: string }) => {
      const client = await context.client();
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const { items, more } = await takeFirst(client.listMessageQueues({ limit: pageSize(limit) }), limit);
      const none = "No message queues yet. Make one: millrace messages queues declare <name>";
      context.out.list(items, queueColumns, none);
      if (more) context.out.note("There are more: raise --limit.");
    });
  queues
    .command("show <name>")
    .description("show a message queue's settings")
    .action(async (name: string) => context.out.record(await (await context.client()).getMessageQueue(name)));
  queues
    .command("declare <name>")
    .description("make a message queue, unless it is there")
    .option("--stream", "keeps its messages for all who read")
    .option("--expiry <time>", "how long a message may wait")
    .option("--dead-letter <queue>", "the message queue for what is given up")
    .option("--priority-max <n>", "0 to 9; 0: first come, first served")
    .action(async (name: string, options: Record<string, string | true | undefined>) => {
      const { stream, expiry, deadLetter, priorityMax } = options;
      const client = await context.client();
      const queue = await client.declareMessageQueue({
        name,
        ...defined({
          kind: stream === true ? ("stream" as const) : undefined,
          expiryMs: typeof expiry === "string" ? parseDuration(expiry, "--expiry") : undefined,
          deadLetter: typeof deadLetter === "string" ? { queue: deadLetter } : undefined,
          priorityMax:
            typeof priorityMax === "string" ? parseWhole(priorityMax, "--priority-max") : undefined,
        }),
      });
      context.out.done(`Message queue ${queue.name} is there.`, queue);
    });
  queues
    .command("delete <name>")
    .description("delete a message queue with all that lies in it")
    .action(async (name: string) => {
      await (await context.client()).deleteMessageQueue(name);
      context.out.done(`Message queue ${name} is deleted.`, { deleted: name });
    });
}

function addExchangeDefinitions(messages: Command, context: Context): void {
  const exchanges = messages.command("exchanges").description("exchanges, which lead on to message queues");
  exchanges
    .command("list")
    .description("list the exchanges you may read")
    .action(async () => {
      const none = "No exchanges yet. Make one: millrace messages exchanges declare <name> --kind topic";
      context.out.list(await (await context.client()).listExchanges(), exchangeColumns, none);
    });
  exchanges
    .command("declare <name>")
    .description("make an exchange, unless it is there")
    .requiredOption("--kind <kind>", `how it leads on: ${kinds.join(", ")}`)
    .action(async (name: string, options: { kind: string }) => {
      const kind = parseWord(options.kind, "--kind", kinds);
      const exchange = await (await context.client()).declareExchange({ name, kind });
      context.out.done(`Exchange ${name} is there.`, exchange);
    });
  exchanges
    .command("bind <exchange> <queue>")
    .description("lead its messages to a message queue, too")
    .option("--routing-key <key>", "of a direct exchange the key, of a topic exchange a pattern")
    .action(async (exchange: string, queue: string, { routingKey }: { routingKey?: string }) => {
      await (await context.client()).bindMessageQueue(exchange, { queue, ...defined({ routingKey }) });
      context.out.done(`Exchange ${exchange} leads to ${queue}.`, { exchange, queue });
    });
  exchanges
    .command("delete <name>")
    .description("delete an exchange with its bindings")
    .action(async (name: string) => {
      await (await context.client()).deleteExchange(name);
      context.out.done(`Exchange ${name} is deleted.`, { deleted: name });
    });
}

function addSending(messages: Command, context: Context): void {
  const data = "JSON, @file or - for the standard input";
  messages
    .command("publish [queue]")
    .description("send a message to a message queue, or through an exchange")
    .option("--data <json>", data, "null")
    .option("--exchange <name>", "instead of a message queue")
    .option("--routing-key <key>", "with --exchange")
    .option("--priority <n>", "0 to 9; higher goes first")
    .option("--expiry <time>", "how long it may wait")
    .option("--delay <time>", "how long it is held back")
    .action(async (queue: string | undefined, options: SendOptions & Record<string, string | undefined>) => {
      const { exchange, routingKey, delay } = options;
      if ((queue === undefined) === (exchange === undefined))
        throw usage("Name a message queue or --exchange.");
      const client = await context.client();
      const delayMs = delay === undefined ? undefined : parseDuration(delay, "--delay");
      const content = { ...contentOf(options), ...defined({ delayMs }) };
      const sent =
        queue === undefined
          ? await client.publishToExchange(exchange!, { ...content, ...defined({ routingKey }) })
          : await client.publish(queue, content);
      context.out.done(`Message ${sent.id} is sent.`, sent);
    });
  messages
    .command("request <queue>")
    .description("send a message and show the reply to it")
    .option("--data <json>", data, "null")
    .option("--timeout <time>", "how long to wait", "60s")
    .action(async (queue: string, options: SendOptions & { timeout: string }) => {
      const timeoutMs = parseDuration(options.timeout, "--timeout");
      const client = await context.client();
      context.out.value((await client.request(queue, { ...contentOf(options), timeoutMs })).data);
    });
}

function addConsuming(messages: Command, context: Context): void {
  messages
    .command("consume <queue>")
    .description("show and acknowledge messages as they come, until interrupted")
    .option("--count <n>", "end after so many")
    .action(async (queue: string, options: { count?: string }) => {
      const left = options.count === undefined ? Infinity : parseWhole(options.count, "--count", { min: 1 });
      await consume(context, await context.client(), queue, left);
    });
}

async function consume(context: Context, client: Client, queue: string, countMax: number): Promise<void> {
  const signal = context.interrupted;
  for (let left = countMax; left > 0 && !signal.aborted;) {
    const wanted = { count: Math.min(left, 100), waitMs: 30_000 };
    const received = await client.receive(queue, wanted, { signal }).catch((error: unknown) => {
      if (signal.aborted) return [];
      throw error;
    });
    for (const { message, receipt } of received) {
      context.out.line(JSON.stringify(message.data), message);
      await client.endReceived(queue, { receipt, ending: "acknowledge" });
    }
    left -= received.length;
  }
}

function contentOf({ data, priority, expiry }: SendOptions) {
  return {
    data: parseJson(data, "--data"),
    ...defined({
      priority: priority === undefined ? undefined : parseWhole(priority, "--priority", { max: 9 }),
      expiryMs: expiry === undefined ? undefined : parseDuration(expiry, "--expiry"),
    }),
  };
}
