import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import type { Client } from "@millrace/sdk";
import type { Context } from "../context.ts";
import { defined, parseList, parseWhole } from "../values.ts";

type Page = Awaited<ReturnType<Client["listEvents"]>>;
type CloudEvent = Page["items"][number];

interface EventFlags {
  topic?: string;
  limit: string;
  follow?: true;
}

const pageMax = 1_000;
const pollMs = 1_000;
/** More events than these within a second are not shown one by one. */
const pagesAtOnceMax = 20;

/** Adds `events`. */
export function addEvents(program: Command, context: Context): void {
  program
    .command("events")
    .description("what happened, the newest first: the audit of everything, for admins")
    .option("--topic <topics>", "comma list, as work_items,documents")
    .option("--limit <n>", "at most so many", "50")
    .option("--follow", "go on: a line for every event as it happens")
    .action(async (options: EventFlags) => {
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const topic = options.topic === undefined ? undefined : parseList(options.topic);
      const client = await context.client();
      if (options.follow === true) return follow(context, client, topic);
      const events = await latest(client, topic, limit);
      context.out.list(events, [
        { header: "at", value: (event) => event.time },
        { header: "what", value: (event) => event.type },
        { header: "subject", value: (event) => event.subject },
        { header: "by", value: (event) => event.data.actorName },
        { header: "details", value: (event) => event.data.details },
      ]);
    });
}

async function latest(client: Client, topic: string[] | undefined, limit: number): Promise<CloudEvent[]> {
  const events: CloudEvent[] = [];
  let cursor: string | undefined;
  while (events.length < limit) {
    const page = await pageOf(client, topic, Math.min(limit - events.length, pageMax), cursor);
    events.push(...page.items);
    if (page.nextCursor === undefined) break;
    cursor = page.nextCursor;
  }
  return events;
}

/** Asks again and again for the newest, until the user interrupts; each event is shown once. */
async function follow(context: Context, client: Client, topic: string[] | undefined): Promise<void> {
  const signal = context.interrupted;
  let seen = new Set((await pageOf(client, topic, pageMax)).items.map((event) => event.id));
  context.out.note("Following events; Ctrl-C ends it.");
  while (!signal.aborted) {
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const events = await sinceSeen(client, topic, seen);
    for (const event of events.toReversed()) {
      if (!seen.has(event.id)) context.out.line(sentenceOf(event), event);
    }
    seen = new Set(events.map((event) => event.id));
  }
}

/** The newest page, and those before it until one was seen to its end. */
async function sinceSeen(
  client: Client,
  topic: string[] | undefined,
  seen: ReadonlySet<string>,
): Promise<CloudEvent[]> {
  const events: CloudEvent[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < pagesAtOnceMax; pages++) {
    const page = await pageOf(client, topic, pageMax, cursor);
    events.push(...page.items);
    if (page.nextCursor === undefined || page.items.some((event) => seen.has(event.id))) break;
    cursor = page.nextCursor;
  }
  return events;
}

async function pageOf(
  client: Client,
  topic: string[] | undefined,
  limit: number,
  cursor?: string,
): Promise<Page> {
  return client.listEvents({ limit, ...defined({ topic, cursor }) } as never);
}

function sentenceOf(event: CloudEvent): string {
  return `${event.time}  ${event.type}  ${event.subject}  ${event.data.actorName}`;
}
