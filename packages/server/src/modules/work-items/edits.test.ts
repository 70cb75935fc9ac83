import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { callOf } from "../../kit/testing-calls.ts";
import { setupWorkItems } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupWorkItems>>;
beforeAll(async () => {
  house = await setupWorkItems();
});
afterAll(() => house.close());

const ann = callOf("Ann");
const bob = callOf("Bob");
const failure = { kind: "application", message: "no answer" } as const;
const distant = "2999-01-01T00:00:00.000Z";

/** A queue of its own that Ann and Bob may work on. */
async function makeQueue(settings: object = {}): Promise<string> {
  const name = `q-${newId()}`;
  const acl = [ann, bob].map(({ userId }) => ({
    principalId: userId,
    rights: ["read" as const, "invoke" as const],
  }));
  await house.queues.createQueue(house.call, { name, acl, backoffMs: 0, jitter: 0, ...settings });
  return name;
}

async function pushed(queue: string, item: object = {}): Promise<string> {
  return (await house.items.pushItem(ann, queue, { payload: { n: 1 }, ...item })).id;
}

test("an item that is named is taken before its turn and its time, once", async () => {
  const queue = await makeQueue();
  await pushed(queue);
  const id = await pushed(queue, { dueAt: distant });
  const taken = await house.items.claimItem(bob, id, { worker: "by hand" });
  expect(taken).toMatchObject({
    id,
    state: "processing",
    holderId: bob.userId,
    acquired: 1,
    worker: "by hand",
  });
  await expect(house.items.claimItem(ann, id)).rejects.toMatchObject({ code: "conflict" });
  await house.items.finishItem(bob, id, { leaseNumber: taken.leaseNumber, state: "successful" });
  expect((await house.items.queueStats(ann, queue)).counts).toMatchObject({
    new: 1,
    processing: 0,
    successful: 1,
  });
  await expect(house.items.claimItem(ann, id)).rejects.toMatchObject({ code: "conflict" });
});

test("an item that waits for others of its key is not taken out of its turn", async () => {
  const queue = await makeQueue();
  await pushed(queue, { orderKey: "a" });
  const second = await pushed(queue, { orderKey: "a" });
  await expect(house.items.claimItem(ann, second)).rejects.toMatchObject({ code: "conflict" });
});

test("who may not work on the queue neither takes nor writes an item", async () => {
  const id = await pushed(await makeQueue());
  const stranger = callOf("stranger");
  await expect(house.items.claimItem(stranger, id)).rejects.toMatchObject({ code: "not_found" });
  await expect(house.items.updateItem(stranger, id, { name: "x" })).rejects.toMatchObject({
    code: "not_found",
  });
  const elsewhere = { ...house.call, tenantId: "elsewhere" };
  await expect(house.items.claimItem(elsewhere, id)).rejects.toMatchObject({ code: "not_found" });
  await expect(house.items.updateItem(elsewhere, id, { name: "x" })).rejects.toMatchObject({
    code: "not_found",
  });
});

test("a waiting item is written without a lease, and its priority counts at once", async () => {
  const queue = await makeQueue();
  const [first, second] = [await pushed(queue), await pushed(queue)];
  await house.items.updateItem(ann, second, { priority: 5, name: "urgent", payload: { n: 2 } });
  const [claimed] = await house.items.claimItems(bob, queue, {});
  expect(claimed).toMatchObject({ id: second, priority: 5, name: "urgent", payload: { n: 2 } });
  await house.items.updateItem(ann, first, { dueAt: distant });
  expect(await house.items.claimItems(bob, queue, {})).toEqual([]);
  await house.items.updateItem(ann, first, { dueAt: "2000-01-01T00:00:00.000Z" });
  expect(await house.items.claimItems(bob, queue, {})).toMatchObject([{ id: first, dueAt: null }]);
});

test("a held item is written under its lease alone, and an old number writes nothing", async () => {
  const queue = await makeQueue();
  const id = await pushed(queue);
  const [{ leaseNumber } = { leaseNumber: 0 }] = await house.items.claimItems(ann, queue, {});
  await expect(house.items.updateItem(ann, id, { payload: {} })).rejects.toMatchObject({ code: "conflict" });
  await expect(house.items.updateItem(ann, id, { payload: {} }, leaseNumber + 1)).rejects.toMatchObject({
    code: "lease_lost",
  });
  expect(await house.items.updateItem(ann, id, { payload: { n: 3 } }, leaseNumber)).toEqual({ leaseNumber });
  expect(await house.items.getItem(ann, id)).toMatchObject({ payload: { n: 3 }, state: "processing" });
});

test("a held item that gets another next queue goes on there, under another lease number", async () => {
  const [queue, next] = [await makeQueue(), await makeQueue()];
  const id = await pushed(queue);
  const [{ leaseNumber: old } = { leaseNumber: 0 }] = await house.items.claimItems(ann, queue, {});
  const { leaseNumber } = await house.items.updateItem(ann, id, { successQueue: next, name: "renamed" }, old);
  expect(leaseNumber).toBe(old + 1);
  await expect(
    house.items.finishItem(ann, id, { leaseNumber: old, state: "successful" }),
  ).rejects.toMatchObject({ code: "lease_lost" });
  const { nextItemId } = await house.items.finishItem(ann, id, { leaseNumber, state: "successful" });
  expect(await house.items.getItem(ann, nextItemId!)).toMatchObject({ name: "renamed", fromItemId: id });
});

test("what was written is in the history, by whom and what", async () => {
  const id = await pushed(await makeQueue());
  await house.items.updateItem(bob, id, { name: "x" });
  expect((await house.items.itemHistory(ann, id)).at(-1)).toMatchObject({
    type: "work_item.updated",
    actorId: bob.userId,
    details: { fields: ["name"] },
  });
});

test("a failed attempt may ask for another one beyond its queue's policy, and for its time", async () => {
  const queue = await makeQueue({ attemptsMax: 1 });
  const id = await pushed(queue);
  const claimed = async () => (await house.items.claimItems(ann, queue, {}))[0]!;
  const first = await claimed();
  const error = { ...failure, kind: "business" } as const;
  const again = {
    leaseNumber: first.leaseNumber,
    state: "failed",
    error,
    retry: { again: "always" },
  } as const;
  expect(await house.items.finishItem(ann, id, again)).toMatchObject({ state: "retry", attempts: 1 });
  const { leaseNumber } = await claimed();
  const later = { leaseNumber, state: "failed", error, retry: { again: "always", dueAt: distant } } as const;
  expect(await house.items.finishItem(ann, id, later)).toMatchObject({ state: "retry", attempts: 2 });
  expect(await house.items.getItem(ann, id)).toMatchObject({ state: "retry" });
  expect(await house.items.claimItems(ann, queue, {})).toEqual([]);
});

test("a failed attempt may be the last one though its queue would allow another", async () => {
  const queue = await makeQueue({ attemptsMax: 5 });
  const id = await pushed(queue);
  const [{ leaseNumber } = { leaseNumber: 0 }] = await house.items.claimItems(ann, queue, {});
  const last = { leaseNumber, state: "failed", error: failure, retry: { again: "never" } } as const;
  expect(await house.items.finishItem(ann, id, last)).toMatchObject({ state: "failed", attempts: 1 });
  expect(await house.items.getItem(ann, id)).toMatchObject({ error: failure });
});

test("queues with work are told, also of what is pushed later", async () => {
  const [busy, idle] = [await makeQueue(), await makeQueue()];
  await pushed(busy);
  const ids = await Promise.all(
    [busy, idle].map(async (name) => (await house.queues.getQueue(ann, name)).id),
  );
  expect(await house.items.queuesWithWork(ann, ids)).toEqual([ids[0]]);
  let hints = 0;
  const stop = house.items.onArrival(ids[1]!, () => (hints += 1));
  await pushed(idle);
  expect(hints).toBe(1);
  stop();
  expect(await house.items.queuesWithWork(ann, ids)).toEqual(ids);
});
