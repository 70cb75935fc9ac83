import { deflateSync, inflateSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Workitem } from "@openiap/nodeapi";
import { newId } from "../../kit/ids.ts";
import { connectClient, makeMember, type NodeClient, openTestOpeniap, type TestOpeniap } from "./testing.ts";

let door: TestOpeniap;
let admin: Awaited<ReturnType<typeof makeMember>>;
let client: NodeClient;
let other: NodeClient;

beforeAll(async () => {
  door = await openTestOpeniap();
  admin = await makeMember(door, { isAdmin: true });
  client = await connectClient(door.webSocketUrl, admin.token);
  other = await connectClient(door.grpcUrl, admin.token);
});
afterAll(async () => {
  client.Close();
  other.Close();
  await door.close();
  expect(door.failures).toEqual([]);
});

/** A queue made by the published client; answers its name. */
async function addQueue(settings: object = {}): Promise<string> {
  const name = `q-${newId()}`;
  const workitemqueue = { name, maxretries: 3, retrydelay: 0, initialdelay: 0, ...settings } as never;
  await client.AddWorkItemQueue({ workitemqueue, skiprole: true });
  return name;
}

const pop = (wiq: string, by = client) => by.PopWorkitem({ wiq });
const update = (workitem: object, by = client) => by.UpdateWorkitem({ workitem: workitem as Workitem });

/** What the client takes for a payload is an object by the time it is answered. */
const payloadOf = (item: Workitem | undefined) => item?.payload as unknown;

test("the lower number goes first, the oldest among equals, and a payload that is no object becomes one", async () => {
  const wiq = await addQueue();
  await client.PushWorkitem({ wiq, name: "later", payload: { n: 1 } as never, priority: 3 });
  await client.PushWorkitem({ wiq, name: "first", payload: "7" as never, priority: 1 });
  await client.PushWorkitem({ wiq, name: "usual", payload: { n: 2 } as never });
  await client.PushWorkitem({ wiq, name: "usual too", payload: { n: 3 } as never });
  const popped = [await pop(wiq), await pop(wiq), await pop(wiq), await pop(wiq)];
  expect(popped.map((item) => item?.name)).toEqual(["first", "usual", "usual too", "later"]);
  expect(popped.map((item) => item?.priority)).toEqual([1, 2, 2, 3]);
  expect(payloadOf(popped[0])).toEqual({ value: 7 });
  expect(popped[0]).toMatchObject({ state: "processing", wiq, username: admin.name, retries: 0 });
  expect(await pop(wiq)).toBeUndefined();
});

test("an item goes through its states, and comes back until its queue's attempts are used up", async () => {
  const wiq = await addQueue({ maxretries: 2 });
  const { _id } = await client.PushWorkitem({ wiq, name: "x", payload: {} as never });
  expect((await pop(wiq))?._id).toBe(_id);
  // What an agent says of a package that ended badly.
  expect(await update({ _id, state: "retry" })).toMatchObject({ state: "new", retries: 1 });
  expect(await pop(wiq)).toMatchObject({ _id, retries: 1 });
  const failed = await update({ _id, state: "retry", errormessage: "no paper" });
  expect(failed).toMatchObject({ state: "failed", errortype: "application", errormessage: "no paper" });
  expect(await pop(wiq)).toBeUndefined();
});

test("a business error is final unless told otherwise; ignoremaxretries goes beyond the queue's attempts", async () => {
  const wiq = await addQueue({ maxretries: 1 });
  const { _id } = await client.PushWorkitem({ wiq, name: "x", payload: {} as never });
  await pop(wiq);
  const workitem = { _id, state: "retry", errortype: "business" } as Workitem;
  expect(await client.UpdateWorkitem({ workitem, ignoremaxretries: true })).toMatchObject({ state: "new" });
  await pop(wiq);
  expect(await update(workitem)).toMatchObject({ state: "failed", errortype: "business" });
  const another = await client.PushWorkitem({ wiq: await addQueue(), name: "y", payload: {} as never });
  await pop(another.wiq);
  expect(await update({ _id: another._id, state: "failed" })).toMatchObject({
    state: "failed",
    errortype: "application",
  });
});

test("an item waits until its time, given by whoever pushes, retries or by the queue", async () => {
  const wiq = await addQueue({ initialdelay: 3_600 });
  await client.PushWorkitem({ wiq, name: "delayed", payload: {} as never });
  expect(await pop(wiq)).toBeUndefined();
  const nextrun = new Date("2001-01-01T00:00:00Z");
  const { _id } = await client.PushWorkitem({ wiq, name: "due", payload: {} as never, nextrun });
  expect((await pop(wiq))?._id).toBe(_id);
  const later = new Date("2999-01-01T00:00:00Z");
  const back = await update({ _id, state: "retry", nextrun: later });
  expect([back.state, back.nextrun]).toEqual(["new", later]);
  expect(await pop(wiq)).toBeUndefined();
});

test("a copy goes on to the item's own next queue, or its queue's; an empty name takes the own one away", async () => {
  const [next, own] = [await addQueue(), await addQueue()];
  const wiq = await addQueue({ success_wiq: next });
  const push = () => client.PushWorkitem({ wiq, name: "x", payload: { n: 1 } as never, success_wiq: own });
  const first = await push();
  expect(first.success_wiq).toBe(own);
  const [held] = [await pop(wiq)];
  await update({ _id: held!._id, state: "successful" });
  expect(await pop(own)).toMatchObject({ name: "x", retries: 0 });
  await push();
  const whole = await pop(wiq);
  await update({ ...whole, success_wiq: "", success_wiqid: "", state: "successful" });
  expect(await pop(own)).toBeUndefined();
  expect(payloadOf(await pop(next))).toEqual({ n: 1 });
});

test("files travel with items, packed or not; bytes of the same name replace, a name alone takes away", async () => {
  const wiq = await addQueue();
  const packed = { filename: "a.csv", compressed: true, file: deflateSync("a,b"), _id: "" };
  const plain = { filename: "/tmp/b.txt", compressed: false, file: Buffer.from("text"), _id: "" };
  const { _id, files } = await client.PushWorkitem({
    wiq,
    name: "x",
    payload: {} as never,
    files: [packed, plain],
  });
  expect(files.map(({ filename }) => filename)).toEqual(["a.csv", "b.txt"]);
  const popped = await pop(wiq);
  expect(popped!.files.map(({ file }) => inflateSync(file).toString())).toEqual(["a,b", "text"]);
  const ids = popped!.files.map((file) => file._id);
  const sentBack = await update({ ...popped, state: "processing" });
  expect(sentBack.files.map((file) => file._id)).toEqual(ids);
  const changes = [
    { filename: "a.csv", compressed: false, file: Buffer.from("other"), _id: "" },
    { filename: "b.txt", compressed: false, file: new Uint8Array(0), _id: "" },
  ];
  await update({ _id, state: "retry", files: changes });
  const again = await client.PopWorkitem({ wiq, compressed: false });
  expect(again!.files.map(({ filename, file }) => [filename, Buffer.from(file).toString()])).toEqual([
    ["a.csv", "other"],
  ]);
  const bad = [{ filename: "c", compressed: true, file: Buffer.from("no zlib"), _id: "" }];
  await expect(client.PushWorkitem({ wiq, name: "x", payload: {} as never, files: bad })).rejects.toThrow(
    /files\[0\]\.file/,
  );
});

test("what a connection holds comes back when that ends, at once", async () => {
  const wiq = await addQueue();
  const { _id } = await client.PushWorkitem({ wiq, name: "x", payload: {} as never });
  const leaving = await connectClient(door.webSocketUrl, admin.token);
  expect((await pop(wiq, leaving))?._id).toBe(_id);
  expect(await pop(wiq)).toBeUndefined();
  leaving.Close();
  await expect.poll(async () => (await pop(wiq))?._id).toBe(_id);
});

test("an item that nobody holds, or another connection, can be ended by who may work on the queue", async () => {
  const wiq = await addQueue();
  const push = () => client.PushWorkitem({ wiq, name: "x", payload: {} as never });
  const waiting = await push();
  expect(await update({ _id: waiting._id, state: "successful" }, other)).toMatchObject({
    state: "successful",
  });
  expect(await pop(wiq)).toBeUndefined();
  const held = await push();
  await pop(wiq);
  expect(await update({ _id: held._id, state: "successful" }, other)).toMatchObject({ state: "successful" });
  // The one that popped it says the same, as an agent does after its package.
  expect(await update({ _id: held._id, state: "successful" })).toMatchObject({ state: "successful" });
  await expect(update({ _id: held._id, state: "processing" })).rejects.toThrow(/has ended/);
});

test("who lost an item cannot end it under another's hands, on its connection or with what it remembers", async () => {
  const wiq = await addQueue();
  await client.PushWorkitem({ wiq, name: "x", payload: {} as never });
  const stale = await pop(wiq);
  const call = await admin.call();
  const { leaseNumber } = await door.house.items.getItem(call, stale!._id);
  await door.house.items.releaseItem(call, stale!._id, leaseNumber);
  const taken = await pop(wiq, other);
  expect(taken?._id).toBe(stale!._id);
  await expect(update({ _id: stale!._id, state: "successful" })).rejects.toThrow(/lease/);
  const third = await connectClient(door.pipeUrl, admin.token);
  const remembered = { ...stale, lastrun: new Date("2020-01-01T00:00:00Z"), state: "successful" };
  await expect(update(remembered, third)).rejects.toThrow(/handed out again/);
  third.Close();
  expect(await update({ ...taken, state: "successful" }, other)).toMatchObject({ state: "successful" });
});

test("an ended item comes back by retry; lists are pushed with what holds for all; items are deleted", async () => {
  const wiq = await addQueue();
  const nextrun = new Date("2001-01-01T00:00:00Z");
  const items = [
    { name: "a", payload: "{}" },
    { name: "b", payload: "{}", priority: 1 },
  ] as unknown as Workitem[];
  const pushed = await client.PushWorkitems({ wiq, items, nextrun, priority: 5 });
  expect(pushed.map(({ name, priority }) => [name, priority])).toEqual([
    ["a", 5],
    ["b", 1],
  ]);
  const b = await pop(wiq);
  await update({ _id: b!._id, state: "successful" });
  await update({ _id: b!._id, state: "retry" });
  expect((await pop(wiq))?.name).toBe("b");
  await client.DeleteWorkitem({ _id: b!._id });
  expect((await pop(wiq))?.name).toBe("a");
  await expect(client.DeleteWorkitem({ _id: b!._id })).rejects.toThrow(/no work item/);
});

test("a queue keeps what the house has no words for, gets a role of its users, and goes empty or purged", async () => {
  const name = `q-${newId()}`;
  const workitemqueue = {
    name,
    maxretries: 0,
    retrydelay: 30,
    initialdelay: 5,
    amqpqueue: "agents",
    packageid: "p",
  };
  const added = await client.AddWorkItemQueue({ workitemqueue: workitemqueue as never });
  expect(added).toMatchObject({ name, maxretries: 3, retrydelay: 30, initialdelay: 5, amqpqueue: "agents" });
  const role = await door.house.identity.getRole(await admin.call(), added.usersrole);
  expect(role.name).toBe(`${name} users`);
  expect(await door.house.queues.getQueue(await admin.call(), name)).toMatchObject({
    attemptsMax: 3,
    backoff: "constant",
    backoffMs: 30_000,
    jitter: 0,
  });
  const changed = await client.UpdateWorkItemQueue({ workitemqueue: { ...added, maxretries: 7 } });
  expect(changed).toMatchObject({ maxretries: 7, retrydelay: 30, packageid: "p", usersrole: role.id });
  await client.PushWorkitem({ wiq: name, name: "x", payload: {} as never });
  await expect(client.DeleteWorkItemQueue({ wiq: name })).rejects.toThrow(/has items/);
  await client.UpdateWorkItemQueue({ workitemqueue: changed, purge: true });
  await client.DeleteWorkItemQueue({ wiq: name });
  await expect(door.house.identity.getRole(await admin.call(), role.id)).rejects.toMatchObject({
    code: "not_found",
  });
  await expect(pop(name)).rejects.toThrow(/no queue/);
});

test("who has no right on a queue is told that it is not there", async () => {
  const wiq = await addQueue();
  const stranger = await connectClient(door.webSocketUrl, (await makeMember(door)).token);
  await expect(pop(wiq, stranger)).rejects.toThrow(/no queue/);
  await expect(stranger.PushWorkitem({ wiq, name: "x", payload: {} as never })).rejects.toThrow(/no queue/);
  await expect(stranger.DeleteWorkItemQueue({ wiq })).rejects.toThrow(/no queue/);
  const { _id } = await client.PushWorkitem({ wiq, name: "x", payload: {} as never });
  await expect(update({ _id, state: "successful" }, stranger)).rejects.toThrow(/no work item/);
  stranger.Close();
});
