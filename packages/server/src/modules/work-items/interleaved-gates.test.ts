import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { sql } from "../../kit/sql.ts";
import * as gates from "./gates-store.ts";
import { codeOf, valueOf } from "../../kit/testing-interleavings.ts";
import {
  call,
  claimOne,
  type Interleaving,
  type Node,
  setupInterleaving,
  succeed,
} from "./testing-interleaved-nodes.ts";
import { foldCounts } from "./keep-house.ts";
import { releaseDueItems } from "./release-due-items.ts";
import { interleave } from "../../kit/testing-stepped-database.ts";

let house: Interleaving;
beforeAll(async () => {
  house = await setupInterleaving();
});
beforeEach(() => house.clean());
afterAll(() => house.close());

test("two pushes at one order key at once let one in", async () => {
  const pushAt = (node: Node, queue: string) =>
    node.items.pushItem(call, queue, { payload: {}, orderKey: "k" });
  await house.playAll(house.freshQueue, pushAt, pushAt, async ({ a, b }, queue) => {
    valueOf(a);
    valueOf(b);
    expect(await house.left.items.claimItems(call, queue, { count: 5 })).toHaveLength(1);
  });
});

test("an end that lets the next one in, while that one is being pushed", async () => {
  await house.playAll(
    () => house.heldItem({}, { orderKey: "k" }),
    succeed,
    (node, { queue }) => node.items.pushItem(call, queue, { payload: {}, orderKey: "k" }),
    async ({ a, b }, { queue }) => {
      valueOf(a);
      const [next] = await house.left.items.claimItems(call, queue, {});
      expect(next?.id).toBe(valueOf(b).id);
    },
  );
});

async function twoHeld() {
  const queue = await house.freshQueue({ concurrencyPerKey: 2 });
  for (let n = 0; n < 5; n++) await house.push(queue, { concurrencyKey: "k" });
  const held = await house.left.items.claimItems(call, queue, { count: 5 });
  return { queue, first: held[0]!, second: held[1]! };
}

test("two ends at one concurrency key at once let in two others", async () => {
  await house.playAll(
    twoHeld,
    (node, { first }) => succeed(node, first),
    (node, { second }) => succeed(node, second),
    async (_ends, { queue }) =>
      expect(await house.left.items.claimItems(call, queue, { count: 5 })).toHaveLength(2),
  );
});

test("an end lets in one who is being deleted", async () => {
  await house.playAll(
    async () => {
      const held = await house.heldItem({}, { orderKey: "k" });
      const waiting = await house.push(held.queue, { orderKey: "k" });
      return { ...held, waiting, last: await house.push(held.queue, { orderKey: "k" }) };
    },
    succeed,
    (node, { waiting }) => node.repairs.deleteItem(call, waiting),
    async ({ a, b }, { queue, last }) => {
      valueOf(a);
      valueOf(b);
      expect(await house.claim(queue)).toMatchObject({ id: last });
    },
  );
});

test("an end lets in one of which an old end is said again, together with the end of another", async () => {
  const failed = { state: "failed", error: { kind: "application", message: "no" } } as const;
  await house.playAll(
    async () => {
      const queue = await house.freshQueue({ concurrencyPerKey: 2 });
      for (let n = 0; n < 4; n++) await house.push(queue, { concurrencyKey: "k" });
      const [first, old] = await house.left.items.claimItems(call, queue, { count: 2 });
      await house.left.items.finishItem(call, old!.id, { leaseNumber: old!.leaseNumber, ...failed });
      const second = await house.claim(queue);
      await house.left.items.finishItem(call, second.id, { leaseNumber: second.leaseNumber, ...failed });
      return { first: first!, old: old!, third: await house.claim(queue) };
    },
    (node, { first }) => succeed(node, first),
    (node, { old, third }) => {
      const again = node.items.finishItem(call, old.id, { leaseNumber: old.leaseNumber, ...failed });
      return Promise.all([again, succeed(node, third)]);
    },
    ({ a, b }) => {
      valueOf(a);
      expect(valueOf(b).map(({ state }) => state)).toEqual(["retry", "successful"]);
    },
  );
});

test("an end lets in one whose time has come", async () => {
  await house.playAll(
    async () => {
      const held = await house.heldItem({}, { orderKey: "k" });
      const due = await house.push(held.queue, { orderKey: "k", delayMs: 3_600_000 });
      await house.age(due);
      return { ...held, due };
    },
    succeed,
    (node) => releaseDueItems(node).tick(),
    async ({ a, b }, { queue, due }) => {
      valueOf(a);
      valueOf(b);
      expect(await house.claim(queue)).toMatchObject({ id: due });
    },
  );
});

test("an idle gate is forgotten while somebody comes to it", async () => {
  await house.playAll(
    async () => {
      const held = await house.heldItem({}, { orderKey: "k" });
      await succeed(house.left, held);
      return held.queue;
    },
    (node, queue) => node.items.pushItem(call, queue, { payload: {}, orderKey: "k" }),
    (node) => node.database.transaction((tx) => gates.forgetIdle(tx, 100)),
    async ({ a, b }, queue) => {
      valueOf(b);
      expect(await house.left.items.claimItems(call, queue, {})).toMatchObject([{ id: valueOf(a).id }]);
    },
  );
});

async function failedItem() {
  const held = await house.heldItem({}, { orderKey: "k" });
  const error = { kind: "business", message: "no" } as const;
  await house.left.items.finishItem(call, held.id, { leaseNumber: held.leaseNumber, state: "failed", error });
  return held;
}

test("a requeue and a deletion of one item: it is back, or it is gone", async () => {
  await house.playAll(
    failedItem,
    (node, { id }) => node.repairs.requeueItem(call, id),
    (node, { id }) => node.repairs.deleteItem(call, id),
    async (_ends, { id }) => expect(await house.stateOf(id)).toBeOneOf(["new", undefined]),
  );
});

test("two requeues of one item bring it back once", async () => {
  const requeue = (node: Node, { id }: { id: string }) => node.repairs.requeueItem(call, id);
  await house.playAll(failedItem, requeue, requeue, async (_ends, { id }) => {
    expect(await house.stateOf(id)).toBe("new");
    const events = await house.left.items.itemHistory(call, id);
    expect(events.filter(({ type }) => type === "work_item.requeued")).toHaveLength(1);
  });
});

test("a claim and a deletion of one item: one of the two", async () => {
  await house.playAll(
    async () => {
      const queue = await house.freshQueue();
      return { queue, id: await house.push(queue, { orderKey: "k" }) };
    },
    (node, { queue }) => claimOne(node, queue),
    (node, { id }) => node.repairs.deleteItem(call, id),
    async ({ a, b }, { id }) => {
      expect([valueOf(a).length, codeOf(b), await house.stateOf(id)]).toBeOneOf([
        [1, "conflict", "processing"],
        [0, "done", undefined],
      ]);
    },
  );
});

test("a queue is deleted while something is pushed into it: the queue is gone, or the item is there", async () => {
  await house.playAll(
    house.freshQueue,
    (node, queue) => node.items.pushItems(call, queue, [{ payload: {}, idempotencyKey: "k", orderKey: "k" }]),
    (node, queue) => node.repairs.deleteQueue(call, queue, false),
    ({ a, b }) => {
      expect([codeOf(a), codeOf(b)]).toBeOneOf([
        ["done", "conflict"],
        ["not_found", "done"],
      ]);
    },
  );
});

test("a queue is deleted while an ended item goes on to it: no item is left without a queue", async () => {
  await house.playAll(
    async () => {
      const target = await house.freshQueue();
      const held = await house.heldItem({}, { successQueue: target });
      return { target, ...held };
    },
    succeed,
    (node, { target }) => node.repairs.deleteQueue(call, target, false),
    ({ a, b }) => {
      const { nextItemId } = valueOf(a);
      expect(codeOf(b)).toBe(nextItemId === null ? "done" : "conflict");
    },
  );
});

test("changes of counts are folded while others write, fold too, or delete the queue", async () => {
  const fold = (node: Node) => foldCounts(node.database).tick();
  await house.playAll(house.heldItem, succeed, fold, ({ a, b }) => void [valueOf(a), valueOf(b)]);
  await house.playAll(house.heldItem, fold, fold, ({ a, b }) => void [valueOf(a), valueOf(b)]);
  await house.playAll(
    async () => {
      const queue = await house.freshQueue();
      await house.push(queue);
      await fold(house.left);
      await house.left.repairs.purgeQueue(call, queue, "waiting");
      return queue;
    },
    fold,
    (node, queue) => node.repairs.deleteQueue(call, queue, false),
    ({ a, b }) => void [valueOf(a), valueOf(b)],
  );
});

test("a deadlock is run again from the start, and no caller sees it", async () => {
  const first = await house.push(await house.freshQueue());
  const second = await house.push(await house.freshQueue());
  const touch = (ids: string[]) => (node: Node) =>
    node.database.transaction(async (tx) => {
      for (const id of ids)
        await tx.query(sql`update work_items.work_items set name = 'touched' where id = ${id}`);
    });
  const a = { database: house.left.database, act: () => touch([first, second])(house.left) };
  const b = { database: house.right.database, act: () => touch([second, first])(house.right) };
  const ends = await interleave(house.watcher, "ABAB", a, b);
  expect([codeOf(ends.a), codeOf(ends.b), ends.deadlock]).toEqual(["done", "done", true]);
});
