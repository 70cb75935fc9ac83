import { afterAll, beforeAll, expect, test } from "vitest";
import { BusinessError, type Client, type Item, type NewQueue, type Worker } from "./main.ts";
import { startTestServer, type TestServer } from "./testing.ts";

let server: TestServer;
let client: Client;
let lastQueue = 0;
const workers: Worker[] = [];

beforeAll(async () => {
  server = await startTestServer();
  client = server.client();
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop({ graceMs: 0 })));
  await server.stop();
});

/** A queue of the test's own with so many items. */
async function queueOf(count: number, settings: Partial<NewQueue> = {}): Promise<string> {
  const name = `jobs-${++lastQueue}`;
  await client.createQueue({ name, backoffMs: 0, jitter: 0, ...settings });
  const items = Array.from({ length: count }, (_, n) => ({ payload: { n } }));
  if (count > 0) await client.pushItems(name, items);
  return name;
}

const work: Client["worker"] = (queue, handler, options) => {
  const worker = client.worker(queue, handler, options);
  workers.push(worker);
  return worker;
};

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function countOf(queue: string, state: string): Promise<number> {
  return ((await client.queueStats(queue)).counts as Record<string, number>)[state] ?? 0;
}

/** A handler that waits until it is let go on. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open: () => open(), opened };
}

test("every item is worked off once, so many side by side as it was told, with what the handler left", async () => {
  const queue = await queueOf(40);
  let atWork = 0;
  let most = 0;
  const seen: number[] = [];
  const worker = work<{ n: number }>(
    queue,
    async (item) => {
      most = Math.max(most, ++atWork);
      await new Promise((resolve) => setTimeout(resolve, 5));
      atWork -= 1;
      seen.push(item.payload.n);
      return { payload: { ...item.payload, done: true } };
    },
    { concurrency: 4, name: "robot" },
  );
  await until(async () => (await countOf(queue, "successful")) === 40);
  await worker.stop();
  expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n));
  expect(most).toBe(4);
  const { items } = await client.listItems(queue, { limit: 1 });
  expect(items[0]).toMatchObject({ worker: "robot", payload: { done: true }, attempts: 1 });
});

test("an idle worker starts on a pushed item at once", async () => {
  const queue = await queueOf(0);
  const got: Item[] = [];
  const worker = work(queue, (item) => void got.push(item));
  await client.pushItem(queue, { payload: { n: 1 } });
  await until(() => got.length === 1);
  await client.pushItem(queue, { payload: { n: 2 } });
  await until(() => got.length === 2);
  await worker.stop();
});

test("a business error is final, any other error may be retried and is reported", async () => {
  const queue = await queueOf(2, { attemptsMax: 2 });
  const reported: string[] = [];
  const worker = work<{ n: number }>(
    queue,
    (item) => {
      if (item.payload.n === 0) throw new BusinessError("no title", { source: "title" });
      throw new Error(`flaky \0 ${item.attempts}`);
    },
    { onError: (error, item) => reported.push(`${item?.payload["n"]} ${error.message}`) },
  );
  await until(async () => (await countOf(queue, "failed")) === 2);
  await worker.stop();
  const { items } = await client.listItems(queue);
  const [flaky, business] = items;
  expect(business).toMatchObject({
    attempts: 1,
    error: { kind: "business", message: "no title", source: "title" },
  });
  expect(flaky).toMatchObject({ attempts: 2, error: { kind: "application", message: "flaky � 1" } });
  expect(reported).toEqual(["1 flaky \0 0", "1 flaky \0 1"]);
});

test("files that a handler attaches are the finished item's", async () => {
  const queue = await queueOf(1);
  let fileId = "";
  const worker = work(queue, async (_item, { attachFile }) => {
    fileId = await attachFile("poster.txt", "a poster", { contentType: "text/plain" });
  });
  await until(async () => (await countOf(queue, "successful")) === 1);
  await worker.stop();
  expect(await (await client.downloadFile(fileId)).text()).toBe("a poster");
  const { items } = await client.listItems(queue);
  await expect(client.deleteFile(fileId)).rejects.toMatchObject({ code: "conflict" });
  expect(items).toHaveLength(1);
});

test("a result that is no JSON fails its attempt, and the ends said with it stand", async () => {
  await client.createQueue({ name: "no-json", attemptsMax: 1 });
  await client.pushItems(
    "no-json",
    Array.from({ length: 10 }, (_, n) => ({ payload: { n } })),
  );
  const worker = client.worker(
    "no-json",
    ({ payload }) => ({ payload: { n: payload["n"] === 3 ? 3n : payload["n"] } }),
    { concurrency: 10, onError: () => undefined },
  );
  await until(async () => {
    const { counts } = await client.queueStats("no-json");
    return counts["successful"] === 9 && counts["failed"] === 1;
  });
  await worker.stop();
  const { items } = await client.listItems("no-json", { state: ["failed"] });
  expect(items[0]!.error?.message).toContain("The result was refused");
});

test("a result that the server refuses fails the attempt, and the others' results stand", async () => {
  const queue = await queueOf(3, { attemptsMax: 1 });
  const worker = work<{ n: number }>(
    queue,
    (item) => (item.payload.n === 1 ? { files: ["no file id"] } : {}),
    { concurrency: 3, onError: () => undefined },
  );
  await until(async () => (await countOf(queue, "failed")) + (await countOf(queue, "successful")) === 3);
  await worker.stop();
  const { items } = await client.listItems(queue, { state: ["failed"] });
  expect(items).toMatchObject([{ payload: { n: 1 }, error: { kind: "application" } }]);
  expect(items[0]!.error?.message).toContain("The result was refused");
});

test("ends that come together are sent together", async () => {
  const queue = await queueOf(30);
  const { open, opened } = gate();
  const ends: string[] = [];
  const own = server.client({
    fetch: (input, init) => {
      if (String(input).endsWith("/finish")) ends.push(String(input));
      return fetch(input, init);
    },
  });
  const worker = own.worker(queue, () => opened, { concurrency: 30 });
  workers.push(worker);
  await until(() => worker.heldCount === 30);
  open();
  await until(async () => (await countOf(queue, "successful")) === 30);
  expect(ends.length).toBeLessThan(5);
  await worker.stop();
});

test("a lease is kept while the handler runs", async () => {
  const queue = await queueOf(3);
  const { open, opened } = gate();
  const worker = work(queue, () => opened, { concurrency: 3, leaseMs: 1_000 });
  await until(() => worker.heldCount === 3);
  const [item] = (await client.listItems(queue)).items;
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const later = await client.getItem(item!.id);
  expect(later).toMatchObject({ state: "processing", leaseNumber: item!.leaseNumber });
  expect(Date.parse(later.leaseUntil as string)).toBeGreaterThan(
    Date.parse(item!.leaseUntil as string) + 500,
  );
  open();
  await until(async () => (await countOf(queue, "successful")) === 3);
  await worker.stop();
});

test("a lost lease aborts the handler, and its result is dropped with a warning", async () => {
  const queue = await queueOf(1);
  const warnings: Error[] = [];
  const signals: AbortSignal[] = [];
  const worker = work(
    queue,
    async (item, { signal }) => {
      signals.push(signal);
      if (signals.length > 1) return { payload: { by: "second" } };
      await client.releaseItem(item.id, { leaseNumber: item.leaseNumber });
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return { payload: { by: "first" } };
    },
    { leaseMs: 1_000, onError: (error) => warnings.push(error) },
  );
  await until(async () => (await countOf(queue, "successful")) === 1);
  await worker.stop();
  expect(signals).toHaveLength(2);
  expect(signals[0]!.reason).toMatchObject({ code: "lease_lost" });
  expect(warnings.map((error) => error.message)).toEqual([
    expect.stringMatching(/lease of item \w+ was lost/),
  ]);
  expect((await client.listItems(queue)).items[0]!.payload).toEqual({ by: "second" });
});

test("a stopping worker takes nothing more and lets its handlers end", async () => {
  const queue = await queueOf(3);
  const { open, opened } = gate();
  const worker = work(queue, () => opened, { concurrency: 2 });
  await until(() => worker.heldCount === 2);
  const stopped = worker.stop();
  open();
  await stopped;
  expect(worker.heldCount).toBe(0);
  expect((await client.queueStats(queue)).counts).toMatchObject({ successful: 2, new: 1, processing: 0 });
});

test("after the grace time the handlers are aborted and their items given back", async () => {
  const queue = await queueOf(2);
  const reasons: unknown[] = [];
  const worker = work(
    queue,
    async (_item, { signal }) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      reasons.push(signal.reason);
      throw new Error("interrupted");
    },
    { concurrency: 2 },
  );
  await until(() => worker.heldCount === 2);
  await worker.stop({ graceMs: 10 });
  expect(reasons).toHaveLength(2);
  const { items } = await client.listItems(queue);
  expect(items.map(({ state, attempts }) => ({ state, attempts }))).toEqual([
    { state: "new", attempts: 0 },
    { state: "new", attempts: 0 },
  ]);
});

test("a stop on an idle queue does not wait for the poll's end, which takes no item afterwards", async () => {
  const queue = await queueOf(0);
  const worker = work(queue, () => undefined);
  await client.pushItem(queue, { payload: {} });
  await until(async () => (await countOf(queue, "successful")) === 1);
  await worker.stop();
  await client.pushItem(queue, { payload: {} });
  expect(await client.claimItems(queue, { waitMs: 200 })).toHaveLength(1);
}, 15_000);

test("a worker outlives a server that is killed and started again, and finishes what it held", async () => {
  const queue = await queueOf(20);
  const { open, opened } = gate();
  const ends: number[] = [];
  const worker = work<{ n: number }>(
    queue,
    async (item) => {
      if (item.payload.n < 5) await opened;
      ends.push(item.payload.n);
    },
    { concurrency: 5, onError: () => undefined },
  );
  await until(() => worker.heldCount === 5);
  await server.kill();
  open();
  await until(() => ends.length === 5);
  await server.start();
  await until(async () => (await countOf(queue, "successful")) === 20);
  await worker.stop();
  expect(ends.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n));
});

test("a worker of a queue that is not there yet reports it and begins when it is made", async () => {
  const name = "made-later";
  const errors: Error[] = [];
  let done = 0;
  const worker = work(name, () => void done++, { onError: (error) => errors.push(error) });
  await until(() => errors.length > 0);
  await client.createQueue({ name });
  await client.pushItem(name, { payload: {} });
  await until(() => done === 1);
  await worker.stop();
  expect(errors[0]).toMatchObject({ code: "not_found" });
  expect(() => client.worker(name, () => undefined, { concurrency: 0 })).toThrow("concurrency");
});
