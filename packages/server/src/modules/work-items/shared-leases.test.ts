import { afterAll, beforeAll, expect, test } from "vitest";
import { callOf } from "../../kit/testing-calls.ts";
import { setupWorkItems } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupWorkItems>>;
beforeAll(async () => {
  house = await setupWorkItems();
});
afterAll(() => house.close());

const claimer = callOf("claimer");
const helper = callOf("helper");
const reader = callOf("reader");

/** An item that `claimer` holds, in a queue that `helper` may work on and `reader` may only read. */
async function heldItem(): Promise<{ id: string; leaseNumber: number }> {
  const { items, queues, call } = house;
  const name = `q${Math.random().toString(36).slice(2)}`;
  const allow = (principalId: string, ...rights: ("read" | "invoke")[]) => ({ principalId, rights });
  const acl = [
    allow(claimer.userId, "read", "invoke"),
    allow(helper.userId, "read", "invoke"),
    allow(reader.userId, "read"),
  ];
  await queues.createQueue(call, { name, acl });
  await items.pushItem(claimer, name, { payload: {} });
  const [item] = await items.claimItems(claimer, name, {});
  return item!;
}

test("a helper who may work on the queue ends what another has claimed, and the history names both", async () => {
  const { items } = house;
  const { id, leaseNumber } = await heldItem();
  await items.extendLease(helper, id, leaseNumber);
  await items.finishItem(helper, id, { leaseNumber, state: "successful" });
  const history = await items.itemHistory(claimer, id);
  expect(history.map(({ type, actorId }) => [type, actorId])).toEqual([
    ["work_item.pushed", claimer.userId],
    ["work_item.claimed", claimer.userId],
    ["work_item.successful", helper.userId],
  ]);
});

test("a helper may give back what another has claimed", async () => {
  const { items } = house;
  const { id, leaseNumber } = await heldItem();
  await items.releaseItem(helper, id, leaseNumber);
  expect((await items.itemHistory(claimer, id)).at(-1)).toMatchObject({
    type: "work_item.released",
    actorId: helper.userId,
  });
});

test("the number alone is not enough, and neither is the right without the number", async () => {
  const { items } = house;
  const { id, leaseNumber } = await heldItem();
  const end = { leaseNumber, state: "successful" } as const;
  await expect(items.finishItem(reader, id, end)).rejects.toMatchObject({ code: "forbidden" });
  await expect(items.releaseItem(reader, id, leaseNumber)).rejects.toMatchObject({ code: "forbidden" });
  await expect(items.extendLease(reader, id, leaseNumber)).rejects.toMatchObject({ code: "forbidden" });
  const old = { ...end, leaseNumber: leaseNumber + 1 };
  await expect(items.finishItem(helper, id, old)).rejects.toMatchObject({ code: "lease_lost" });
});
