import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { frameHeader } from "./framing.ts";
import { encodeMessage } from "./messages.ts";
import { makeMember, openTestOpeniap, type TestOpeniap } from "./testing.ts";
import { messageIn, type RawClient, rawPipe, rawWebSocket } from "./testing-raw.ts";

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

const transports = [
  { transport: "a WebSocket", open: () => rawWebSocket(door.webSocketUrl) },
  { transport: "a pipe", open: () => rawPipe(door.pipeUrl) },
];

async function signIn(client: RawClient, jwt = member.token): Promise<void> {
  const reply = await client.ask("signin", "SigninRequest", { jwt });
  expect(reply.command).toBe("signinreply");
}

test.each(transports)("frames over $transport are taken split, joined and byte by byte", async ({ open }) => {
  const client = await open();
  await signIn(client);
  const count = (id: string) => client.frame("count", "CountRequest", { collectionname: "none" }, { id });
  const [split, joined] = [count("split"), Buffer.concat([count("joined-1"), count("joined-2")])];
  client.write(split.subarray(0, 3));
  client.write(split.subarray(3, 9));
  client.write(Buffer.concat([split.subarray(9), joined.subarray(0, joined.length - 5)]));
  client.write(joined.subarray(joined.length - 5));
  for (const byte of count("dribbled")) client.write(Buffer.from([byte]));
  for (const id of ["split", "joined-1", "joined-2", "dribbled"]) {
    expect(messageIn(await client.reply(id), "CountResponse").result).toBe(0);
  }
});

test("over a WebSocket the length comes as a message of its own, before the body", async () => {
  const client = await rawWebSocket(door.webSocketUrl);
  await signIn(client);
  await client.ask("getelement", "GetElementRequest", { xpath: "here" });
  const lengths = client.chunks.map((chunk) => chunk.length);
  expect(lengths).toEqual([4, client.chunks[0]!.readUInt32LE(), 4, client.chunks[2]!.readUInt32LE()]);
});

test.each(transports)("what goes out over $transport is numbered from 0 without a gap", async ({ open }) => {
  const client = await open();
  await signIn(client);
  await Promise.all(
    Array.from({ length: 20 }, () => client.ask("count", "CountRequest", { collectionname: "none" })),
  );
  expect(client.envelopes.map(({ seq }) => seq)).toEqual(Array.from({ length: 21 }, (_each, index) => index));
});

test("the command's name alone decides, and every answer carries its own type and data", async () => {
  const client = await rawWebSocket(door.webSocketUrl);
  await signIn(client, (await makeMember(door, { isAdmin: true })).token);
  const collectionname = `c-${newId()}`;
  for (const type_url of ["", "openiap.CountRequest", "type.googleapis.com/openiap.Nonsense"]) {
    const value = encodeMessage("CountRequest", { collectionname });
    const reply = await client.ask("count", "CountRequest", {}, { data: { type_url, value } });
    expect(reply.data!.type_url).toBe("type.googleapis.com/openiap.CountResponse");
  }
  await client.ask("createcollection", "CreateCollectionRequest", { collectionname });
  const dropped = await client.ask("dropcollection", "DropCollectionRequest", { collectionname });
  expect(dropped).toMatchObject({
    command: "dropcollectionreply",
    data: { type_url: "type.googleapis.com/openiap.DropCollectionResponse", value: Buffer.alloc(0) },
  });
  const echo = await client.ask("getelement", "GetElementRequest", { xpath: "here" });
  expect(echo.command).toBe("getelement");
  expect(messageIn(echo, "GetElementResponse").xpath).toBe("here");
});

test("a request without data, of an unknown command or with nonsense in it is answered with an error", async () => {
  const client = await rawWebSocket(door.webSocketUrl);
  await signIn(client);
  const wordsOf = async (command: string, data: { type_url: string; value: Uint8Array } | null) => {
    const reply = await client.ask(command, "Noop", {}, { data });
    expect(reply.command).toBe("error");
    return messageIn(reply, "ErrorResponse").message;
  };
  expect(await wordsOf("insertone", null)).toBe("item: must be JSON");
  expect(await wordsOf("brewcoffee", null)).toBe("Unknown command brewcoffee");
  const garbage = { type_url: "", value: Buffer.from([0x0a, 0x7f, 1, 2, 3]) };
  expect(await wordsOf("query", garbage)).toBe("data: is no QueryRequest");
  const nul = encodeMessage("CountRequest", { collectionname: "a\0b" });
  expect(await wordsOf("count", { type_url: "", value: nul })).toBe(
    "collectionname: must not contain the NUL character",
  );
});

test("what nobody answers is not answered: pings, pongs, nothing at all, and frames of no upload", async () => {
  const client = await rawWebSocket(door.webSocketUrl);
  client.write(frameHeader(0));
  client.seq = 1;
  for (const command of ["", "noop", "ping", "pong", "beginstream", "stream", "endstream"]) {
    client.write(client.frame(command, "Noop", {}, { rid: "nowhere" }));
  }
  await client.ask("getelement", "GetElementRequest", {});
  expect(client.envelopes).toHaveLength(1);
});

test("numbers may come out of order and begin where they like; one that came already ends the connection", async () => {
  const client = await rawWebSocket(door.webSocketUrl);
  client.seq = 1;
  for (const seq of [1, 3, 2, 0, 4]) await client.ask("getelement", "GetElementRequest", {}, { seq });
  const twice = await client.ask("getelement", "GetElementRequest", {}, { seq: 3 });
  expect(messageIn(twice, "ErrorResponse").message).toBe(
    "seq: the message 3 came already; count up by one from 0",
  );
  await client.closed();
});

test.each(transports)(
  "a frame over $transport that is too long is refused before it comes",
  async ({ open }) => {
    const client = await open();
    client.write(frameHeader(5 * 1024 * 1024));
    const refusal = await client.first(({ command }) => command === "error");
    expect(messageIn(refusal, "ErrorResponse").message).toMatch(/^A message has at most 4194304 bytes/);
    await client.closed();
    const known = await open();
    await signIn(known);
    const item = JSON.stringify({ text: "x".repeat(6 * 1024 * 1024) });
    const reply = await known.ask("insertone", "InsertOneRequest", { collectionname: "c", item });
    expect(messageIn(reply, "ErrorResponse").message).toMatch(/a document has at most 2097152 bytes/);
  },
);

test.each(transports)("garbage over $transport is told so, and ends the connection", async ({ open }) => {
  const client = await open();
  const garbage = Buffer.from("GET / HTTP/1.1 and more");
  client.write(Buffer.concat([frameHeader(garbage.length), garbage]));
  const refusal = await client.first(({ command }) => command === "error");
  expect(refusal).toMatchObject({ rid: "", seq: 0 });
  expect(messageIn(refusal, "ErrorResponse").message).toBe("data: is no Envelope");
  await client.closed();
});

test("who has not signed in is told so; a token in an envelope counts for that message alone", async () => {
  const client = await rawWebSocket(door.webSocketUrl);
  const count = (more: { jwt?: string } = {}) =>
    client.ask("count", "CountRequest", { collectionname: "none" }, more);
  const refused = await count();
  expect(messageIn(refused, "ErrorResponse")).toMatchObject({
    message: "Not signed in, and missing jwt",
    code: 401,
  });
  expect((await count({ jwt: member.token })).command).toBe("countreply");
  expect((await count({ jwt: "nonsense" })).command).toBe("error");
  expect((await count()).command).toBe("error");
});

test("who signs in again on a connection is the caller from then on; to validate only changes nothing", async () => {
  const client = await rawWebSocket(door.webSocketUrl);
  const [first, second] = [await makeMember(door), await makeMember(door)];
  const collectionname = `c-${newId()}`;
  const insertedBy = async () => {
    const reply = await client.ask("insertone", "InsertOneRequest", { collectionname, item: "{}" });
    return (JSON.parse(messageIn(reply, "InsertOneResponse").result) as { _createdbyid: string })
      ._createdbyid;
  };
  await signIn(client, first.token);
  expect(await insertedBy()).toBe(first.userId);
  const checked = await client.ask("signin", "SigninRequest", { jwt: second.token, validateonly: true });
  expect(messageIn(checked, "SigninResponse").user!._id).toBe(second.userId);
  expect(await insertedBy()).toBe(first.userId);
  // What comes behind a sign-in waits for it.
  client.write(client.frame("signin", "SigninRequest", { jwt: second.token }));
  expect(await insertedBy()).toBe(second.userId);
});

test("a client that does not read is asked nothing more, and harms nobody", async () => {
  const [slow, other] = [await rawPipe(door.pipeUrl), await rawPipe(door.pipeUrl)];
  const collectionname = `c-${newId()}`;
  await Promise.all([signIn(slow), signIn(other)]);
  const item = JSON.stringify({ text: "x".repeat(100_000) });
  await other.ask("insertone", "InsertOneRequest", { collectionname, item });
  slow.socket.pause();
  const asked = 100;
  for (let each = 0; each < asked; each += 1) {
    slow.write(slow.frame("query", "QueryRequest", { collectionname }));
  }
  await expect.poll(() => slow.socket.writableLength, { timeout: 20_000 }).toBe(0);
  expect(await other.ask("count", "CountRequest", { collectionname })).toMatchObject({
    command: "countreply",
  });
  slow.socket.resume();
  await expect
    .poll(() => slow.isClosed || slow.envelopes.length === asked + 1, { timeout: 40_000 })
    .toBe(true);
});

test("thousands of frames in one piece are taken as there is room, and each is answered", async () => {
  const client = await rawWebSocket(door.webSocketUrl);
  await signIn(client);
  const count = 5_000;
  const frames = Array.from({ length: count }, () => client.frame("getelement", "GetElementRequest", {}));
  const upload = client.frame("upload", "UploadRequest", { filename: "a/../" }, { id: "refused" });
  const bytes = Array.from({ length: count }, () =>
    client.frame("stream", "Stream", { data: Buffer.from("x") }, { rid: "refused" }),
  );
  client.write(Buffer.concat([...frames, upload, ...bytes, client.frame("ping", "PingRequest", {})]));
  expect((await client.reply("refused")).command).toBe("error");
  await client.ask("count", "CountRequest", { collectionname: "none" });
  expect(client.envelopes.filter(({ command }) => command === "getelement")).toHaveLength(count);
});
