import { createHash, randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pino } from "pino";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Call } from "../../kit/call.ts";
import { AppError } from "../../kit/errors.ts";
import { Metrics } from "../../kit/metrics.ts";
import { RateLimits } from "../../kit/rate-limits.ts";
import { fileRoutes } from "../../modules/files/api.ts";
import type { FileView } from "../../modules/files/model.ts";
import { callOf } from "../../kit/testing-calls.ts";
import { setupFiles } from "../../modules/files/testing.ts";
import { createRest } from "./rest.ts";

const megabyte = 1024 * 1024;
const bytesMax = 256 * megabyte;
const calls: Record<string, Call> = {
  ann: callOf("ann"),
  bob: callOf("bob"),
  stranger: callOf("ann", "elsewhere"),
};

const cutForm = '--b\r\ncontent-disposition: form-data; name="f"; filename="a"\r\n\r\nhalf';

let house: Awaited<ReturnType<typeof setupFiles>>;
let app: FastifyInstance;
let address: string;

beforeAll(async () => {
  const log = pino({ level: "silent" });
  house = await setupFiles({ bytesMax });
  app = await createRest({
    routes: fileRoutes(house.files),
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
  // fetch holds a spare connection after one that it broke off.
  app.server.closeAllConnections();
  await app.close();
  await house.close();
});

function ask(path: string, init: RequestInit & { as?: string } = {}): Promise<Response> {
  const { as = "ann", headers, ...rest } = init;
  return fetch(`${address}/api/v1${path}`, {
    ...rest,
    headers: { authorization: `Bearer ${as}`, ...headers },
  });
}

async function upload(body: BodyInit, path = "/files?name=a.txt", headers: Record<string, string> = {}) {
  const response = await ask(path, { method: "POST", body, headers });
  return {
    status: response.status,
    file: (await response.json()) as FileView & { field?: string; code?: string },
  };
}

async function stored(content: string, name = "a.txt"): Promise<FileView> {
  return (await upload(content, `/files?name=${encodeURIComponent(name)}`)).file;
}

function hashOf(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** How many files and how many uploads under way there are. */
async function state(): Promise<{ files: number; incoming: number }> {
  const files = (await house.files.list(house.admin, { limit: 500 })).items.length;
  const names = await readdir(join(house.folder, "incoming")).catch(() => []);
  return { files, incoming: names.length };
}

function form(fields: Record<string, string>, content = "the bytes", fileName = "films.json"): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  data.append("file", new Blob([content], { type: "application/json" }), fileName);
  return data;
}

// First, while this process has not grown yet: memory that was once taken is seldom given back.
test("200 MB go in and out with bounded memory, and a client that leaves early stops nothing else", async () => {
  const chunk = randomBytes(megabyte);
  const hash = createHash("sha256");
  let peak = 0;
  const before = process.memoryUsage().rss;
  const watch = () => {
    peak = Math.max(peak, process.memoryUsage().rss - before);
  };
  const watching = setInterval(watch, 10);
  const bytes = async function* () {
    for (let sent = 0; sent < 200; sent++) {
      watch();
      hash.update(chunk);
      yield chunk;
    }
  };
  const init = { method: "POST", body: Readable.toWeb(Readable.from(bytes())) as BodyInit, duplex: "half" };
  const file = (await (await ask("/files?name=large.bin", init)).json()) as FileView;
  expect(file).toMatchObject({ size: 200 * megabyte, sha256: hash.digest("hex") });
  const back = createHash("sha256");
  const response = await ask(`/files/${file.id}/content`);
  for await (const piece of response.body!) {
    watch();
    back.update(piece);
  }
  expect(back.digest("hex")).toBe(file.sha256);
  clearInterval(watching);
  expect(peak).toBeLessThan(120 * megabyte);
  const leaving = new AbortController();
  const left = await ask(`/files/${file.id}/content`, { signal: leaving.signal });
  leaving.abort();
  await expect(left.arrayBuffer()).rejects.toThrow("aborted");
  expect((await ask(`/files/${file.id}`)).status).toBe(200);
});

test("raw bytes become a file that comes back whole, also when they look like JSON or a form's text", async () => {
  for (const contentType of [
    "application/json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "image/png",
  ]) {
    const content = randomBytes(10).toString("hex");
    const { status, file } = await upload(content, "/files?name=raw.bin", { "content-type": contentType });
    expect({ status, ...file }).toMatchObject({
      status: 201,
      name: "raw.bin",
      contentType,
      sha256: hashOf(content),
    });
    const response = await ask(`/files/${file.id}/content`);
    expect(response.headers.get("content-type")).toBe(contentType);
    expect(await response.text()).toBe(content);
  }
});

test("a form's file has the form's name, type and fields", async () => {
  const fields = { metadata: '{"film":"Alien"}', temporary: "true", sha256: hashOf("the bytes") };
  const { status, file } = await upload(form(fields), "/files");
  expect(status).toBe(201);
  expect(file).toMatchObject({
    name: "films.json",
    contentType: "application/json",
    size: 9,
    temporary: true,
  });
  expect(file.metadata).toEqual({ film: "Alien" });
  const named = await upload(form({ name: "映画.json", contentType: "text/plain" }), "/files");
  expect(named.file).toMatchObject({ name: "映画.json", contentType: "text/plain" });
});

test("an empty file is a file", async () => {
  for (const body of [new Uint8Array(), form({}, "")]) {
    const { file } = await upload(body);
    expect(file).toMatchObject({ size: 0, sha256: hashOf("") });
    const response = await ask(`/files/${file.id}/content`);
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect((await ask(`/files/${file.id}/content`, { headers: { range: "bytes=0-" } })).status).toBe(416);
  }
});

test("a form that is not as it should be is refused whole", async () => {
  const late = form({});
  late.append("metadata", "{}");
  const two = form({});
  two.append("file2", new Blob(["more"]), "b.txt");
  const none = new FormData();
  none.append("name", "a.txt");
  const before = await state();
  const cases: [FormData, string][] = [
    [late, "metadata"],
    [none, "file"],
    [form({ colour: "red" }), "colour"],
    [form({ metadata: "{" }), "metadata"],
    [form({ temporary: "perhaps" }), "temporary"],
    [form({ sha256: "abc" }), "sha256"],
    [form({ acl: "x".repeat(70_000) }), "acl"],
    [form({}, "x", "../../etc/passwd"), "name"],
    [form({}, "x", "..\\a"), "name"],
  ];
  for (const [body, field] of cases) {
    const { status, file } = await upload(body, "/files");
    expect([status, file.code, file.field]).toEqual([400, "invalid_input", field]);
  }
  expect((await upload(two, "/files")).status).toBeGreaterThanOrEqual(400);
  expect(await state()).toEqual(before);
});

test("a promised hash is held, in each way to promise it", async () => {
  const content = randomBytes(10).toString("hex");
  const hex = hashOf(content);
  const base64 = Buffer.from(hex, "hex").toString("base64");
  const wrong = hashOf("other");
  const before = await state();
  for (const headers of [
    { "x-content-sha256": wrong },
    { digest: `sha-256=${Buffer.from(wrong, "hex").toString("base64")}` },
    { digest: `sha-256=${base64}`, "x-content-sha256": wrong },
  ] as Record<string, string>[]) {
    const { status, file } = await upload(content, "/files?name=a", headers);
    expect([status, file.field]).toEqual([400, "sha256"]);
  }
  expect((await upload(content, "/files?name=a", { digest: "md5=abc" })).file.field).toBe("digest");
  expect(await state()).toEqual(before);
  expect(await house.blobs.has(hex)).toBe(false);
  for (const headers of [
    { "x-content-sha256": hex.toUpperCase() },
    { digest: `md5=xyz, SHA-256=${base64}` },
  ] as Record<string, string>[]) {
    expect((await upload(content, "/files?name=a", headers)).status).toBe(201);
  }
});

test("a name is asked for, and a hostile one refused, before the bytes are read", async () => {
  const before = await state();
  for (const query of [
    "",
    "?name=",
    "?name=..",
    "?name=a%2Fb",
    "?name=a%00",
    "?name=a%0d%0ab",
    "?name=%E2%80%AEgpj.exe",
  ]) {
    const { status, file } = await upload(new Uint8Array(3 * megabyte), `/files${query}`);
    expect([status, file.field]).toEqual([400, query === "?name=a%00" ? "query.name" : "name"]);
  }
  expect((await upload("x", "/files?name=a&colour=red")).status).toBe(400);
  expect(await state()).toEqual(before);
});

test("whatever the bytes say they are, a browser saves them and runs nothing", async () => {
  const body = "<script>alert(document.cookie)</script>";
  const { file } = await upload(body, "/files?name=page.html", { "content-type": "text/html" });
  const { headers } = await ask(`/files/${file.id}/content`);
  expect(headers.get("content-disposition")).toBe(
    `attachment; filename="page.html"; filename*=UTF-8''page.html`,
  );
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("content-security-policy")).toContain("sandbox");
});

test("every name comes through the header: in ASCII for old clients, whole for the others", async () => {
  const name = `Ü"b %41 映画's.txt`;
  const { id } = await stored("x", name);
  const header = (await ask(`/files/${id}/content`)).headers.get("content-disposition") ?? "";
  expect(header).toMatch(
    /^attachment; filename="_ _?b _41 __'s\.txt"|^attachment; filename="__b _41 __'s\.txt"/,
  );
  const encoded = /filename\*=UTF-8''([A-Za-z0-9%._~!-]+)$/.exec(header)?.[1];
  expect(decodeURIComponent(encoded ?? "")).toBe(name);
});

test.each([
  ["bytes=0-4", "01234", "bytes 0-4/10"],
  ["bytes=5-", "56789", "bytes 5-9/10"],
  ["bytes=-3", "789", "bytes 7-9/10"],
  ["bytes=-99", "0123456789", "bytes 0-9/10"],
  ["bytes=8-99", "89", "bytes 8-9/10"],
])("the range %s is answered with just that", async (range, content, contentRange) => {
  const { id } = await stored("0123456789");
  const response = await ask(`/files/${id}/content`, { headers: { range } });
  expect(response.status).toBe(206);
  expect(response.headers.get("content-range")).toBe(contentRange);
  expect(response.headers.get("content-length")).toBe(String(content.length));
  expect(await response.text()).toBe(content);
});

test("a range outside is refused with the size, and what is no range is answered with everything", async () => {
  const { id } = await stored("0123456789");
  for (const range of ["bytes=10-", "bytes=99-100", "bytes=-0"]) {
    const response = await ask(`/files/${id}/content`, { headers: { range } });
    expect([response.status, response.headers.get("content-range")]).toEqual([416, "bytes */10"]);
    expect(await response.json()).toMatchObject({ code: "range_not_satisfiable" });
  }
  for (const range of ["bytes=5-2", "bytes=a-b", "items=0-1", "bytes=0-1,3-4", "bytes=-"]) {
    const response = await ask(`/files/${id}/content`, { headers: { range } });
    expect([response.status, await response.text()]).toEqual([200, "0123456789"]);
  }
});

test("the hash is the entity tag: who has the bytes is not sent them again", async () => {
  const { id, sha256 } = await stored("0123456789");
  const tag = `"${sha256}"`;
  for (const noneMatch of [tag, `"other", W/${tag}`, "*"]) {
    const response = await ask(`/files/${id}/content`, { headers: { "if-none-match": noneMatch } });
    expect([response.status, response.headers.get("etag"), await response.text()]).toEqual([304, tag, ""]);
  }
  expect((await ask(`/files/${id}/content`, { headers: { "if-none-match": '"other"' } })).status).toBe(200);
  const ranged = (ifRange: string) =>
    ask(`/files/${id}/content`, { headers: { range: "bytes=0-1", "if-range": ifRange } });
  expect((await ranged(tag)).status).toBe(206);
  expect((await ranged('"other"')).status).toBe(200);
});

test("HEAD tells all and sends nothing", async () => {
  const { id, sha256 } = await stored("0123456789");
  const response = await ask(`/files/${id}/content`, { method: "HEAD" });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-length")).toBe("10");
  expect(response.headers.get("etag")).toBe(`"${sha256}"`);
  expect(response.headers.get("accept-ranges")).toBe("bytes");
  expect(await response.text()).toBe("");
  expect((await ask(`/files/${id}`, { method: "HEAD" })).status).toBe(200);
});

test("labels are listed, shown, changed and deleted", async () => {
  const { id } = await stored("x", "label.txt");
  expect(await (await ask(`/files/${id}`)).json()).toMatchObject({ id, name: "label.txt", version: 0 });
  const json = { "content-type": "application/json" };
  const change = (body: unknown, query = "") =>
    ask(`/files/${id}${query}`, { method: "PATCH", headers: json, body: JSON.stringify(body) });
  expect(await (await change({ name: "changed.txt" }, "?version=0")).json()).toMatchObject({ version: 1 });
  expect((await change({ name: "late.txt" }, "?version=0")).status).toBe(412);
  expect((await change({ name: "a/b" })).status).toBe(400);
  expect((await change({ size: 1 })).status).toBe(400);
  const listed = (await (await ask("/files?namePrefix=changed&limit=1")).json()) as { items: FileView[] };
  expect(listed.items.map((file) => file.id)).toEqual([id]);
  expect((await ask("/files?limit=0")).status).toBe(400);
  expect((await ask("/files?cursor=x")).status).toBe(400);
  expect((await ask(`/files/${id}`, { method: "DELETE" })).status).toBe(204);
  expect((await ask(`/files/${id}`)).status).toBe(404);
});

test("what one may not see is absent in the same words, on every path", async () => {
  const { id } = await stored("secret");
  const answers = new Set<string>();
  const paths = (file: string) => [`/files/${file}`, `/files/${file}/content`];
  for (const [as, file] of [
    ["bob", id],
    ["stranger", id],
    ["ann", "0".repeat(24)],
  ] as const) {
    for (const path of paths(file)) {
      const response = await ask(path, { as });
      const { code, detail, status } = (await response.json()) as {
        code: string;
        detail: string;
        status: number;
      };
      answers.add(JSON.stringify({ code, status, detail: detail.replace(file, "X") }));
    }
    expect((await ask(`/files/${file}`, { as, method: "DELETE" })).status).toBe(404);
  }
  expect(answers.size).toBe(1);
  expect((await ask(`/files/${id}/content`, { as: "nobody" })).status).toBe(401);
});

test("more bytes than a file may have are refused, announced or not", async () => {
  const before = await state();
  const announced = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { authorization: "Bearer ann", "content-length": String(bytesMax + 2 * megabyte) };
    const upload = httpRequest(`${address}/api/v1/files?name=a`, { method: "POST", headers }, (response) => {
      resolve(response.statusCode);
      upload.destroy();
    });
    upload.on("error", reject);
    upload.write("x");
  });
  expect(announced).toBe(413);
  const body = Readable.toWeb(Readable.from(repeated(Buffer.alloc(megabyte), 257))) as BodyInit;
  const unannounced = await ask("/files?name=a", {
    method: "POST",
    body,
    duplex: "half",
  } as RequestInit).catch(() => undefined);
  expect(unannounced?.status ?? 413).toBe(413);
  await until(async () => (await state()).incoming === 0);
  expect(await state()).toEqual(before);
});

function* repeated(chunk: Buffer, times: number): Generator<Buffer> {
  for (let time = 0; time < times; time++) yield chunk;
}

test.each([
  ["raw", "application/octet-stream", "half of it"],
  ["form", "multipart/form-data; boundary=b", cutForm],
])("an upload as %s that is cut in the middle leaves nothing", async (_kind, contentType, sent) => {
  const before = await state();
  const { port } = app.server.address() as AddressInfo;
  const socket = connect(port, "127.0.0.1");
  const head = [
    "POST /api/v1/files?name=a HTTP/1.1",
    "host: x",
    "authorization: Bearer ann",
    `content-type: ${contentType}`,
    "content-length: 1000",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n${sent}`);
  await until(async () => (await state()).incoming === 1);
  socket.destroy();
  await until(async () => (await state()).incoming === 0);
  expect(await state()).toEqual(before);
});

test("a form that ends before its boundary is refused and leaves nothing", async () => {
  const before = await state();
  const { status } = await upload(cutForm, "/files", { "content-type": "multipart/form-data; boundary=b" });
  expect(status).toBe(400);
  expect(await state()).toEqual(before);
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) if (await isSo()) return;
  throw new Error("it never came to be so");
}
