import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, sendRaw, startNode, startTestServer, type TestServer } from "./testing.ts";
import { createTestDatabase } from "../packages/server/src/kit/testing.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ rateLimitPerAddress: "0" });
  await server.ask("POST", "/api/v1/queues", { name: "jobs" });
  await server.ask("POST", "/api/v1/collections/films/documents", { name: "Alien" });
});
afterAll(() => server.stop());

interface Raw {
  status: number;
  head: string;
  body: Record<string, unknown>;
}

/** An answer as it came over the wire. */
function readRaw(text: string): Raw {
  const [head = "", body = ""] = text.split("\r\n\r\n");
  return {
    status: Number(head.split(" ")[1]),
    head: head.toLowerCase(),
    body: body.startsWith("{") ? JSON.parse(body) : {},
  };
}

async function post(path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Raw> {
  const bytes = Buffer.from(body);
  const all = {
    host: "localhost",
    authorization: `Bearer ${server.token}`,
    "content-type": "application/json",
    "content-length": String(bytes.length),
    connection: "close",
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return readRaw(await sendRaw(server.url, `POST /api/v1${path} HTTP/1.1\r\n${lines.join("")}\r\n`, bytes));
}

/** Every error is RFC 9457, says under which id it was logged, and tells nothing of our insides. */
function expectProblem(
  { status, head, body }: Raw,
  wanted: { status: number; code: string; field?: string },
): void {
  expect({ status, code: body["code"], field: body["field"] }, JSON.stringify(body)).toEqual({
    field: undefined,
    ...wanted,
  });
  expect(head).toContain("content-type: application/problem+json");
  expect(head).toContain("x-content-type-options: nosniff");
  expect(body).toMatchObject({
    type: `urn:millrace:error:${wanted.code}`,
    title: expect.any(String),
    detail: expect.any(String),
  });
  expect(head).toContain(`x-request-id: ${String(body["requestId"])}`);
  expect(JSON.stringify(body)).not.toMatch(/node_modules|\.ts:|select |insert into|postgres|stack/i);
}

async function counts(): Promise<unknown> {
  const [row] = await server.sql(`
    select (select count(*) from work_items.work_items) as items,
           (select count(*) from documents.versions) as versions,
           (select count(*) from queues.queues) as queues,
           (select count(*) from identity.users) as users,
           (select count(*) from events.events) as events`);
  return row;
}

const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
const invalid = (field?: string) => ({ status: 400, code: "invalid_input", field });
const badBytes = Buffer.concat([
  Buffer.from('{"payload":{"a":"'),
  Buffer.from([0xff, 0xfe]),
  Buffer.from('"}}'),
]);

test.each<[string, string | Buffer, ReturnType<typeof invalid>]>([
  ["no JSON", '{"payload":', invalid("body")],
  ["nothing", "", invalid("body")],
  ["no object", "[]", invalid("body")],
  ["a word", '"payload"', invalid("body")],
  ["NaN", '{"payload":{"a":NaN}}', invalid("body")],
  ["a comment", '{"payload":{}} // so be it', invalid("body")],
  ["no UTF-8", badBytes, invalid("body")],
  ["UTF-16", Buffer.from('{"payload":{}}', "utf16le"), invalid("body")],
  ["a missing field", "{}", invalid("payload")],
  ["an unknown field", '{"payload":{},"colour":1}', invalid("colour")],
  ["a wrong type", '{"payload":{},"priority":"high"}', invalid("priority")],
  ["a number in quotes", '{"payload":{},"priority":"1"}', invalid("priority")],
  ["a list for an object", '{"payload":[]}', invalid("payload")],
  ["too large a number", '{"payload":{"a":1e999}}', invalid("payload.a")],
  ["a number that loses digits", '{"payload":{"a":[9007199254740993]}}', invalid("payload.a[0]")],
  ["NUL", '{"payload":{"a":"\\u0000"}}', invalid("payload.a")],
  ["NUL in a key", '{"payload":{"b":{"\\u0000":1}}}', invalid("payload.b")],
  ["half a surrogate pair", '{"payload":{"a":["\\ud800"]}}', invalid("payload.a[0]")],
  ["the other half, as a name", '{"payload":{},"name":"\\uDFFF"}', invalid("name")],
  ["__proto__", '{"payload":{"a":{"b":{"__proto__":{"x":1}}}}}', invalid("body")],
  ["__proto__ in escapes", '{"payload":{"\\u005f_proto__":{"x":1}}}', invalid("body")],
  ["__proto__ beside", '{"payload":{},"__proto__":{"x":1}}', invalid("body")],
  ["constructor.prototype", '{"payload":{"constructor":{"prototype":{"x":1}}}}', invalid("body")],
  ["depth 65", `{"payload":${deep(65)}}`, invalid("payload")],
  ["depth 100,000", `{"payload":${deep(100_000)}}`, invalid("payload")],
  ["depth 100,000 with NUL", `{"payload":${deep(100_000)},"name":"\\u0000"}`, invalid("name")],
  ["a date that is none", '{"payload":{},"dueAt":"tomorrow"}', invalid("dueAt")],
  ["a date beyond dates", '{"payload":{},"dueAt":"0000-01-01T00:00:00Z"}', invalid()],
])("a pushed body with %s is refused and changes nothing", async (_what, body, wanted) => {
  const before = await counts();
  expectProblem(await post("/queues/jobs/items", body), wanted);
  expect(await counts()).toEqual(before);
});

test.each<[string, string, ReturnType<typeof invalid>]>([
  ["$where", '{"filter":{"$where":"1"}}', invalid("filter.$where")],
  [
    "$function",
    '{"filter":{"$expr":{"$function":{"body":"1","args":[],"lang":"js"}}}}',
    invalid("filter.$expr.$function"),
  ],
  ["a regular expression that is none", '{"filter":{"a":{"$regex":"("}}}', invalid("filter.a.$regex")],
  ["an operator that is none", '{"filter":{"a":{"$near":1}}}', invalid("filter.a.$near")],
])("a question with %s is refused by the place", async (_what, body, wanted) => {
  expectProblem(await post("/collections/films/query", body), wanted);
});

test.each<[string, string, string, number, string]>([
  ["depth 65", "/collections/films/documents", deep(65), 400, "invalid_input"],
  [
    "4 MiB and more",
    "/queues/jobs/items",
    JSON.stringify({ payload: { a: "x".repeat(5e6) } }),
    413,
    "too_large",
  ],
  [
    "3 MiB of payload",
    "/queues/jobs/items",
    JSON.stringify({ payload: { a: "x".repeat(3e6) } }),
    413,
    "too_large",
  ],
  [
    "3 MiB of document",
    "/collections/films/documents",
    JSON.stringify({ a: "x".repeat(3e6) }),
    413,
    "too_large",
  ],
])("%s is too much", async (_what, path, body, status, code) => {
  const before = await counts();
  const answer = await post(path, body);
  expect(answer).toMatchObject({ status, body: { code } });
  expect(await counts()).toEqual(before);
});

test.each([
  ["text/plain"],
  ["application/x-www-form-urlencoded"],
  ["application/merge-patch+json"],
  ["application/json; charset=utf-16"],
  ["multipart/form-data; boundary=b"],
  ["nonsense"],
])("a body as %s is refused as such", async (type) => {
  const answer = await post("/queues/jobs/items", '{"payload":{}}', { "content-type": type });
  expectProblem(answer, { status: 415, code: "unsupported_media_type" });
});

test("headers beyond 16 KiB are refused with 431, and what is no request with 400", async () => {
  const large = `GET /api/v1/queues HTTP/1.1\r\nhost: x\r\nx-large: ${"a".repeat(17_000)}\r\n\r\n`;
  expectProblem(readRaw(await sendRaw(server.url, large)), {
    status: 431,
    code: "too_large",
    field: "headers",
  });
  for (const text of [
    "NONSENSE\r\n\r\n",
    "POST /api/v1/queues HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST /api/v1/queues HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n",
    "GET /api/v1/queues HTTP/1.1\r\nhost: x\r\nbad header: 1\r\n\r\n",
  ]) {
    expectProblem(readRaw(await sendRaw(server.url, text)), { status: 400, code: "invalid_input" });
  }
});

test("an unknown address, another method and an address that cannot be read are problems like others", async () => {
  const get = async (path: string, method = "GET") => {
    const headers = `host: x\r\nauthorization: Bearer ${server.token}\r\nconnection: close\r\n`;
    const text = `${method} ${path} HTTP/1.1\r\n${headers}\r\n`;
    return readRaw(await sendRaw(server.url, text));
  };
  expectProblem(await get("/api/v1/nonsense"), { status: 404, code: "not_found" });
  expectProblem(await get("/api/v1/queues", "PROPFIND"), { status: 404, code: "not_found" });
  expectProblem(await get("/api/v1/queues/%zz"), { status: 400, code: "invalid_input" });
  expectProblem(await get(`/api/v1/queues/${"x".repeat(301)}`), { status: 400, code: "invalid_input" });
  expectProblem(await get("/api/v1/queues?limit=1&limit=2"), invalid("query.limit"));
  expectProblem(await get("/api/v1/queues?limit[a]=1"), invalid("query.limit[a]"));
  expectProblem(await get("/api/v1/queues?__proto__=1"), invalid("query.__proto__"));
  expectProblem(await get("/api/v1/queues?limit=1e999"), invalid("query.limit"));
  expectProblem(await get("/api/v1/queues?cursor=%00"), invalid("query.cursor"));
  expectProblem(await get("/api/v1/files/%00"), invalid("params.file"));
});

test("of a key that stands twice the last one counts, as in every JSON reader of JavaScript", async () => {
  const { status, body } = await post("/queues/jobs/items", '{"payload":{"a":1},"payload":{"a":2}}');
  expect(status).toBe(201);
  const item = await server.ask("GET", `/api/v1/items/${String(body["id"])}`);
  expect(item.body["payload"]).toEqual({ a: 2 });
});

test("what only looks dangerous comes back as it was sent", async () => {
  const payload = {
    text: "\\u0000 \\ud800 null 1234567890123456789 e+5",
    constructor: 1,
    "": "",
    emoji: "😀",
    exact: 9007199254740991,
  };
  const { status, body } = await post("/queues/jobs/items", JSON.stringify({ payload }));
  expect(status).toBe(201);
  expect((await server.ask("GET", `/api/v1/items/${String(body["id"])}`)).body["payload"]).toEqual(payload);
});

test("of several first starts at once one makes the first admin", async () => {
  const database = await createTestDatabase();
  const nodes = await Promise.all([1, 2, 3].map(() => startNode(database.url)));
  expect(nodes.filter(({ running }) => running.firstAdmin !== undefined)).toHaveLength(1);
  const [row] = await nodes[0]!.sql(
    `select count(*)::int as admins from identity.users where name = 'admin'`,
  );
  expect(row).toEqual({ admins: 1 });
  for (const { running } of nodes) await running.stop();
  await database.drop();
});

test("after all that the server serves, prototypes are clean, and nothing of it was our mistake", async () => {
  expect((await ask(server.url, "GET", "/health")).status).toBe(200);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  expect(server.failures).toEqual([]);
});
