import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, MillraceError } from "./main.ts";
import { startTestServer, type TestServer } from "./testing.ts";

let server: TestServer;
let client: Client;

beforeAll(async () => {
  server = await startTestServer();
  client = server.client();
  await client.createQueue({ name: "films" });
});
afterAll(() => server.stop());

test("a pushed item is claimed, finished and remembered", async () => {
  const queue = await client.createQueue({ name: "one" });
  const { id } = await client.pushItem("one", { payload: { title: "Alien" } });
  const [item] = await client.claimItems("one", { count: 5, worker: "robot" });
  expect(item).toMatchObject({ id, queueId: queue.id, payload: { title: "Alien" }, worker: "robot" });
  const { leaseNumber } = item!;
  expect(await client.extendLease(id, { leaseNumber })).toHaveProperty("leaseUntil");
  expect(await client.finishItem(id, { leaseNumber, state: "successful" })).toMatchObject({ attempts: 1 });
  expect(await client.getItem(id)).toMatchObject({ state: "successful" });
  expect((await client.queueStats("one")).counts).toMatchObject({ successful: 1, new: 0 });
  const types = (await client.itemHistory(id)).map((event) => event.type);
  expect(types).toEqual(expect.arrayContaining(["work_item.pushed", "work_item.successful"]));
});

test("several pushes and finishes go as lists and come back as lists, with an outcome each", async () => {
  await client.createQueue({ name: "many" });
  const pushed = await client.pushItems("many", [{ payload: { n: 1 } }, { payload: { n: 2 } }]);
  expect(pushed).toHaveLength(2);
  const items = await client.claimItems("many", { count: 10 });
  const outcomes = await client.finishItems([
    { id: items[0]!.id, leaseNumber: items[0]!.leaseNumber, state: "successful" },
    { id: items[1]!.id, leaseNumber: 99, state: "successful" },
  ]);
  expect(outcomes).toMatchObject([{ state: "successful" }, { error: { code: "lease_lost" } }]);
});

test("a list is its first page when awaited, and all of its members when iterated", async () => {
  await client.createQueue({ name: "pages" });
  await client.pushItems(
    "pages",
    Array.from({ length: 7 }, (_, n) => ({ payload: { n } })),
  );
  const page = await client.listItems("pages", { limit: 3 });
  expect(page.items).toHaveLength(3);
  const seen: unknown[] = [];
  for await (const item of client.listItems("pages", { limit: 3, state: ["new"] }))
    seen.push(item.payload["n"]);
  expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0]);
  const none: unknown[] = [];
  for await (const item of client.listItems("pages", { state: ["failed", "retry"] })) none.push(item);
  expect(none).toEqual([]);
});

test("a query whose cursor travels in the body goes over its pages as well", async () => {
  await client.insertDocuments(
    "numbers",
    Array.from({ length: 5 }, (_, n) => ({ n })),
  );
  const seen: unknown[] = [];
  for await (const document of client.queryDocuments("numbers", { sort: { n: 1 }, limit: 2 })) {
    seen.push(document["n"]);
  }
  expect(seen).toEqual([0, 1, 2, 3, 4]);
});

test("an error names its code, its field and the request, and nothing is tried again", async () => {
  const failure = await client
    .pushItem("films", { payload: {}, priority: 1.5 })
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(MillraceError);
  expect(failure).toMatchObject({ code: "invalid_input", status: 400, field: "priority" });
  expect((failure as MillraceError).requestId).toMatch(/\w{8,}/);
  await expect(client.getQueue("nothing")).rejects.toMatchObject({ code: "not_found", status: 404 });
  await expect(server.client({ token: "wrong" }).getQueue("films")).rejects.toMatchObject({ status: 401 });
  await expect(async () => client.getQueue("")).rejects.toThrow("missing");
});

test("names that mean something in an address are names all the same", async () => {
  await expect(client.getQueue("../queues/films?x=#")).rejects.toMatchObject({ code: "not_found" });
});

test("an idempotency key makes the second push answer the first one's item", async () => {
  const item = { payload: { n: 1 }, idempotencyKey: "once" };
  const first = await client.pushItem("films", item);
  expect(await client.pushItem("films", item)).toEqual({ ...first, duplicate: true });
});

test("bytes are uploaded and downloaded as they come", async () => {
  const chunk = new Uint8Array(256 * 1024).fill(7);
  async function* bytes() {
    for (let n = 0; n < 8; n++) yield chunk;
  }
  const file = await client.uploadFile(
    bytes(),
    { name: "sevens.bin" },
    { contentType: "application/x-sevens" },
  );
  const download = await client.downloadFile(file.id);
  expect(download).toMatchObject({ size: 8 * chunk.length, contentType: "application/x-sevens" });
  const hash = createHash("sha256");
  for await (const part of download.stream) hash.update(part);
  const expected = createHash("sha256");
  for (let n = 0; n < 8; n++) expected.update(chunk);
  expect(hash.digest("hex")).toBe(expected.digest("hex"));
  await client.uploadFile("text", { name: "small.txt" });
  await expect(client.downloadFile("0".repeat(24))).rejects.toMatchObject({ code: "not_found" });
});

test("a document is changed only in the version that was seen", async () => {
  const made = await client.insertDocument("notes", { name: "a" });
  const id = made["_id"];
  await client.replaceDocument("notes", id, { name: "b" }, { ifVersion: 0 });
  const late = client.replaceDocument("notes", id, { name: "c" }, { ifVersion: 0 });
  await expect(late).rejects.toMatchObject({ code: "version_mismatch", status: 412 });
});

test("the same verbs go over a fetch of the caller's own, and any path by hand", async () => {
  const paths: string[] = [];
  const own = server.client({
    fetch: (input, init) => {
      paths.push(String(input));
      return fetch(input, init);
    },
  });
  expect(await own.getQueue("films")).toMatchObject({ name: "films" });
  await own.pushItem("films", { payload: {} });
  async function* bytes() {
    yield Buffer.from("over ");
    yield Buffer.from("fetch");
  }
  const file = await own.uploadFile(bytes(), { name: "text.txt" });
  expect(await (await own.downloadFile(file.id)).text()).toBe("over fetch");
  const failure = own.getQueue("nothing");
  await expect(failure).rejects.toMatchObject({ code: "not_found" });
  expect(paths).toContain(`${server.url}/api/v1/queues/films/items`);
  const path = { queue: "films" };
  const { data } = await client.rest.GET("/api/v1/queues/{queue}", { params: { path } });
  expect(data).toMatchObject({ name: "films" });
});

test("an abort ends a call at once, also one that waits on purpose or for a connection", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const narrow = server.client({ connectionsMax: 1 });
  await client.createQueue({ name: "silent" });
  const poll = client.claimItems("silent", { waitMs: 20_000 }, { signal });
  const calls = Array.from({ length: 20 }, () => narrow.queueStats("films", { signal }));
  const reason = new Error("enough");
  controller.abort(reason);
  const outcomes = await Promise.allSettled([poll, ...calls]);
  expect(outcomes).toEqual(outcomes.map(() => ({ status: "rejected", reason })));
  await expect(client.queueStats("films", { signal })).rejects.toBe(reason);
  expect(await narrow.queueStats("films")).toHaveProperty("counts");
});
