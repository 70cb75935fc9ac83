import { type Client, createClient } from "@millrace/sdk";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runFilms, type Summary } from "./main.ts";
import { runStart, startTestServer, type TestServer } from "./testing.ts";

const workTimeoutMs = 240_000;

let server: TestServer;
let client: Client;
let summary: Summary;
const progress: { done: number; total: number }[] = [];

beforeAll(async () => {
  server = await startTestServer();
  client = createClient(server);
  summary = await runFilms({ ...server, onProgress: (state) => progress.push(state) });
}, workTimeoutMs);

afterAll(async () => {
  await client.close();
  await server.stop();
});

/** The figures by other means than the example's: one line of text per record, no dates, no titles made better. */
function countRawFile() {
  const path = new URL("../../../node_modules/vega-datasets/data/movies.json", import.meta.url);
  const records = readFileSync(path, "utf8").split(/(?<=\}),/);
  const isUntitled = (text: string) => /"Title":\s*(null|"\s*")/.test(text);
  const isTooLate = (text: string) => !/"Release Date":\s*"\w{3} \d\d (19\d\d|200\d|201[01])"/.test(text);
  const good = records.map((text) => !isUntitled(text) && !isTooLate(text));
  return {
    records: records.length,
    successful: good.filter(Boolean).length,
    rejected: {
      "missing title": records.filter(isUntitled).length,
      "impossible date": records.filter(isTooLate).length,
    },
    retried: good.filter((isGood, index) => isGood && String(index + 1).endsWith("0")).length,
    documents: good.filter(Boolean).length,
  };
}

async function itemOf(title: string) {
  for await (const item of client.listItems("films", { limit: 500 })) if (item.name === title) return item;
  throw new Error(`no item ${title}`);
}

async function documentOf(filter: Record<string, unknown>) {
  const { items } = await client.queryDocuments("films", { filter });
  expect(items).toHaveLength(1);
  return items[0]!;
}

test("the summary is what the raw file says", () => {
  expect(summary).toEqual({ ...countRawFile(), tookMs: expect.any(Number) });
  expect(summary).toMatchObject({
    records: 3_201,
    successful: 3_178,
    rejected: { "missing title": 1, "impossible date": 22 },
    retried: 319,
  });
});

test("the server has the same figures, and nothing is left over", async () => {
  const none = { new: 0, processing: 0, retry: 0, abandoned: 0 };
  const stats = async (queue: string) => (await client.queueStats(queue)).counts;
  expect(await stats("films")).toEqual({ ...none, successful: 3_178, failed: 23 });
  expect(await stats("films-enriched")).toEqual({ ...none, successful: 3_178, failed: 0 });
  expect(await stats("films-rejected")).toEqual({ ...none, new: 23, successful: 0, failed: 0 });
});

test("the progress goes up to the end", () => {
  expect(progress.at(-1)).toEqual({ done: 3_201, total: 3_201 });
  expect(progress.map(({ done }) => done)).toEqual(
    progress.map(({ done }) => done).toSorted((a, b) => a - b),
  );
});

test("a film becomes a document, put into shape", async () => {
  expect(await documentOf({ title: "The Land Girls" })).toMatchObject({
    _type: "film",
    name: "The Land Girls",
    number: 1,
    releasedOn: "1998-06-12",
    year: 1998,
    grossDollars: 146_083,
    grossDollars2010: Math.round(146_083 * 1.03 ** 12),
    genre: null,
    score: 6.1,
  });
  expect(await documentOf({ title: "2046" })).toMatchObject({ year: 2005, director: "Wong Kar-wai" });
  expect(await documentOf({ title: "1776" })).toMatchObject({ grossDollars: null, grossDollars2010: null });
  expect(await documentOf({ title: "The Barbarians" })).toMatchObject({ _version: 0 });
});

test("the file that came along is attached and holds the record and the film", async () => {
  const { fileId, ...film } = await documentOf({ title: "WALL-E" });
  const sheet = JSON.parse(await (await client.downloadFile(String(fileId))).text()) as unknown;
  expect(sheet).toMatchObject({
    record: { Title: "WALL-E", "Release Date": "Jun 27 2008" },
    film: { number: film["number"], title: "WALL-E", releasedOn: "2008-06-27" },
  });
  await expect(client.deleteFile(String(fileId))).rejects.toMatchObject({ code: "conflict" });
});

test("a rejected item says why, is not tried again, and its copy waits for a person", async () => {
  const item = await itemOf("Gone with the Wind");
  expect(item).toMatchObject({
    state: "failed",
    attempts: 1,
    error: { kind: "business", message: "impossible date", source: "Release Date: Dec 15 2039" },
  });
  expect((await client.itemHistory(item.id)).map(({ type }) => type)).toEqual([
    "work_item.pushed",
    "work_item.claimed",
    "work_item.failed",
  ]);
  const copy = await client.getItem(String(item.nextItemId));
  expect(copy).toMatchObject({ state: "new", fromItemId: item.id, payload: item.payload });
  expect((await client.queryDocuments("films", { filter: { title: "Gone with the Wind" } })).items).toEqual(
    [],
  );
});

test("the history of a retried item tells the story", async () => {
  const records = client.listItems("films", { limit: 500, state: ["successful"] });
  const items: { id: string; attempts: number; payload: { number?: unknown } }[] = [];
  for await (const item of records) if (item.attempts > 1) items.push(item);
  expect(items.every(({ payload }) => Number(payload.number) % 10 === 0)).toBe(true);
  const history = await client.itemHistory(items[0]!.id);
  expect(history.map(({ type }) => type)).toEqual([
    "work_item.pushed",
    "work_item.claimed",
    "work_item.retried",
    "work_item.claimed",
    "work_item.successful",
  ]);
  expect(JSON.stringify(history[2])).toContain("the rate service is not available");
});

test("a second run adds nothing, and an item that comes twice leaves one document", async () => {
  const { nextItemId } = await itemOf("The Land Girls");
  await client.requeueItem(String(nextItemId));
  const { code, output } = await runStart(server);
  expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining("documents: 3178") });
  expect((await client.queueStats("films")).counts).toMatchObject({ successful: 3_178, failed: 23 });
  expect(await documentOf({ _version: { $gt: 0 } })).toMatchObject({ title: "The Land Girls", _version: 1 });
});

test("an abort ends the run, and what was pushed stays", async () => {
  await client.pauseQueue("films");
  await client.pushItem("films", { payload: {} });
  const abort = new AbortController();
  const run = runFilms({ ...server, signal: abort.signal, onProgress: () => abort.abort() });
  await expect(run).rejects.toMatchObject({ name: "AbortError" });
  expect((await client.queueStats("films")).counts).toMatchObject({ new: 1 });
});
