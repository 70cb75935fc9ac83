import { afterAll, beforeAll, expect, test } from "vitest";
import { setupWorkItems } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupWorkItems>>;
beforeAll(async () => {
  house = await setupWorkItems();
});
afterAll(() => house.close());

test("a push that is refused keeps no key from another one that is written together with it", async () => {
  const { items, call, queue } = house;
  const item = (idempotencyKey: string, n: number) => ({ payload: { n }, idempotencyKey });
  await items.pushItem(call, queue.name, item("used", 1));
  // While one write is under way, what comes in shares the next one, in the order of coming.
  const underWay = items.pushItem(call, queue.name, { payload: {} });
  const first = items.pushItems(call, queue.name, [item("used", 2), item("free", 1), item("shared", 1)]);
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  const [refused, other, same] = await Promise.allSettled([
    first,
    items.pushItem(call, queue.name, item("free", 2)),
    items.pushItem(call, queue.name, item("shared", 1)),
  ]);
  expect(refused).toMatchObject({
    reason: { code: "conflict", details: { field: "items[0].idempotencyKey" } },
  });
  expect(other).toMatchObject({ value: { duplicate: false } });
  expect(same).toMatchObject({ value: { duplicate: false } });
  await underWay;
  expect((await items.queueStats(call, queue.name)).counts.new).toBe(4);
});

test("of two pushes written together that use a key for different contents, one is refused", async () => {
  const { items, call, queue } = house;
  const push = (n: number) =>
    items.pushItems(call, queue.name, [
      { payload: { n }, idempotencyKey: n === 1 ? "a" : "b" },
      { payload: { n }, idempotencyKey: n === 1 ? "b" : "a" },
    ]);
  const ends = await Promise.allSettled([push(1), push(2)]);
  expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
});
