import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { ask, startTestServer, type TestServer } from "./testing.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ rateLimitPerAddress: "0" });
});
afterAll(() => server.stop());

interface Message {
  op: string;
  id?: string;
  position?: string;
  change?: {
    operation: string;
    id: string;
    version: number;
    position: string;
    document?: Record<string, unknown>;
  };
  problem?: { code: string; detail: string; field?: string };
}

/** One live connection, with all that came over it. */
class LiveClient {
  readonly messages: Message[] = [];
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (text) => this.messages.push(JSON.parse(String(text)) as Message));
    this.closed = once(socket, "close").then(([code]) => code as number);
  }

  static async open(token = server.token): Promise<LiveClient> {
    const url = `${server.url.replace("http", "ws")}/api/v1/live`;
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
    const client = new LiveClient(socket);
    await once(socket, "open");
    return client;
  }

  send(message: object | string): void {
    this.#socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  async watch(id: string, collection: string, more: object = {}): Promise<void> {
    this.send({ op: "watch", id, collection, ...more });
    await this.until((message) => message.op === "watching" && message.id === id);
  }

  async until(wanted: (message: Message) => boolean, timeout = 10_000): Promise<Message> {
    await expect.poll(() => this.messages.some(wanted), { timeout, interval: 10 }).toBe(true);
    return this.messages.find(wanted)!;
  }

  /** The names of the documents of a watch's changes, in the order in which they came. */
  names(id: string): unknown[] {
    return this.changes(id).map(({ document }) => document?.["name"]);
  }

  changes(id: string): NonNullable<Message["change"]>[] {
    return this.messages
      .filter((each) => each.op === "change" && each.id === id)
      .map(({ change }) => change!);
  }

  async close(): Promise<void> {
    this.#socket.terminate();
    await this.closed;
  }
}

async function insert(collection: string, document: object): Promise<string> {
  const { status, body } = await server.ask("POST", `/api/v1/collections/${collection}/documents`, document);
  expect(status).toBe(201);
  return String(body["_id"]);
}

/** Somebody without rights, and his token. */
async function makePerson(name: string): Promise<{ id: string; token: string; tokenId: string }> {
  const user = await server.ask("POST", "/api/v1/users", { name });
  const made = await server.ask("POST", "/api/v1/tokens", { name: "live", userId: user.body["id"] });
  return { id: String(user.body["id"]), token: String(made.body["token"]), tokenId: String(made.body["id"]) };
}

async function subscriptions(): Promise<number> {
  const { text } = await ask(server.url, "GET", "/metrics");
  return Number(/^millrace_live_subscriptions (\d+)/m.exec(text)?.[1]);
}

test("inserts, updates and deletes of a document arrive in their order", async () => {
  const live = await LiveClient.open();
  await live.watch("w", "orders");
  const id = await insert("orders", { name: "a" });
  const path = `/api/v1/collections/orders/documents/${id}`;
  for (let n = 1; n <= 20; n += 1) await server.ask("PATCH", path, { $set: { n } });
  await server.ask("DELETE", path);
  await live.until((message) => message.change?.operation === "delete");
  const changes = live.changes("w");
  expect(changes.map(({ version }) => version)).toEqual(Array.from({ length: 22 }, (_, version) => version));
  expect(changes.map(({ operation }) => operation)).toEqual([
    "insert",
    ...Array(20).fill("update"),
    "delete",
  ]);
  expect(changes.slice(1, 21).map(({ document }) => document?.["n"])).toEqual(
    Array.from({ length: 20 }, (_, n) => n + 1),
  );
  await live.close();
});

test("a filter lets through what matches, a document's watch only that document", async () => {
  const live = await LiveClient.open();
  const id = await insert("filtered", { name: "before", year: 1979 });
  await live.watch("new", "filtered", { filter: { year: { $gte: 1999 } } });
  await live.watch("one", "filtered", { documentId: id });
  await insert("filtered", { name: "old", year: 1978 });
  await insert("filtered", { name: "young", year: 2001 });
  await server.ask("PATCH", `/api/v1/collections/filtered/documents/${id}`, { $set: { name: "after" } });
  await live.until((message) => message.id === "one" && message.op === "change");
  expect(live.names("one")).toEqual(["after"]);
  expect(live.names("new")).toEqual(["young"]);
  await live.close();
});

test("after a lost connection a watch goes on from its last position: nothing is missed or comes twice", async () => {
  const seen: unknown[] = [];
  let from: string | undefined;
  const writing = { goesOn: true };
  const written: string[] = [];
  const writer = (async () => {
    for (let n = 0; writing.goesOn; n += 1) {
      await insert("resumed", { name: `n-${n}` });
      written.push(`n-${n}`);
    }
  })();
  for (let turn = 0; turn < 6; turn += 1) {
    const live = await LiveClient.open();
    live.send({ op: "watch", id: "w", collection: "resumed", ...(from === undefined ? {} : { from }) });
    const first = turn === 0 ? "watching" : "change";
    await live.until(({ op }) => op === first);
    await live.until(({ op }) => op === "change");
    if (turn === 5) {
      writing.goesOn = false;
      await writer;
      await live.until(({ change }) => change?.document?.["name"] === written.at(-1));
    }
    await live.close();
    seen.push(...live.names("w"));
    from = live.changes("w").at(-1)!.position;
  }
  expect(seen).toEqual(written.slice(written.indexOf(String(seen[0]))));
  expect(new Set(seen).size).toBe(seen.length);
});

test("a right that is taken away ends what is told within five seconds, a role's membership too", async () => {
  const person = await makePerson("Lea");
  const role = await server.ask("POST", "/api/v1/roles", { name: "watchers" });
  const roleId = String(role.body["id"]);
  await server.ask("POST", `/api/v1/roles/${roleId}/members`, { principalId: person.id });
  const _acl = [{ principalId: roleId, rights: ["read"] }];
  const live = await LiveClient.open(person.token);
  await live.watch("w", "granted");
  await insert("granted", { name: "seen", _acl });
  await insert("granted", { name: "hidden" });
  await live.until(({ change }) => change?.document?.["name"] === "seen");
  await server.ask("DELETE", `/api/v1/roles/${roleId}/members/${person.id}`);
  const began = performance.now();
  for (let n = 0; performance.now() - began < 6_000; n += 1) {
    await insert("granted", { name: performance.now() - began < 5_000 ? "early" : "late", _acl });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(live.names("w")).not.toContain("late");
  expect(live.names("w")).not.toContain("hidden");
  await live.close();
}, 20_000);

test("a revoked token closes its live connections with 4401 within five seconds, and no others", async () => {
  const person = await makePerson("Tom");
  const live = await LiveClient.open(person.token);
  const other = await LiveClient.open();
  await live.watch("w", "revoked");
  await server.ask("DELETE", `/api/v1/tokens/${person.tokenId}`);
  const began = performance.now();
  expect(await live.closed).toBe(4401);
  expect(performance.now() - began).toBeLessThan(5_000);
  await other.watch("w", "revoked");
  await other.close();
});

test("a message that cannot be taken is answered under its id, and the connection stays", async () => {
  const live = await LiveClient.open();
  const wrong: [object | string, string | undefined, string | undefined][] = [
    ["{", undefined, undefined],
    ["[]", undefined, "op"],
    ["null", undefined, "op"],
    [{ op: "constructor", id: "a" }, "a", "op"],
    [{ op: "watch", id: "b" }, "b", "collection"],
    [{ op: "watch", id: "c", collection: "x", colour: 1 }, "c", "colour"],
    [{ op: "watch", id: "d", collection: "../x" }, "d", "collection"],
    [{ op: "watch", id: "e", collection: "x", documentId: "1" }, "e", "documentId"],
    [{ op: "watch", id: "f", collection: "x", from: "yesterday" }, "f", "from"],
    [{ op: "watch", id: "g", collection: "x", filter: { $where: "1" } }, "g", "filter.$where"],
    [
      `{"op":"watch","id":"h","collection":"x","filter":${'{"$and":['.repeat(4_000)}{}${"]}".repeat(4_000)}}`,
      "h",
      undefined,
    ],
    [{ op: "watch", id: "", collection: "x" }, "", "id"],
  ];
  for (const [message, id, field] of wrong) {
    const before = live.messages.length;
    live.send(message);
    await expect.poll(() => live.messages.length).toBe(before + 1);
    const answer = live.messages.at(-1)!;
    expect(answer, JSON.stringify(message).slice(0, 100)).toMatchObject({
      op: "error",
      problem: { code: "invalid_input" },
    });
    expect(answer.id).toBe(id);
    if (field !== undefined) expect(answer.problem!.field).toBe(field);
  }
  await live.watch("w", "films");
  live.send({ op: "watch", id: "w", collection: "films" });
  await live.until(({ problem }) => problem?.code === "already_exists");
  await live.close();
});

test("a message of more than 64 KiB ends the connection that sent it", async () => {
  const live = await LiveClient.open();
  live.send({ op: "watch", id: "w", collection: "x".repeat(70_000) });
  expect(await live.closed).toBe(1009);
});

test("an id that is given up and used again means one watch", async () => {
  const live = await LiveClient.open();
  for (let n = 0; n < 20; n += 1) {
    live.send({ op: "watch", id: "w", collection: "reused" });
    live.send({ op: "unwatch", id: "w" });
  }
  await live.watch("w", "reused");
  await insert("reused", { name: "once" });
  await live.until(({ op }) => op === "change");
  await insert("reused", { name: "again" });
  await live.until(({ change }) => change?.document?.["name"] === "again");
  expect(live.names("w")).toEqual(["once", "again"]);
  await live.close();
  await expect.poll(subscriptions).toBe(0);
});

test("a connection has at most a thousand watches", async () => {
  const live = await LiveClient.open();
  for (let n = 0; n <= 1_000; n += 1) live.send({ op: "watch", id: `w-${n}`, collection: "many" });
  const refused = await live.until(({ op }) => op === "error");
  expect(refused).toMatchObject({ id: "w-1000", problem: { code: "conflict" } });
  await expect.poll(() => live.messages.filter(({ op }) => op === "watching").length).toBe(1_000);
  await live.close();
  await expect.poll(subscriptions).toBe(0);
});

test("a thousand watches of 200 connections are told of every change, and leave nothing behind", async () => {
  const lives = await Promise.all(Array.from({ length: 200 }, () => LiveClient.open()));
  const ids = Array.from({ length: 5 }, (_, n) => `w-${n}`);
  await Promise.all(
    lives.map(async (live) => {
      for (const id of ids) await live.watch(id, "fanned");
    }),
  );
  const before = process.memoryUsage().heapUsed;
  const names = Array.from({ length: 20 }, (_, n) => `n-${n}`);
  for (const name of names) await insert("fanned", { name });
  const isWhole = (live: LiveClient) => ids.every((id) => live.changes(id).length === names.length);
  await expect.poll(() => lives.every(isWhole), { timeout: 20_000 }).toBe(true);
  for (const live of lives) for (const id of ids) expect(live.names(id)).toEqual(names);
  // Most of it is what the clients of this test keep of 20,000 messages.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(300 * 1024 * 1024);
  await Promise.all(lives.map((live) => live.close()));
  await expect.poll(subscriptions).toBe(0);
}, 60_000);

test("server-sent events tell the same, and end when the token does", async () => {
  const person = await makePerson("Eva");
  const _acl = [{ principalId: person.id, rights: ["read"] }];
  const response = await fetch(`${server.url}/api/v1/collections/streamed/watch`, {
    headers: { authorization: `Bearer ${person.token}` },
  });
  let text = "";
  const reading = (async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) text += chunk;
  })();
  await expect.poll(() => text).toContain("event: watching");
  await insert("streamed", { name: "theirs" });
  await insert("streamed", { name: "mine", _acl });
  await expect.poll(() => text).toContain('"name":"mine"');
  expect(text).not.toContain("theirs");
  await server.ask("DELETE", `/api/v1/tokens/${person.tokenId}`);
  const began = performance.now();
  await reading;
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(text).toMatch(/event: end\ndata: .*unauthenticated/);
});
