import { BusinessError } from "@millrace/sdk";
import { openiap as OpeniapClient, type Workitem, type WorkItemQueue } from "@openiap/nodeapi";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { deflate } from "node:zlib";
import { checkFilm, type FilmRecord } from "./check-film.ts";
import type { Summary } from "./main.ts";
import { askRate } from "./rate-service.ts";
import { readRecords } from "./records.ts";

const pack = promisify(deflate);
const itemsPerPush = 500;
const concurrency = 16;
const lookEveryMs = 200;
const countEveryMs = 1_000;
const topMost = 10_000;

type Item = Omit<Workitem, "payload"> & { payload: unknown };
type Handler = (client: OpeniapClient, item: Item) => Promise<Partial<Workitem>>;

/**
 * The same films, by a program that knows nothing of Millrace but where it is: whatever was written on OpenIAP's
 * client looks like this.
 */
export async function runFilmsOnOpeniap({ url, jwt }: { url: string; jwt: string }): Promise<Summary> {
  const startedAt = performance.now();
  const client = new OpeniapClient(url, jwt);
  await client.connect();
  const stop = new AbortController();
  try {
    await prepare(client);
    const workers = Promise.all([
      work(client, { wiq: "films", handler: enrich, signal: stop.signal }),
      work(client, { wiq: "films-enriched", handler: store, signal: stop.signal }),
    ]);
    const records = readRecords();
    await push(client, records);
    // A worker that breaks ends the run.
    while (await hasMore(client)) await Promise.race([workers, pause(countEveryMs)]);
    stop.abort();
    await workers;
    const tookMs = Math.round(performance.now() - startedAt);
    return { records: records.length, ...(await summarise(client)), tookMs };
  } finally {
    stop.abort();
    client.Close();
  }
}

/** Queues that others lead to come first. */
export async function prepare(client: OpeniapClient): Promise<void> {
  const add = (queue: Partial<WorkItemQueue>) =>
    client.AddWorkItemQueue({ workitemqueue: { maxretries: 3, ...queue } as WorkItemQueue, skiprole: true });
  await add({ name: "films-rejected" });
  await add({ name: "films-enriched" });
  await add({ name: "films", success_wiq: "films-enriched", failed_wiq: "films-rejected" });
  await client.CreateCollection({ collectionname: "films" });
  await client.CreateIndex({ collectionname: "films", index: { number: 1 }, options: { unique: true } });
}

/** Pushes the records as work items. */
export async function push(client: OpeniapClient, records: readonly FilmRecord[]): Promise<void> {
  const items = records.map((record, index) => {
    return { name: String(record.Title ?? ""), payload: JSON.stringify({ number: index + 1, record }) };
  });
  for (let from = 0; from < items.length; from += itemsPerPush)
    await client.PushWorkitems({ wiq: "films", items: items.slice(from, from + itemsPerPush) as Workitem[] });
}

/** Pops and works until it is told to stop; what a handler throws decides whether the item is tried again. */
async function work(
  client: OpeniapClient,
  { wiq, handler, signal }: { wiq: string; handler: Handler; signal: AbortSignal },
): Promise<void> {
  const slot = async () => {
    while (!signal.aborted) {
      const item = (await client.PopWorkitem({ wiq, includefiles: false })) as Item | undefined;
      if (item === undefined) await pause(lookEveryMs);
      else
        await client.UpdateWorkitem({
          workitem: { ...item, ...(await outcomeOf(client, item, handler)) } as Workitem,
        });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, slot));
}

async function outcomeOf(client: OpeniapClient, item: Item, handler: Handler): Promise<Partial<Workitem>> {
  try {
    return { ...(await handler(client, item)), state: "successful" };
  } catch (error) {
    const { message } = error as Error;
    if (!(error instanceof BusinessError))
      return { state: "retry", errortype: "application", errormessage: message };
    return { state: "retry", errortype: "business", errormessage: message, errorsource: error.source ?? "" };
  }
}

const enrich: Handler = async (_client, { payload, retries }) => {
  const { number, record } = payload as { number: number; record: FilmRecord };
  const film = checkFilm(record);
  const rate = await askRate({ film: number, year: film.year, attempt: retries + 1 });
  const enriched = {
    number,
    ...film,
    grossDollars2010: film.grossDollars && Math.round(film.grossDollars * rate),
  };
  const file = await pack(JSON.stringify({ record, film: enriched }));
  return {
    payload: JSON.stringify(enriched),
    files: [{ filename: `film-${number}.json`, compressed: true, file, _id: "" }],
  };
};

const store: Handler = async (client, { payload }) => {
  const film = payload as { title: string };
  const item = { _type: "film", name: film.title, ...film };
  await client.InsertOrUpdateOne({ collectionname: "films", uniqeness: "number", item: item });
  return {};
};

async function hasMore(client: OpeniapClient): Promise<boolean> {
  const query = { wiq: { $in: ["films", "films-enriched"] }, state: { $in: ["new", "processing"] } };
  return (await client.Count({ collectionname: "workitems", query })) > 0;
}

/** What came of the films, as a client finds it in the collections. */
export async function summarise(client: OpeniapClient) {
  const summary = { successful: 0, rejected: {} as Record<string, number>, retried: 0 };
  const items = await client.Query<Workitem>({
    collectionname: "workitems",
    query: { wiq: "films" },
    projection: { state: 1, retries: 1, errormessage: 1 },
    top: topMost,
  });
  for (const { state, retries, errormessage } of items) {
    if (state === "successful") summary.successful += 1;
    if (retries > 0) summary.retried += 1;
    if (state === "failed") summary.rejected[errormessage] = (summary.rejected[errormessage] ?? 0) + 1;
  }
  return { ...summary, documents: await client.Count({ collectionname: "films", query: {} }) };
}
