import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../../kit/sql.ts";
import { expireLeases } from "./expire-leases.ts";
import { foldCounts } from "./keep-house.ts";
import { releaseDueItems } from "./release-due-items.ts";
import { callOf } from "../../kit/testing-calls.ts";
import { setupWorkItems } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupWorkItems>>;
beforeAll(async () => {
  house = await setupWorkItems();
});
afterAll(() => house.close());

const failed = (kind: "business" | "application") => ({
  state: "failed" as const,
  error: { kind, message: "no" },
});

async function freshQueue(settings: object = {}): Promise<string> {
  const name = `q${Math.random().toString(36).slice(2)}`;
  await house.queues.createQueue(house.call, { name, backoffMs: 0, jitter: 0, ...settings });
  return name;
}

async function claimOne(queue: string) {
  const [item] = await house.items.claimItems(house.call, queue, {});
  return item!;
}

async function age(itemId: string): Promise<void> {
  await house.database.query(sql`
    update work_items.work_items
    set lease_until = lease_until - interval '1 day', due_at = due_at - interval '1 day'
    where id = ${itemId}`);
}

test("an item goes from push through claim to its end, and its history tells each step", async () => {
  const { items, call } = house;
  const queue = await freshQueue();
  const { id } = await items.pushItem(call, queue, { payload: { film: "Alien" } });
  const item = await claimOne(queue);
  expect(item).toMatchObject({
    id,
    state: "processing",
    payload: { film: "Alien" },
    leaseNumber: 1,
    acquired: 1,
  });
  const end = await items.finishItem(call, id, { leaseNumber: 1, state: "successful" });
  expect(end).toEqual({ id, state: "successful", attempts: 1, nextItemId: null });
  const history = await items.itemHistory(call, id);
  expect(history.map((event) => event.type)).toEqual([
    "work_item.pushed",
    "work_item.claimed",
    "work_item.successful",
  ]);
  expect(await items.getItem(call, id)).toMatchObject({ state: "successful", attempts: 1 });
});

test("an acknowledgement said again gets the same answer, and another one is refused", async () => {
  const { items, call } = house;
  const queue = await freshQueue();
  await items.pushItem(call, queue, { payload: {} });
  const { id, leaseNumber } = await claimOne(queue);
  const first = await items.finishItem(call, id, { leaseNumber, state: "successful" });
  expect(await items.finishItem(call, id, { leaseNumber, state: "successful" })).toEqual(first);
  const other = items.finishItem(call, id, { leaseNumber, ...failed("business") });
  await expect(other).rejects.toMatchObject({ code: "lease_lost" });
});

test("an item whose holder went silent is handed out again, and the silent holder can no longer end it", async () => {
  const { items, call } = house;
  const queue = await freshQueue();
  await items.pushItem(call, queue, { payload: {} });
  const lost = await claimOne(queue);
  await age(lost.id);
  await expireLeases(house).tick();
  const again = await claimOne(queue);
  expect(again).toMatchObject({ id: lost.id, leaseNumber: 3, acquired: 2, attempts: 0 });
  const late = items.finishItem(call, lost.id, { leaseNumber: lost.leaseNumber, state: "successful" });
  await expect(late).rejects.toMatchObject({ code: "lease_lost" });
});

test("an application failure is tried again by the queue's policy, a business failure is final", async () => {
  const { items, call } = house;
  const queue = await freshQueue({ attemptsMax: 2 });
  const { id } = await items.pushItem(call, queue, { payload: {} });
  const first = await claimOne(queue);
  expect(
    await items.finishItem(call, id, { leaseNumber: first.leaseNumber, ...failed("application") }),
  ).toMatchObject({
    state: "retry",
  });
  const second = await claimOne(queue);
  expect(second).toMatchObject({ id, attempts: 1 });
  expect(
    await items.finishItem(call, id, { leaseNumber: second.leaseNumber, ...failed("application") }),
  ).toMatchObject({
    state: "failed",
  });
  const { id: other } = await items.pushItem(call, queue, { payload: {} });
  const held = await claimOne(queue);
  expect(
    await items.finishItem(call, other, { leaseNumber: held.leaseNumber, ...failed("business") }),
  ).toMatchObject({
    state: "failed",
  });
});

test("a retry waits out its pause, and becomes claimable when its time has come", async () => {
  const { items, call } = house;
  const queue = await freshQueue({ backoffMs: 60_000, backoffMaxMs: 60_000 });
  const { id } = await items.pushItem(call, queue, { payload: {} });
  const held = await claimOne(queue);
  await items.finishItem(call, id, { leaseNumber: held.leaseNumber, ...failed("application") });
  await releaseDueItems(house).tick();
  expect(await items.claimItems(call, queue, {})).toEqual([]);
  await age(id);
  await releaseDueItems(house).tick();
  expect(await claimOne(queue)).toMatchObject({ id });
});

test("an item that was handed out too often is parked, and comes back when it is requeued", async () => {
  const { items, repairs, call } = house;
  const queue = await freshQueue({ acquiredMax: 2 });
  const { id } = await items.pushItem(call, queue, { payload: {} });
  for (let round = 0; round < 2; round++) {
    await claimOne(queue);
    await age(id);
    await expireLeases(house).tick();
  }
  expect(await items.getItem(call, id)).toMatchObject({ state: "abandoned", error: { source: "millrace" } });
  await repairs.requeueItem(call, id);
  expect(await claimOne(queue)).toMatchObject({ id, acquired: 1 });
});

test("higher priority goes first, and age decides among equals", async () => {
  const { items, call } = house;
  const queue = await freshQueue();
  for (const [name, priority] of [
    ["a", 0],
    ["b", 5],
    ["c", 0],
    ["d", 5],
  ] as const) {
    await items.pushItem(call, queue, { payload: {}, name, priority });
  }
  const claimed = await items.claimItems(call, queue, { count: 10 });
  expect(claimed.map((item) => item.name)).toEqual(["b", "d", "a", "c"]);
});

test("items of one order key are handed out strictly in turn, also across a retry", async () => {
  const { items, call } = house;
  const queue = await freshQueue();
  for (const name of ["1", "2", "3"]) await items.pushItem(call, queue, { payload: {}, name, orderKey: "k" });
  const first = await items.claimItems(call, queue, { count: 10 });
  expect(first.map((item) => item.name)).toEqual(["1"]);
  await items.finishItem(call, first[0]!.id, {
    leaseNumber: first[0]!.leaseNumber,
    ...failed("application"),
  });
  const again = await items.claimItems(call, queue, { count: 10 });
  expect(again.map((item) => item.name)).toEqual(["1"]);
  await items.finishItem(call, again[0]!.id, { leaseNumber: again[0]!.leaseNumber, state: "successful" });
  const second = await items.claimItems(call, queue, { count: 10 });
  expect(second.map((item) => item.name)).toEqual(["2"]);
});

test("at most so many items of one concurrency key are at work", async () => {
  const { items, call } = house;
  const queue = await freshQueue({ concurrencyPerKey: 2 });
  for (let n = 0; n < 5; n++) await items.pushItem(call, queue, { payload: {}, concurrencyKey: "acme" });
  const held = await items.claimItems(call, queue, { count: 10 });
  expect(held).toHaveLength(2);
  await items.finishItem(call, held[0]!.id, { leaseNumber: held[0]!.leaseNumber, state: "successful" });
  expect(await items.claimItems(call, queue, { count: 10 })).toHaveLength(1);
});

test("pushing twice under one key makes one item, and another content under it is refused", async () => {
  const { items, call } = house;
  const queue = await freshQueue();
  const push = (n: number) => items.pushItem(call, queue, { payload: { n }, idempotencyKey: "k" });
  const [first, second] = await Promise.all([push(1), push(1)]);
  expect(second.id).toBe(first.id);
  expect([first.duplicate, second.duplicate].sort()).toEqual([false, true]);
  await expect(push(2)).rejects.toMatchObject({ code: "conflict", details: { field: "idempotencyKey" } });
  const many = items.pushItems(call, queue, [{ payload: {} }, { payload: { n: 3 }, idempotencyKey: "k" }]);
  await expect(many).rejects.toMatchObject({ details: { field: "items[1].idempotencyKey" } });
  expect((await items.queueStats(call, queue)).counts.new).toBe(1);
});

test("an ended item goes on to the next queue with its payload, linked to where it came from", async () => {
  const { items, call } = house;
  const done = await freshQueue();
  const rejected = await freshQueue();
  const queue = await freshQueue({ successQueue: done, failedQueue: rejected });
  const { id } = await items.pushItem(call, queue, { payload: { n: 1 } });
  const held = await claimOne(queue);
  const end = await items.finishItem(call, id, {
    leaseNumber: held.leaseNumber,
    state: "successful",
    payload: { n: 2 },
  });
  const next = await claimOne(done);
  expect(next).toMatchObject({ id: end.nextItemId, fromItemId: id, payload: { n: 2 }, attempts: 0 });
  const { id: bad } = await items.pushItem(call, queue, { payload: {}, failedQueue: done });
  await items.finishItem(call, bad, {
    leaseNumber: (await claimOne(queue)).leaseNumber,
    ...failed("business"),
  });
  expect(await claimOne(done)).toMatchObject({ fromItemId: bad });
  expect(await items.claimItems(call, rejected, {})).toEqual([]);
});

test("a waiting claim gets the item that is pushed, and never two the same one", async () => {
  const { items, call } = house;
  const queue = await freshQueue();
  const waiting = Array.from({ length: 5 }, () => items.claimItems(call, queue, { waitMs: 5_000 }));
  await items.claimItems(call, queue, {});
  const pushed = await items.pushItems(
    call,
    queue,
    Array.from({ length: 5 }, () => ({ payload: {} })),
  );
  const got = (await Promise.all(waiting)).flat().map((item) => item.id);
  expect(got.sort()).toEqual(pushed.map((item) => item.id).sort());
});

test("items handed out in the moment that a wait ends reach the caller, or nobody", async () => {
  const { items, call } = house;
  const queue = await freshQueue();
  const pushed = new Set<string>();
  const got: string[] = [];
  const pushing = { over: false };
  const claimer = async () => {
    while (!pushing.over) {
      const claimed = await items.claimItems(call, queue, { waitMs: 1 + Math.random() * 3 });
      got.push(...claimed.map((item) => item.id));
    }
  };
  const claimers = Array.from({ length: 8 }, claimer);
  for (let n = 0; n < 300; n++) pushed.add((await items.pushItem(call, queue, { payload: {} })).id);
  pushing.over = true;
  await Promise.all(claimers);
  for (const item of await items.claimItems(call, queue, { count: 100 })) got.push(item.id);
  expect(new Set(got)).toEqual(pushed);
  expect(got).toHaveLength(pushed.size);
});

test("a paused queue takes items and hands out none until it is resumed", async () => {
  const { items, queues, call } = house;
  const queue = await freshQueue();
  await queues.pauseQueue(call, queue);
  await items.pushItem(call, queue, { payload: {} });
  expect(await items.claimItems(call, queue, {})).toEqual([]);
  await queues.resumeQueue(call, queue);
  expect(await items.claimItems(call, queue, {})).toHaveLength(1);
});

test("who may not invoke can neither push nor claim nor end, and sees no more than that it is absent", async () => {
  const { items, queues, call } = house;
  const stranger = callOf("stranger");
  const reader = callOf("reader");
  const queue = await freshQueue({ acl: [{ principalId: reader.userId, rights: ["read"] }] });
  await expect(items.pushItem(stranger, queue, { payload: {} })).rejects.toMatchObject({ code: "not_found" });
  await expect(items.pushItem(reader, queue, { payload: {} })).rejects.toMatchObject({ code: "forbidden" });
  await items.pushItem(call, queue, { payload: {} });
  const { id, leaseNumber } = await claimOne(queue);
  await expect(items.getItem(stranger, id)).rejects.toMatchObject({ code: "not_found" });
  expect(await items.getItem(reader, id)).toMatchObject({ id });
  const end = items.finishItem(reader, id, { leaseNumber, state: "successful" });
  await expect(end).rejects.toMatchObject({ code: "forbidden" });
  expect((await queues.listQueues(stranger)).items).toEqual([]);
});

test("a released item is free at once, and no attempt is counted", async () => {
  const { items, call } = house;
  const queue = await freshQueue();
  await items.pushItem(call, queue, { payload: {} });
  const { id, leaseNumber } = await claimOne(queue);
  await items.releaseItem(call, id, leaseNumber);
  expect(await claimOne(queue)).toMatchObject({ id, attempts: 0 });
  await expect(items.extendLease(call, id, leaseNumber)).rejects.toMatchObject({ code: "lease_lost" });
});

test("counts agree with the items through every transition, folded or not", async () => {
  const { items, repairs, call } = house;
  const queue = await freshQueue({ attemptsMax: 2 });
  await items.pushItems(
    call,
    queue,
    Array.from({ length: 6 }, () => ({ payload: {} })),
  );
  const held = await items.claimItems(call, queue, { count: 4 });
  await items.finishItem(call, held[0]!.id, { leaseNumber: held[0]!.leaseNumber, state: "successful" });
  await items.finishItem(call, held[1]!.id, { leaseNumber: held[1]!.leaseNumber, ...failed("business") });
  await items.finishItem(call, held[2]!.id, { leaseNumber: held[2]!.leaseNumber, ...failed("application") });
  const expected = { new: 2, processing: 1, retry: 1, successful: 1, failed: 1, abandoned: 0 };
  expect((await items.queueStats(call, queue)).counts).toEqual(expected);
  await foldCounts(house.database).tick();
  expect((await items.queueStats(call, queue)).counts).toEqual(expected);
  expect(await repairs.requeueItems(call, queue, "failed")).toEqual({ count: 1, more: false });
  expect(await repairs.purgeQueue(call, queue, "waiting")).toEqual({ count: 4, more: false });
  expect((await items.queueStats(call, queue)).counts).toEqual({ ...expected, new: 0, retry: 0, failed: 0 });
  await expect(repairs.deleteQueue(call, queue, true)).rejects.toMatchObject({ code: "conflict" });
  await items.finishItem(call, held[3]!.id, { leaseNumber: held[3]!.leaseNumber, state: "successful" });
  await repairs.deleteQueue(call, queue, true);
  await expect(items.pushItem(call, queue, { payload: {} })).rejects.toMatchObject({ code: "not_found" });
});

test("the stats of all queues name those alone that the caller may read", async () => {
  const { items, queues, call } = house;
  const bob = callOf("bob");
  const queue = await freshQueue({
    acl: [{ principalId: bob.userId, name: "bob", rights: ["read"], effect: "allow" }],
  });
  await freshQueue();
  await items.pushItems(call, queue, [{ payload: {} }, { payload: {}, priority: 5 }]);
  const { id, oldestWaitingAt, counts } = await statsOf(queue);
  expect(await items.listQueueStats(bob)).toEqual({
    items: [{ id, name: (await queues.getQueue(call, queue)).name, paused: false, counts, oldestWaitingAt }],
  });
  expect(counts).toMatchObject({ new: 2, failed: 0 });
  expect(oldestWaitingAt).not.toBeNull();

  async function statsOf(ref: string) {
    return { id: (await queues.getQueue(call, ref)).id, ...(await items.queueStats(call, ref)) };
  }
});

test("a payload that cannot be stored is refused by name, and nothing is written", async () => {
  const { items, call } = house;
  const queue = await freshQueue();
  let deep: Record<string, unknown> = {};
  for (let depth = 1; depth < 65; depth++) deep = { deep };
  const bad = [{ a: "\u0000" }, { a: "\ud800" }, deep, { a: "x".repeat(2 * 1024 * 1024) }];
  for (const payload of bad) {
    const push = items.pushItems(call, queue, [{ payload: {} }, { payload }]);
    await expect(push).rejects.toMatchObject({ details: { field: "items[1].payload" } });
  }
  expect((await items.queueStats(call, queue)).counts.new).toBe(0);
});

test("a claim that waits is refused once its right is taken away, also when an item comes at once", async () => {
  const { items, queues, call } = house;
  const bob = callOf("bob");
  const queue = await freshQueue({
    acl: [{ principalId: bob.userId, name: "bob", rights: ["read", "invoke"], effect: "allow" }],
  });
  const waiting = items.claimItems(bob, queue, { waitMs: 5_000 }).catch((error: unknown) => error);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await queues.updateQueue(call, queue, { acl: [] });
  const { id } = await items.pushItem(call, queue, { payload: { secret: true } });
  expect(await waiting).toMatchObject({ code: "not_found" });
  expect(await items.getItem(call, id)).toMatchObject({ state: "new", acquired: 0 });
});

test("nobody puts a queue of his own in the place of another by its id", async () => {
  const { items, queues, call } = house;
  const victim = await queues.getQueue(call, await freshQueue());
  await expect(queues.createQueue(callOf("bob"), { name: victim.id })).rejects.toMatchObject({
    code: "invalid_input",
    details: { field: "name" },
  });
  await items.pushItem(call, victim.id, { payload: {} });
  expect((await items.queueStats(call, victim.name)).counts.new).toBe(1);
});
