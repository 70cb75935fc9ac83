import { type Client, createClient, type Handler, MillraceError, type Worker } from "@millrace/sdk";
import { setTimeout as pause } from "node:timers/promises";
import { checkFilm, type Film, type FilmRecord } from "./check-film.ts";
import { askRate, RateServiceError } from "./rate-service.ts";
import { readRecords } from "./records.ts";

const itemsPerPush = 500;
const concurrency = 32;
const lookEveryMs = 200;
const stopGraceMs = 5_000;

export interface FilmsOptions {
  url: string;
  token: string;
  /** Told how many films are through, rejected ones included. */
  onProgress?: (progress: { done: number; total: number }) => void;
  /** Ends it early; what was pushed stays in the queues. */
  signal?: AbortSignal;
}

/** What came of the films, as the server's records have it. */
export interface Summary {
  records: number;
  successful: number;
  /** By reason. */
  rejected: Record<string, number>;
  /** Films that took more than one attempt. */
  retried: number;
  /** Documents in the collection. */
  documents: number;
  tookMs: number;
}

/** Pushes the films, works them off through both queues, and tells what came of them. Safe to run again. */
export async function runFilms({ url, token, onProgress, signal }: FilmsOptions): Promise<Summary> {
  const startedAt = performance.now();
  const client = createClient({ url, token });
  const workers: Worker[] = [];
  try {
    await prepare(client);
    workers.push(enrichFilms(client), storeFilms(client));
    const records = readRecords();
    await pushRecords(client, records, signal);
    for await (const done of filmsDone(client, signal)) {
      onProgress?.({ done: Math.min(done, records.length), total: records.length });
    }
    return {
      records: records.length,
      ...(await summarise(client)),
      tookMs: Math.round(performance.now() - startedAt),
    };
  } finally {
    await Promise.all(workers.map((worker) => worker.stop({ graceMs: stopGraceMs })));
    await client.close();
  }
}

/** Queues that others lead to come first. What is there already stays as it is. */
async function prepare(client: Client): Promise<void> {
  await unlessThere(
    client.createQueue({ name: "films-rejected", description: "Records for a person to look at" }),
  );
  await unlessThere(client.createQueue({ name: "films-enriched", description: "Films to be stored" }));
  await unlessThere(
    client.createQueue({
      name: "films",
      description: "Records of movies.json",
      attemptsMax: 3,
      backoffMs: 200,
      successQueue: "films-enriched",
      failedQueue: "films-rejected",
    }),
  );
  await unlessThere(client.createCollection({ name: "films" }));
  await client.createIndex("films", { keys: { number: 1 }, unique: true });
}

async function unlessThere(made: Promise<unknown>): Promise<void> {
  await made.catch((error: unknown) => {
    if (!(error instanceof MillraceError) || error.code !== "already_exists") throw error;
  });
}

interface Work extends Record<string, unknown> {
  /** Its place in the file, from 1. */
  number: number;
  record: FilmRecord;
}

/** The idempotency key makes a second push of the same record the same item. */
async function pushRecords(client: Client, records: FilmRecord[], signal?: AbortSignal): Promise<void> {
  const items = records.map((record, index) => {
    const payload: Work = { number: index + 1, record };
    return { payload, name: String(record.Title ?? ""), idempotencyKey: `movies.json#${payload.number}` };
  });
  for (let from = 0; from < items.length; from += itemsPerPush) {
    await client.pushItems("films", items.slice(from, from + itemsPerPush), { signal });
  }
}

/**
 * Queue `films`. What `checkFilm` throws is final and leads to `films-rejected`; what `askRate` throws is tried again;
 * a success goes on to `films-enriched`, with its file.
 */
function enrichFilms(client: Client): Worker {
  return client.worker("films", enrich, { concurrency, name: "enrich", onError: tell });
}

const enrich: Handler<Work> = async ({ payload, attempts }, context) => {
  const { number, record } = payload;
  const film = checkFilm(record);
  const rate = await askRate({ film: number, year: film.year, attempt: attempts + 1 });
  const grossDollars2010 = film.grossDollars && Math.round(film.grossDollars * rate);
  const enriched = { number, ...film, grossDollars2010 };
  const sheet = JSON.stringify({ record, film: enriched }, undefined, 2);
  const fileId = await context.attachFile(`film-${number}.json`, sheet, { contentType: "application/json" });
  return { payload: { ...enriched, fileId } };
};

/**
 * Queue `films-enriched`. An item may come twice (a worker that died had stored the film, but not said so), and then
 * its document is written again over the first: insert-or-update by the film's number.
 */
function storeFilms(client: Client): Worker {
  const store: Handler<Film & Record<string, unknown>> = async ({ payload: film }) => {
    const document = { _type: "film", name: film.title, ...film };
    await client.insertOrUpdateDocument("films", { document, uniqueFields: ["number"] });
  };
  return client.worker("films-enriched", store, { concurrency, name: "store", onError: tell });
}

/** Failed attempts stand in the items' history, and the rate service is expected to fail. */
function tell(error: Error): void {
  if (!(error instanceof RateServiceError)) console.error(`films: ${error.message}`);
}

/** How many films are through, until none is left. An item goes on to its next queue in the moment it ends. */
async function* filmsDone(client: Client, signal?: AbortSignal): AsyncGenerator<number> {
  for (let isDone = false; !isDone;) {
    const { counts: films } = await client.queueStats("films", { signal });
    const { counts: enriched } = await client.queueStats("films-enriched", { signal });
    yield films.failed + films.abandoned + enriched.successful + enriched.failed + enriched.abandoned;
    isDone = [films, enriched].every((counts) => counts.new + counts.processing + counts.retry === 0);
    if (!isDone) await pause(lookEveryMs, undefined, { signal });
  }
}

async function summarise(client: Client) {
  const summary = { successful: 0, rejected: {} as Record<string, number>, retried: 0 };
  for await (const { state, error, attempts } of client.listItems("films", { limit: 500 })) {
    if (state === "successful") summary.successful += 1;
    if (attempts > 1) summary.retried += 1;
    const reason = error?.message;
    if (state === "failed" && reason !== undefined)
      summary.rejected[reason] = (summary.rejected[reason] ?? 0) + 1;
  }
  const { count: documents } = await client.countDocuments("films");
  return { ...summary, documents };
}
