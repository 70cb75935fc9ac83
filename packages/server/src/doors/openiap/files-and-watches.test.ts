import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { temporaryFolder } from "../../kit/testing.ts";
import { connectClient, makeMember, openTestOpeniap, type TestOpeniap } from "./testing.ts";
import { messageIn, rawPipe, rawWebSocket } from "./testing-raw.ts";

let door: TestOpeniap;
let member: Awaited<ReturnType<typeof makeMember>>;
beforeAll(async () => {
  door = await openTestOpeniap();
  member = await makeMember(door);
});
afterAll(async () => {
  await door.close();
  expect(door.failures).toEqual([]);
});

const transports = ["webSocketUrl", "grpcUrl", "pipeUrl"] as const;

test.each(transports)("a file goes up and comes down over %s as it was", async (transport) => {
  const client = await connectClient(door[transport], member.token);
  const folder = temporaryFolder();
  const [sent, bytes] = [join(folder, "sent.bin"), randomBytes(3 * 1024 * 1024 + 7)];
  writeFileSync(sent, bytes);
  const { id } = await client.UploadFile({ filename: sent, metadata: { tag: transport } });
  const file = await door.house.files.get(await member.call(), id);
  expect(file).toMatchObject({ name: "sent.bin", size: bytes.length, metadata: { tag: transport } });
  await client.DownloadFile({ id, filename: "back.bin", folder, collectionname: "" });
  await expect.poll(() => readFileSync(join(folder, "back.bin")).equals(bytes)).toBe(true);
  await expect(client.DownloadFile({ id: newId(), filename: "none.bin", folder })).rejects.toThrow(/no file/);
  client.Close();
});

test("a download has no checksum, its frames carry data, and its answer comes behind them", async () => {
  const client = await rawWebSocket(door.webSocketUrl);
  await client.ask("signin", "SigninRequest", { jwt: member.token });
  const bytes = (async function* () {
    yield Buffer.from("contents");
  })();
  const { id } = await door.house.files.upload(await member.call(), bytes, { name: "small.txt" });
  const reply = await client.ask("download", "DownloadRequest", { filename: "small.txt" }, { id: "down" });
  expect(messageIn(reply, "DownloadResponse")).toMatchObject({ id, filename: "small.txt" });
  const frames = client.envelopes.filter(({ rid }) => rid === "down");
  expect(frames.map(({ command }) => command)).toEqual([
    "beginstream",
    "stream",
    "endstream",
    "downloadreply",
  ]);
  expect(messageIn(frames[0]!, "BeginStream").checksum).toBe("");
  expect(Buffer.from(messageIn(frames[1]!, "Stream").data).toString()).toBe("contents");
  expect(frames[2]!.data).toMatchObject({ type_url: "type.googleapis.com/openiap.EndStream" });
});

test("an upload whose client goes away leaves nothing, and one that is refused holds up nothing", async () => {
  const client = await rawPipe(door.pipeUrl);
  await client.ask("signin", "SigninRequest", { jwt: member.token });
  const chunk = { data: randomBytes(256 * 1024) };
  const send = (rid: string) => client.write(client.frame("stream", "Stream", chunk, { rid }));
  client.write(client.frame("upload", "UploadRequest", { filename: "bad\u0007name" }, { id: "refused" }));
  for (let each = 0; each < 40; each += 1) send("refused");
  expect((await client.reply("refused")).command).toBe("error");
  const count = await client.ask("count", "CountRequest", { collectionname: "none" });
  expect(count.command).toBe("countreply");
  const name = `lost-${newId()}`;
  client.write(client.frame("upload", "UploadRequest", { filename: name }, { id: "lost" }));
  for (let each = 0; each < 8; each += 1) send("lost");
  await client.ask("count", "CountRequest", { collectionname: "none" });
  const connection = [...door.openiap.connections].at(-1)!;
  client.socket.destroy();
  await expect.poll(() => door.openiap.connections.has(connection)).toBe(false);
  await connection.finish();
  const { items } = await door.house.files.list(await member.call(), { namePrefix: name });
  expect(items).toEqual([]);
});

test.each(transports)(
  "a watch over %s tells of what its path asks for and the caller may read",
  async (transport) => {
    const client = await connectClient(door[transport], member.token);
    const collectionname = `c-${newId()}`;
    const told: { operation: string; name: unknown; acl: unknown }[] = [];
    const id = await client.Watch(
      { collectionname, paths: ["$.[?(@._type == 'wanted' && @.n > 1)]"] },
      (operation, document: { name?: string; _acl?: { rights: number }[] }) =>
        void told.push({ operation, name: document.name, acl: document._acl?.[0]?.rights }),
    );
    const insert = (item: object) => client.InsertOne<{ _id: string }>({ collectionname, item });
    await insert({ _type: "other", n: 2, name: "other type" });
    await insert({ _type: "wanted", n: 1, name: "too small" });
    await door.house.documents.insertOne(await door.tenant.owner.call(), collectionname, {
      _type: "wanted",
      n: 5,
      name: "somebody else's",
    });
    const { _id } = await insert({ _type: "wanted", n: 2, name: "right" });
    await client.UpdateOne({ collectionname, item: { _id, _type: "wanted", n: 3, name: "changed" } });
    await client.DeleteOne({ collectionname, id: _id });
    await expect
      .poll(() => told.map(({ operation, name }) => `${operation} ${String(name)}`))
      .toEqual(["insert right", "update changed", "delete changed"]);
    expect(told[0]!.acl).toBe(65_535);
    await client.UnWatch({ id });
    await expect(client.UnWatch({ id })).rejects.toThrow(/no watch/);
    client.Close();
  },
);

test("a watch ends with its connection, and when its caller loses his credential", async () => {
  const { house, tenant } = door;
  const person = await makeMember(door);
  const clients = [await rawWebSocket(door.webSocketUrl), await rawPipe(door.pipeUrl)];
  for (const client of clients) {
    await client.ask("signin", "SigninRequest", { jwt: person.token });
    await client.ask("watch", "WatchRequest", { collectionname: `c-${newId()}`, paths: [""] });
  }
  expect(house.watches.size).toBe(2);
  clients[0]!.write(Buffer.from([255, 255, 255, 255]));
  await clients[0]!.closed();
  await expect.poll(() => house.watches.size).toBe(1);
  await house.identity.updateUser(tenant.system, person.userId, { disabled: true });
  await clients[1]!.closed();
  expect(house.watches.size).toBe(0);
});

test("a path that cannot be watched by is refused by name", async () => {
  const client = await rawWebSocket(door.webSocketUrl);
  await client.ask("signin", "SigninRequest", { jwt: member.token });
  for (const path of ["$.[?(@.constructor.constructor('return 1')())]", "name", "$.[?(1 == 1)]", '{"n": ']) {
    const reply = await client.ask("watch", "WatchRequest", { collectionname: "c", paths: ["", path] });
    expect(messageIn(reply, "ErrorResponse").message, path).toMatch(/^paths\[1\]: /);
  }
});

test("a watch that came with a token of its own ends with that token, and the connection goes on", async () => {
  const [person, other] = [await makeMember(door), await makeMember(door)];
  const client = await rawWebSocket(door.webSocketUrl);
  await client.ask("signin", "SigninRequest", { jwt: person.token });
  const own = await door.house.identity.createToken(await other.call(), { name: "own" });
  const before = door.house.watches.size;
  const request = { collectionname: `c-${newId()}`, paths: [] };
  await client.ask("watch", "WatchRequest", request, { jwt: own.token });
  expect(door.house.watches.size).toBe(before + 1);
  await door.house.identity.revokeToken(await other.call(), own.id);
  await expect.poll(() => door.house.watches.size, { timeout: 10_000 }).toBe(before);
  expect((await client.ask("count", "CountRequest", { collectionname: "none" })).command).toBe("countreply");
});
