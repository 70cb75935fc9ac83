import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { expireLeases } from "./expire-leases.ts";
import { codeOf, valueOf } from "../../kit/testing-interleavings.ts";
import {
  call,
  claimOne,
  type Interleaving,
  type Node,
  setupInterleaving,
  succeed,
} from "./testing-interleaved-nodes.ts";
import type { NewItem } from "./service.ts";

let house: Interleaving;
beforeAll(async () => {
  house = await setupInterleaving();
});
beforeEach(() => house.clean());
afterAll(() => house.close());

test("two claims at once: each item goes to one", async () => {
  for (const count of [1, 2]) {
    await house.playAll(
      async () => {
        const queue = await house.freshQueue();
        for (let n = 0; n < count; n++) await house.push(queue);
        return queue;
      },
      claimOne,
      claimOne,
      ({ a, b }) => {
        const ids = [...valueOf(a), ...valueOf(b)].map((item) => item.id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.length).toBe(count);
      },
    );
  }
});

async function silentItem(settings: object = {}, item: Partial<NewItem> = {}) {
  const held = await house.heldItem(settings, item);
  await house.age(held.id);
  return held;
}

test("a claim while the sweep takes leases away: the item is handed out once, under a greater number", async () => {
  await house.playAll(
    silentItem,
    (node, { queue }) => claimOne(node, queue),
    (node) => expireLeases(node).tick(),
    async ({ a, b }, { id, queue }) => {
      valueOf(b);
      const got = [...valueOf(a), ...(await claimOne(house.right, queue))];
      expect(got).toMatchObject([{ id, leaseNumber: 3 }]);
    },
  );
});

test("a finish while the sweep takes its lease away: one of the two, and never both", async () => {
  await house.playAll(
    silentItem,
    succeed,
    (node) => expireLeases(node).tick(),
    async ({ a, b }, { id }) => {
      valueOf(b);
      expect([codeOf(a), await house.stateOf(id)]).toBeOneOf([
        ["done", "successful"],
        ["lease_lost", "new"],
      ]);
    },
  );
});

test("an extension while the sweep takes the lease away: one of the two", async () => {
  await house.playAll(
    silentItem,
    (node, { id, leaseNumber }) => node.items.extendLease(call, id, leaseNumber),
    (node) => expireLeases(node).tick(),
    async ({ a, b }, { id }) => {
      valueOf(b);
      expect([codeOf(a), await house.stateOf(id)]).toBeOneOf([
        ["done", "processing"],
        ["lease_lost", "new"],
      ]);
    },
  );
});

test("two sweeps at once take each lease away once", async () => {
  await house.playAll(
    () => silentItem({}, { orderKey: "k" }),
    (node) => expireLeases(node).tick(),
    (node) => expireLeases(node).tick(),
    async ({ a, b }, { id }) => {
      valueOf(a);
      valueOf(b);
      const events = await house.left.items.itemHistory(call, id);
      expect(events.filter(({ type }) => type === "work_item.lease_expired")).toHaveLength(1);
    },
  );
});

test("the same end said twice at once gets one answer, and makes one next item", async () => {
  await house.playAll(
    async () => house.heldItem({ successQueue: await house.freshQueue() }),
    succeed,
    succeed,
    ({ a, b }) => expect(valueOf(a)).toEqual(valueOf(b)),
  );
});

test("two ends that contradict each other: the first one counts, the other is refused", async () => {
  await house.playAll(
    house.heldItem,
    succeed,
    (node, { id, leaseNumber }) =>
      node.items.finishItem(call, id, {
        leaseNumber,
        state: "failed",
        error: { kind: "business", message: "no" },
      }),
    async ({ a, b }, { id }) => {
      expect([codeOf(a), codeOf(b), await house.stateOf(id)]).toBeOneOf([
        ["done", "lease_lost", "successful"],
        ["lease_lost", "done", "failed"],
      ]);
    },
  );
});

test("an end and a release at once: one of the two", async () => {
  await house.playAll(
    () => house.heldItem({}, { orderKey: "k" }),
    succeed,
    (node, { id, leaseNumber }) => node.items.releaseItem(call, id, leaseNumber),
    async ({ a, b }, { id }) => {
      expect([codeOf(a), codeOf(b), await house.stateOf(id)]).toBeOneOf([
        ["done", "not_found", "successful"],
        ["lease_lost", "done", "new"],
      ]);
    },
  );
});

test("two pushes under one key at once make one item; with another content one is refused", async () => {
  const pushOf = (n: number) => (node: Node, queue: string) =>
    node.items.pushItem(call, queue, { payload: { n }, idempotencyKey: "k" });
  await house.playAll(house.freshQueue, pushOf(1), pushOf(1), ({ a, b }) => {
    expect(valueOf(a).id).toBe(valueOf(b).id);
    expect([valueOf(a).duplicate, valueOf(b).duplicate].sort()).toEqual([false, true]);
  });
  await house.playAll(house.freshQueue, pushOf(1), pushOf(2), async ({ a, b }, queue) => {
    expect([codeOf(a), codeOf(b)].sort()).toEqual(["conflict", "done"]);
    expect((await house.left.items.queueStats(call, queue)).counts.new).toBe(1);
  });
});

test("two batches with the same keys in opposite order make each item once", async () => {
  const pushOf = (keys: string[]) => (node: Node, queue: string) =>
    node.items.pushItems(
      call,
      queue,
      keys.map((idempotencyKey) => ({ payload: {}, idempotencyKey })),
    );
  await house.playAll(house.freshQueue, pushOf(["a", "b", "Z"]), pushOf(["Z", "b", "a"]), ({ a, b }) => {
    const ids = [...valueOf(a), ...valueOf(b)].map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
  });
});
