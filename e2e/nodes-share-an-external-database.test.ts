import { randomBytes } from "node:crypto";
import { userInfo } from "node:os";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, signIn, startNode } from "./testing.ts";

/** Where a PostgreSQL may be that is none of ours. */
const serverUrl =
  process.env["MILLRACE_TEST_POSTGRES_URL"] ?? `postgres://${userInfo().username}@127.0.0.1:5432/postgres`;
const name = `millrace_e2e_${randomBytes(6).toString("hex")}`;
const unreachable = await administer("select 1").then(
  () => undefined,
  (error: unknown) =>
    `no PostgreSQL at ${new URL(serverUrl).host} (${String(error)}): set MILLRACE_TEST_POSTGRES_URL`,
);
type Node = Awaited<ReturnType<typeof startNode>>;
let a: Node;
let b: Node;
let token: string;

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl, connectionTimeoutMillis: 3_000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function databaseUrl(): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

function on(node: Node, method: string, path: string, body?: unknown, as = token) {
  return ask(node.url, method, `/api/v1${path}`, body, { authorization: `Bearer ${as}` });
}

/** Without a PostgreSQL the test is skipped, and says why. */
function testOnBoth(promise: string, act: () => Promise<void> | void): void {
  test(promise, async ({ skip }) => {
    if (unreachable !== undefined) skip(unreachable);
    await act();
  });
}

beforeAll(async () => {
  if (unreachable !== undefined) return;
  await administer(`create database ${name}`);
  [a, b] = await Promise.all([startNode(databaseUrl()), startNode(databaseUrl())]);
  const firstAdmin = (a.running.firstAdmin ?? b.running.firstAdmin)!;
  const { cookie, csrfToken } = await signIn(a.url, firstAdmin);
  const made = await ask(
    a.url,
    "POST",
    "/api/v1/tokens",
    { name: "e2e" },
    { cookie, "x-csrf-token": csrfToken },
  );
  token = String(made.body["token"]);
  await on(a, "POST", "/queues", { name: "jobs" });
});
afterAll(async () => {
  if (unreachable !== undefined) return;
  await Promise.all([a?.running.stop(), b?.running.stop()]);
  await administer(`drop database if exists ${name} with (force)`);
});

testOnBoth("two nodes that start at once migrate an empty database and make one first admin", async () => {
  const [row] = await a.sql<{ version: number }>(
    "select current_setting('server_version_num')::int as version",
  );
  expect(row!.version).toBeGreaterThanOrEqual(150_000);
  expect([a, b].filter(({ running }) => running.firstAdmin !== undefined)).toHaveLength(1);
  for (const node of [a, b]) expect((await ask(node.url, "GET", "/ready")).status).toBe(200);
});

testOnBoth("an item is pushed on one node, claimed and finished on the other", async () => {
  const pushed = await on(a, "POST", "/queues/jobs/items", { payload: { n: 1 } });
  expect(pushed.status).toBe(201);
  const claimed = await on(b, "POST", "/queues/jobs/claims", {});
  expect(claimed.body.items).toMatchObject([{ id: pushed.body["id"], payload: { n: 1 } }]);
  const { leaseNumber } = claimed.body.items[0]!;
  const finish = { leaseNumber, state: "successful" };
  const finished = await on(b, "POST", `/items/${String(pushed.body["id"])}/finish`, finish);
  expect(finished).toMatchObject({ status: 200, body: { state: "successful" } });
  expect((await on(a, "GET", `/items/${String(pushed.body["id"])}`)).body).toMatchObject({
    state: "successful",
  });
});

testOnBoth("a claim that waits on one node gets within a second what is pushed on the other", async () => {
  for (const [waiting, pushing] of [
    [b, a],
    [a, b],
  ] as const) {
    const claim = on(waiting, "POST", "/queues/jobs/claims", { waitMs: 20_000 });
    // The claim has asked and found nothing before anything is pushed.
    await on(waiting, "GET", "/queues/jobs/stats");
    await new Promise((resolve) => setTimeout(resolve, 300));
    const began = performance.now();
    const pushed = await on(pushing, "POST", "/queues/jobs/items", { payload: {} });
    const { body } = await claim;
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(body.items.map((item) => item["id"])).toEqual([pushed.body["id"]]);
  }
});

testOnBoth("documents written on one node are found on the other, by query and by watch", async () => {
  const leaving = new AbortController();
  const watching = await fetch(`${b.url}/api/v1/collections/films/watch`, {
    headers: { authorization: `Bearer ${token}` },
    signal: leaving.signal,
  });
  let text = "";
  const reading = (async () => {
    for await (const chunk of watching.body!.pipeThrough(new TextDecoderStream())) text += chunk;
  })();
  await expect.poll(() => text).toContain("event: watching");
  const items = Array.from({ length: 50 }, (_, n) => ({ name: `film ${n}`, year: 1950 + n }));
  expect((await on(a, "POST", "/collections/films/insert-many", { items })).status).toBe(201);
  await on(a, "POST", "/collections/films/indexes", { keys: { year: -1 } });
  const query = {
    filter: { year: { $gte: 1990 }, name: { $regex: "^film" } },
    sort: { year: -1 },
    limit: 3,
  };
  const found = await on(b, "POST", "/collections/films/query", query);
  expect(found.body.items.map((each) => each["year"])).toEqual([1999, 1998, 1997]);
  await expect.poll(() => text, { timeout: 5_000 }).toContain('"name":"film 49"');
  leaving.abort();
  await expect(reading).rejects.toThrow("abort");
});

testOnBoth("rights that are taken away on one node hold at the next request on the other", async () => {
  const user = await on(a, "POST", "/users", { name: "Lea" });
  const made = await on(a, "POST", "/tokens", { name: "her own", userId: user.body["id"] });
  const hers = String(made.body["token"]);
  const acl = [{ principalId: user.body["id"], rights: ["read", "invoke"] }];
  await on(a, "POST", "/queues", { name: "shared", acl });
  for (let turn = 0; turn < 10; turn += 1) {
    expect((await on(b, "GET", "/queues/shared", undefined, hers)).status).toBe(200);
    await on(a, "PATCH", "/queues/shared", { acl: [{ ...acl[0], rights: ["invoke"] }] });
    expect((await on(b, "GET", "/queues/shared", undefined, hers)).status).toBe(404);
    await on(a, "PATCH", "/queues/shared", { acl });
  }
  expect((await on(b, "GET", "/queues/shared", undefined, hers)).status).toBe(200);
  await on(a, "DELETE", `/tokens/${String(made.body["id"])}`);
  expect((await on(b, "GET", "/queues/shared", undefined, hers)).status).toBe(401);
});

testOnBoth("no item is handed out twice when both nodes claim at once", async () => {
  const items = Array.from({ length: 200 }, (_, n) => ({ payload: { n } }));
  await on(a, "POST", "/queues/jobs/items/batch", { items });
  const claims = Array.from({ length: 60 }, (_, n) =>
    on(n % 2 === 0 ? a : b, "POST", "/queues/jobs/claims", { count: 4 }),
  );
  const ids = (await Promise.all(claims)).flatMap(({ body }) => body.items.map((item) => item["id"]));
  expect(ids).toHaveLength(200);
  expect(new Set(ids).size).toBe(200);
});

testOnBoth("what went wrong on either node was not our mistake", () => {
  expect([...a.failures, ...b.failures]).toEqual([]);
});
