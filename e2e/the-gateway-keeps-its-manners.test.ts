import { randomBytes } from "node:crypto";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describedRoutes } from "../packages/server/src/doors/rest/route-table.ts";
import { ask, openSocket, readAll, sendRaw, signIn, startTestServer, type TestServer } from "./testing.ts";

/** They go by no session: what they show is in the body. */
const csrfExempt = new Set<string>(["signIn", "signInByLink", "usePasswordReset", "enrolRunner"]);
let server: TestServer;
let browser: { cookie: string; csrfToken: string };
beforeAll(async () => {
  server = await startTestServer({ rateLimitPerAddress: "0" });
  browser = await signIn(server.url, server.running.firstAdmin!);
});
afterAll(() => server.stop());

const jsonGet = (headers: Record<string, string>) => server.ask("GET", "/api/v1/queues", undefined, headers);

test("a request id that can stand in a log is echoed, any other is replaced", async () => {
  const good = await jsonGet({ "x-request-id": "my-request.0001_a" });
  expect(good.headers.get("x-request-id")).toBe("my-request.0001_a");
  for (const bad of [
    "short",
    "x".repeat(65),
    "with space in it",
    '{"$ne":1}',
    "<script>alert(1)",
    "ünïcödé-id",
    "",
  ]) {
    const answer = await jsonGet({ "x-request-id": Buffer.from(bad).toString("latin1") });
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f]{24}$/);
  }
  const error = await ask(server.url, "GET", "/api/v1/queues", undefined, {
    "x-request-id": "my-request.0002",
  });
  expect(error.body["requestId"]).toBe("my-request.0002");
  expect(error.headers.get("x-request-id")).toBe("my-request.0002");
});

test("every answer, an error like any other, carries the security headers", async () => {
  const answers = await Promise.all([
    jsonGet({}),
    ask(server.url, "GET", "/api/v1/queues"),
    ask(server.url, "GET", "/api/v1/nonsense"),
    ask(server.url, "GET", "/nonsense"),
    ask(server.url, "GET", "/api/v1/queues/%zz"),
    ask(server.url, "GET", "/health"),
    ask(server.url, "GET", "/ready"),
    ask(server.url, "GET", "/metrics"),
    ask(server.url, "GET", "/api/v1/openapi.json"),
    ask(server.url, "GET", "/"),
    server.ask("POST", "/api/v1/queues", "{"),
  ]);
  for (const { headers, status } of answers) {
    expect(headers.get("x-content-type-options"), String(status)).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("content-security-policy")).toBeTruthy();
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("x-request-id")).toBeTruthy();
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("server")).toBeNull();
  }
  const page = await ask(server.url, "GET", "/api/");
  expect(page.status).toBe(200);
  expect(page.headers.get("content-security-policy")).toContain("default-src");
});

test("no page of another origin may call, unless it is configured", async () => {
  const origin = "https://app.example";
  const closed = await jsonGet({ origin });
  expect(closed.headers.get("access-control-allow-origin")).toBeNull();
  const open = await startTestServer({ corsOrigins: `${origin},https://other.example` });
  try {
    const preflight = await ask(open.url, "OPTIONS", "/api/v1/queues", undefined, {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe(origin);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("authorization");
    const allowed = await open.ask("GET", "/api/v1/queues", undefined, { origin });
    expect(allowed.headers.get("access-control-allow-origin")).toBe(origin);
    expect(allowed.headers.get("access-control-allow-credentials")).toBeNull();
    expect(allowed.headers.get("vary")).toContain("Origin");
    const foreign = await open.ask("GET", "/api/v1/queues", undefined, { origin: "https://evil.example" });
    expect(foreign.headers.get("access-control-allow-origin")).not.toBe("https://evil.example");
    const refused = await ask(open.url, "GET", "/api/v1/queues", undefined, { origin });
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([401, origin]);
  } finally {
    await open.stop();
  }
});

const unsafe = describedRoutes().filter(({ method }) => method !== "GET");
const pathOf = (path: string) => `/api/v1${path.replaceAll(/:\w+/g, "a".repeat(24))}`;

test.each(unsafe.filter(({ operation }) => !csrfExempt.has(operation)))(
  "$operation with a session is refused from a foreign page and without the page's token",
  async ({ method, path }) => {
    const { cookie, csrfToken } = browser;
    const own = new URL(server.url).origin;
    const wrong: Record<string, string>[] = [
      {},
      { "x-csrf-token": "" },
      { "x-csrf-token": `${csrfToken}x` },
      { "x-csrf-token": csrfToken, origin: "https://evil.example" },
      { "x-csrf-token": csrfToken, origin: "null" },
      { "x-csrf-token": csrfToken, origin: own.replace("http:", "https:") },
      { origin: own },
    ];
    for (const headers of wrong) {
      const answer = await ask(server.url, method, pathOf(path), undefined, { cookie, ...headers });
      expect(answer, JSON.stringify(headers)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    }
  },
);

test("a sign-in that a foreign page makes a browser send is refused; our own page and programs may", async () => {
  const { userName: name, password } = server.running.firstAdmin!;
  const from = (headers: Record<string, string>) =>
    ask(server.url, "POST", "/api/v1/session", { name, password }, headers);
  expect((await from({ origin: "https://evil.example" })).status).toBe(403);
  expect((await from({ origin: "null" })).status).toBe(403);
  expect((await from({ origin: new URL(server.url).origin })).status).toBe(200);
  expect((await from({})).status).toBe(200);
});

test("with a session and the page's token a change is taken; a token needs neither, whatever the origin", async () => {
  const { cookie, csrfToken } = browser;
  const own = { cookie, "x-csrf-token": csrfToken, origin: new URL(server.url).origin };
  expect((await ask(server.url, "POST", "/api/v1/queues", { name: "by-page" }, own)).status).toBe(201);
  const byToken = await server.ask(
    "POST",
    "/api/v1/queues",
    { name: "by-token" },
    { origin: "https://evil.example" },
  );
  expect(byToken.status).toBe(201);
});

/** The status line of an upgrade to the live socket. */
async function upgrade(headers: Record<string, string>): Promise<string> {
  const lines = Object.entries({
    host: new URL(server.url).host,
    connection: "upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = await openSocket(server.url);
  socket.write(`GET /api/v1/live HTTP/1.1\r\n${lines.join("")}\r\n`);
  const first = await new Promise<string>((resolve) =>
    socket.once("data", (chunk) => resolve(chunk.toString("latin1"))),
  );
  socket.destroy();
  return first.split("\r\n")[0]!;
}

test("a live connection is refused before the 101: 401 without a credential, 403 from a foreign page", async () => {
  const { cookie } = browser;
  const own = new URL(server.url).origin;
  expect(await upgrade({})).toContain(" 401 ");
  expect(await upgrade({ authorization: "Bearer mr_pat_unknown" })).toContain(" 401 ");
  expect(await upgrade({ authorization: "Basic YTpi" })).toContain(" 401 ");
  expect(await upgrade({ cookie: "millrace_session=unknown", origin: own })).toContain(" 401 ");
  expect(await upgrade({ cookie })).toContain(" 403 ");
  expect(await upgrade({ cookie, origin: "https://evil.example" })).toContain(" 403 ");
  expect(await upgrade({ cookie, origin: "null" })).toContain(" 403 ");
  const scoped = await server.ask("POST", "/api/v1/tokens", { name: "scoped", scopes: ["items:read"] });
  expect(await upgrade({ authorization: `Bearer ${String(scoped.body["token"])}` })).toContain(" 403 ");
  expect(await upgrade({ cookie, origin: own })).toContain(" 101 ");
  expect(
    await upgrade({ authorization: `Bearer ${server.token}`, origin: "https://evil.example" }),
  ).toContain(" 101 ");
});

test("an upgrade at any other address is answered, not cut off", async () => {
  const h2c =
    "connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAAAA\r\n\r\n";
  const answer = await sendRaw(server.url, `GET /health HTTP/1.1\r\nhost: x\r\n${h2c}`);
  expect(answer).toMatch(/^HTTP\/1\.1 4\d\d [\s\S]*"code":/);
});

test("limits are announced, kept per token, and tell when to come again", async () => {
  const limited = await startTestServer({ rateLimitPerToken: "5", rateLimitPerAddress: "0" });
  try {
    // The server has counted no call of this token yet.
    for (const left of [4, 3, 2, 1, 0]) {
      const { status, headers } = await limited.ask("GET", "/api/v1/queues");
      expect([status, headers.get("ratelimit-limit"), headers.get("ratelimit-remaining")]).toEqual([
        200,
        "5",
        String(left),
      ]);
    }
    const refused = await limited.ask("GET", "/api/v1/queues");
    expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited" } });
    const waitSeconds = Number(refused.headers.get("retry-after"));
    expect(waitSeconds).toBeGreaterThan(0);
    expect(waitSeconds).toBeLessThanOrEqual(60);
    expect(refused.headers.get("ratelimit-reset")).toBe(String(waitSeconds));
    const browser = await signIn(limited.url, limited.running.firstAdmin!);
    expect((await ask(limited.url, "GET", "/api/v1/session", undefined, browser)).status).toBe(200);
  } finally {
    await limited.stop();
  }
});

test("who has no credential is limited by address, and no header that he sends makes him another", async () => {
  const limited = await startTestServer({ rateLimitPerAddress: "20" });
  try {
    const statuses: number[] = [];
    for (let n = 0; n < 25; n += 1) {
      const spoofed = {
        "x-forwarded-for": `203.0.113.${n}`,
        "x-real-ip": `203.0.113.${n}`,
        forwarded: `for=203.0.113.${n}`,
      };
      statuses.push((await ask(limited.url, "GET", "/api/v1/queues", undefined, spoofed)).status);
    }
    expect(statuses.at(-1)).toBe(429);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(20);
    expect((await limited.ask("GET", "/api/v1/queues")).status).toBe(200);
  } finally {
    await limited.stop();
  }
});

test("behind a trusted proxy a client's address is the one the proxy tells, and only its word counts", async () => {
  const trusting = await startTestServer({ trustedProxies: "127.0.0.1", rateLimitPerAddress: "0" });
  try {
    await ask(
      trusting.url,
      "POST",
      "/api/v1/session",
      { name: "admin", password: "wrong" },
      { "x-forwarded-for": "198.51.100.1, 203.0.113.7" },
    );
    await ask(
      server.url,
      "POST",
      "/api/v1/session",
      { name: "admin", password: "wrong" },
      { "x-forwarded-for": "203.0.113.7" },
    );
    const text = `select details->>'address' as address from events.events where type = 'user.sign_in_failed'`;
    expect(await trusting.sql(text)).toEqual([{ address: "203.0.113.7" }]);
    expect(await server.sql(text)).toEqual([{ address: "127.0.0.1" }]);
  } finally {
    await trusting.stop();
  }
});

/** The bytes of an answer as they came: fetch would unpack them. */
function rawGet(
  path: string,
  headers: Record<string, string>,
): Promise<{ encoding: string | undefined; bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(
      server.url + path,
      { headers: { authorization: `Bearer ${server.token}`, ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ encoding: response.headers["content-encoding"], bytes: Buffer.concat(chunks) }),
        );
      },
    );
    asked.on("error", reject).end();
  });
}

test("large lists are packed where the client can unpack them, small answers are not", async () => {
  const items = Array.from({ length: 200 }, (_, n) => ({ n, text: "the same words again and again" }));
  await server.ask("POST", "/api/v1/collections/large/insert-many", { items });
  const path = "/api/v1/collections/large/documents?limit=200";
  const plain = await rawGet(path, {});
  const gzip = await rawGet(path, { "accept-encoding": "gzip" });
  const brotli = await rawGet(path, { "accept-encoding": "gzip, br" });
  expect([plain.encoding, gzip.encoding, brotli.encoding]).toEqual([undefined, "gzip", "br"]);
  expect(gunzipSync(gzip.bytes).equals(plain.bytes)).toBe(true);
  expect(brotliDecompressSync(brotli.bytes).equals(plain.bytes)).toBe(true);
  expect(gzip.bytes.length).toBeLessThan(plain.bytes.length / 4);
  expect((await rawGet("/api/v1/session", { "accept-encoding": "gzip" })).encoding).toBeUndefined();
  const file = await server.ask("POST", "/api/v1/files?name=a.bin", randomBytes(64).toString("hex"), {
    "content-type": "application/octet-stream",
  });
  const { encoding } = await rawGet(`/api/v1/files/${String(file.body["id"])}/content`, {
    "accept-encoding": "gzip",
  });
  expect(encoding).toBeUndefined();
});

test("headers that come a byte at a time end with the connection after 15 seconds at most", async () => {
  const socket = await openSocket(server.url);
  const began = performance.now();
  socket.write("GET /api/v1/queues HTTP/1.1\r\nhost: x\r\n");
  const drip = setInterval(() => socket.write("x"), 1_000);
  const text = await readAll(socket);
  clearInterval(drip);
  expect(performance.now() - began).toBeLessThan(16_500);
  expect(text).toContain(" 408 ");
}, 30_000);
