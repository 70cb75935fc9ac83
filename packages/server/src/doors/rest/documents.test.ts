import { pino } from "pino";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Call, systemCall } from "../../kit/call.ts";
import { AppError } from "../../kit/errors.ts";
import { Metrics } from "../../kit/metrics.ts";
import { RateLimits } from "../../kit/rate-limits.ts";
import { documentRoutes } from "../../modules/documents/api.ts";
import { openHouse, person, type TestHouse } from "../../modules/documents/testing.ts";
import { createRest } from "./rest.ts";

const calls: Record<string, Call> = {
  ann: person("Ann"),
  bob: person("Bob"),
  admin: systemCall("test-request"),
};
const absent = "f".repeat(24);
let house: TestHouse;
let app: FastifyInstance;
let address: string;
let annsCallAsOfNow: Call | undefined = calls["ann"];

beforeAll(async () => {
  const log = pino({ level: "silent" });
  house = await openHouse();
  app = await createRest({
    routes: documentRoutes(house.documents, house.watches, async () => annsCallAsOfNow),
    gate: {
      authenticator: {
        authenticate: async ({ text }, { requestId }) => {
          const call = calls[text];
          if (call === undefined) throw new AppError("unauthenticated", "no such token");
          return { ...call, requestId };
        },
      },
      limitPerToken: new RateLimits(0),
      limitPerAddress: new RateLimits(0),
    },
    metrics: new Metrics(),
    log,
    trustedProxies: [],
    corsOrigins: [],
  });
  address = await app.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await app.close();
  await house.close();
});

interface Answer {
  status: number;
  // The tests look into answers of every shape.
  body: Record<string, unknown> & { items: Record<string, unknown>[] };
}

async function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${address}/api/v1/collections${path}`, {
    method,
    headers: {
      authorization: "Bearer ann",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : JSON.parse(text) };
}

test("a document's whole life, by its routes", async () => {
  const made = await ask("POST", "/films/documents", { name: "Alien", year: 1978 });
  expect(made).toMatchObject({ status: 201, body: { name: "Alien", _version: 0 } });
  const path = `/films/documents/${String(made.body["_id"])}`;
  expect(await ask("PATCH", path, { $set: { year: 1979 } })).toMatchObject({
    status: 200,
    body: { year: 1979 },
  });
  expect(await ask("PUT", path, { name: "Lost" }, { "if-match": '"0"' })).toMatchObject({
    status: 412,
    body: { code: "version_mismatch" },
  });
  expect(await ask("PUT", path, { name: "Aliens" }, { "if-match": '"1"' })).toMatchObject({ status: 200 });
  expect((await ask("GET", `${path}/versions`)).body.items).toHaveLength(3);
  expect(await ask("GET", `${path}/versions/0`)).toMatchObject({
    status: 200,
    body: { document: { year: 1978 } },
  });
  expect((await ask("GET", `${path}/diff?from=0&to=1`)).body.items).toContainEqual({
    path: "year",
    before: 1978,
    after: 1979,
  });
  expect(await ask("POST", `${path}/restore`, { version: 1 })).toMatchObject({
    body: { year: 1979, _version: 3 },
  });
  expect(await ask("DELETE", path)).toMatchObject({ status: 204 });
  expect(await ask("GET", path)).toMatchObject({ status: 404, body: { code: "not_found" } });
  expect((await ask("GET", "/films/deleted")).body.items).toMatchObject([{ document: { name: "Alien" } }]);
  expect(await ask("POST", `${path}/undelete`)).toMatchObject({
    status: 200,
    body: { year: 1979, _version: 5 },
  });
});

test("questions, many documents and indexes, by their routes", async () => {
  const items = Array.from({ length: 5 }, (_, n) => ({ n, kind: n % 2 === 0 ? "even" : "odd" }));
  expect(await ask("POST", "/numbers/insert-many", { items })).toMatchObject({ status: 201 });
  const lines = `${items.map((item) => JSON.stringify({ ...item, streamed: true })).join("\n")}\n`;
  expect(
    await ask("POST", "/numbers/import", lines, { "content-type": "application/x-ndjson" }),
  ).toMatchObject({
    status: 200,
    body: { inserted: 5 },
  });
  const filter = { kind: "even" };
  expect(await ask("POST", "/numbers/count", { filter })).toMatchObject({ body: { count: 6 } });
  expect(await ask("POST", "/numbers/distinct", { field: "kind" })).toMatchObject({
    body: { values: ["even", "odd"] },
  });
  const page = await ask("POST", "/numbers/query", {
    filter,
    sort: { n: -1 },
    limit: 4,
    projection: { n: 1 },
  });
  expect(page.body.items.map((each) => each["n"])).toEqual([4, 4, 2, 2]);
  const listed = await ask(
    "GET",
    `/numbers/documents?filter=${encodeURIComponent(JSON.stringify(filter))}&sort=-n&limit=1`,
  );
  expect(listed.body.items).toMatchObject([{ n: 4 }]);
  const pipeline = [{ $group: { _id: "$kind", sum: { $sum: "$n" } } }, { $sort: { _id: 1 } }];
  expect((await ask("POST", "/numbers/aggregate", { pipeline })).body.items).toEqual([
    { _id: "even", sum: 12 },
    { _id: "odd", sum: 8 },
  ]);
  expect(await ask("POST", "/numbers/update-many", { filter, update: { $set: { seen: 1 } } })).toMatchObject({
    body: { updated: 6 },
  });
  expect(await ask("POST", "/numbers/delete-many", { filter: { kind: "odd" } })).toMatchObject({
    body: { deleted: 4 },
  });
  expect(
    await ask("POST", "/numbers/insert-or-update", { document: { n: 99 }, uniqueFields: ["n"] }),
  ).toMatchObject({
    body: { inserted: true },
  });
  expect(await ask("POST", "/numbers/indexes", { keys: { n: 1 } })).toMatchObject({
    status: 201,
    body: { name: "n_1", ready: true },
  });
  expect(await ask("POST", "/numbers/explain", { filter: { n: 4 } })).toMatchObject({
    body: { path: "sql" },
  });
  expect((await ask("GET", "/numbers/indexes")).body.items).toHaveLength(1);
  expect(await ask("DELETE", "/numbers/indexes/n_1")).toMatchObject({ status: 204 });
  expect((await ask("GET", "")).body.items.map((each) => each["name"])).toContain("numbers");
  expect(await ask("DELETE", "/numbers")).toMatchObject({ status: 409 });
});

test("bad input is refused by the name of the field, and a foreign document is as if absent", async () => {
  const wrong: [string, string, unknown, number, string][] = [
    ["POST", "/films/documents", '{"a": {"__proto__": 1}}', 400, ""],
    ["POST", "/films/documents", { a: { $b: 1 } }, 400, "a.$b"],
    ["POST", "/films/documents", [], 400, "body"],
    ["POST", "/films/query", { filtre: {} }, 400, "filtre"],
    ["POST", "/films/query", { limit: 5_000 }, 400, "limit"],
    ["POST", "/films/query", { filter: { $where: "1" } }, 400, "filter.$where"],
    ["POST", "/films/insert-many", { items: [{}, { _x: 1 }] }, 400, "items[1]._x"],
    ["GET", "/films/documents?filter={", undefined, 400, "query.filter"],
    ["POST", "/films/indexes", { keys: { a: 2 } }, 400, ""],
    ["GET", `/films/documents/${absent}`, undefined, 404, ""],
  ];
  for (const [method, path, body, status, field] of wrong) {
    const answer = await ask(method, path, body);
    expect([path, answer.status]).toEqual([path, status]);
    if (field !== "") expect(answer.body["field"]).toBe(field);
  }
  const made = await ask("POST", "/films/documents", { name: "Mine" });
  const id = String(made.body["_id"]);
  const asBob = (of: string) =>
    ask("GET", `/films/documents/${of}`, undefined, { authorization: "Bearer bob" });
  const [foreign, nothing] = [await asBob(id), await asBob(absent)];
  expect(foreign.status).toBe(404);
  expect(String(foreign.body["detail"]).replace(id, absent)).toBe(nothing.body["detail"]);
});

test("a watch as server-sent events tells changes, resumes, and ends when the caller's credential does", async () => {
  const open = async (headers: Record<string, string> = {}) => {
    const response = await fetch(`${address}/api/v1/collections/live/watch`, {
      headers: { authorization: "Bearer ann", ...headers },
    });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const until = async (part: string) => {
      while (!text.includes(part)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`the stream ended: ${text}`);
        text += value;
      }
      return text;
    };
    return { until, cancel: () => reader.cancel() };
  };
  const first = await open();
  await first.until("event: watching");
  await ask("POST", "/live/documents", { name: "one" });
  const seen = await first.until('"name":"one"');
  expect(seen).toContain("event: insert");
  const position = /id: (\S+)\nevent: insert/.exec(seen)![1]!;
  await first.cancel();
  await ask("POST", "/live/documents", { name: "two" });
  const second = await open({ "last-event-id": position });
  expect(await second.until('"name":"two"')).not.toContain('"name":"one"');
  annsCallAsOfNow = undefined;
  expect(await second.until("event: end")).toContain("unauthenticated");
  await second.cancel();
  await expect.poll(() => house.watches.size).toBe(0);
});
