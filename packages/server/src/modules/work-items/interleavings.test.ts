import pg from "pg";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { systemCall } from "../../kit/call.ts";
import { sql } from "../../kit/sql.ts";
import { createTestDatabase, type TestDatabase } from "../../kit/testing.ts";
import { expireLeases } from "./expire-leases.ts";
import * as gates from "./gates-store.ts";
import { foldCounts } from "./keep-house.ts";
import type { Item } from "./model.ts";
import { releaseDueItems } from "./release-due-items.ts";
import type { NewItem } from "./service.ts";
import { interleave, type Interleaved, ordersOf, SteppedDatabase } from "./stepped-database.ts";
import { buildNode, TestEpochs } from "./testing.ts";

type Node = ReturnType<typeof buildNode> & { database: SteppedDatabase };

const call = systemCall("test");
const orders = ordersOf(6);
let testDatabase: TestDatabase;
let watcher: pg.Client;
let left: Node;
let right: Node;
let queuesMade = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  watcher = new pg.Client({ connectionString: testDatabase.url });
  await watcher.connect();
  const epochs = new TestEpochs();
  const node = () => {
    const database = new SteppedDatabase({ url: testDatabase.url, log: pino({ level: "silent" }) });
    return { ...buildNode(database, epochs), database };
  };
  left = node();
  right = node();
});
afterAll(async () => {
  await left.close();
  await right.close();
  await watcher.end();
  await testDatabase.drop();
});

/** What one test breaks must not fail the next. */
beforeEach(async () => {
  await watcher.query(`truncate work_items.work_items, work_items.finished_items, work_items.gates,
    work_items.idempotency_keys, work_items.counts, work_items.count_changes`);
});

async function freshQueue(settings: object = {}): Promise<string> {
  queuesMade += 1;
  const name = `q${queuesMade}`;
  await left.queues.createQueue(call, { name, backoffMs: 0, jitter: 0, ...settings });
  return name;
}

async function push(queue: string, item: Partial<NewItem> = {}): Promise<string> {
  return (await left.items.pushItem(call, queue, { payload: {}, ...item })).id;
}

async function claim(queue: string): Promise<Item> {
  const [item] = await left.items.claimItems(call, queue, {});
  return item!;
}

async function age(id: string): Promise<void> {
  await watcher.query(
    `update work_items.work_items
     set lease_until = lease_until - interval '1 day', due_at = due_at - interval '1 day' where id = $1`,
    [id],
  );
}

async function stateOf(id: string): Promise<string | undefined> {
  const result = await watcher.query<{ state: string }>(
    `select state from work_items.work_items where id = $1
     union all select state from work_items.finished_items where id = $1`,
    [id],
  );
  expect(result.rows.length).toBeLessThan(2);
  return result.rows[0]?.state;
}

/** What must hold whatever ran: counts agree with items, gates with those inside, and nobody waits at an open gate. */
async function audit(): Promise<void> {
  const wrong = await watcher.query(`
    with items as (
      select queue_id, state, count(*) as n from
        (select queue_id, state from work_items.work_items
         union all select queue_id, state from work_items.finished_items) i group by 1, 2
    ), counted as (
      select queue_id, state, sum(items) as n from
        (select * from work_items.counts union all select * from work_items.count_changes) c group by 1, 2
    )
    select 'count' as what, coalesce(i.queue_id, c.queue_id) || ' ' || coalesce(i.state, c.state) as name
    from items i full join counted c using (queue_id, state)
    where coalesce(i.n, 0) <> coalesce(c.n, 0)
    union all
    select 'gate', queue_id || ' ' || gate
    from (select queue_id, gate, count(*) filter (where admitted) as inside from work_items.work_items
          where gate is not null group by 1, 2) i
      full join work_items.gates g using (queue_id, gate)
    where coalesce(i.inside, 0) <> coalesce(g.admitted, 0)
    union all
    select 'stuck', i.id
    from work_items.work_items i join queues.queues q on q.id = i.queue_id
    where not i.admitted and i.due_at is null and
      (select count(*) from work_items.work_items o where o.queue_id = i.queue_id and o.gate = i.gate and o.admitted)
        < case when i.gate like 'order:%' then 1 else q.concurrency_per_key end
    union all
    select 'orphan', id from work_items.work_items i
    where not exists (select from queues.queues q where q.id = i.queue_id)`);
  expect(wrong.rows).toEqual([]);
}

/** Plays two acts in every order, each time on what `prepare` makes; no order may end in a deadlock. */
async function playAll<Ground, A, B>(
  prepare: () => Promise<Ground>,
  actA: (node: Node, ground: Ground) => Promise<A>,
  actB: (node: Node, ground: Ground) => Promise<B>,
  judge: (ends: Interleaved<A, B>, ground: Ground, order: string) => Promise<void> | void,
): Promise<void> {
  for (const order of orders) {
    const ground = await prepare();
    const a = { database: left.database, act: () => actA(left, ground) };
    const b = { database: right.database, act: () => actB(right, ground) };
    const ends = await interleave(watcher, order, a, b);
    try {
      expect(ends.deadlock, "a deadlock").toBe(false);
      await judge(ends, ground, order);
      await audit();
    } catch (error) {
      throw new Error(`in the order ${order}: ${String(error)}`, { cause: error });
    }
  }
}

function valueOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === "rejected") throw result.reason;
  return result.value;
}

function codeOf(result: PromiseSettledResult<unknown>): string {
  if (result.status === "fulfilled") return "done";
  return (result.reason as { code?: string }).code ?? String(result.reason);
}

const claimOne = (node: Node, queue: string) => node.items.claimItems(call, queue, {});
const succeed = (node: Node, { id, leaseNumber }: { id: string; leaseNumber: number }) =>
  node.items.finishItem(call, id, { leaseNumber, state: "successful" });

test("two claims at once: each item goes to one", async () => {
  for (const count of [1, 2]) {
    await playAll(
      async () => {
        const queue = await freshQueue();
        for (let n = 0; n < count; n++) await push(queue);
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

async function heldItem(settings: object = {}, item: Partial<NewItem> = {}) {
  const queue = await freshQueue(settings);
  await push(queue, item);
  return { queue, ...(await claim(queue)) };
}

async function silentItem(settings: object = {}, item: Partial<NewItem> = {}) {
  const held = await heldItem(settings, item);
  await age(held.id);
  return held;
}

test("a claim while the sweep takes leases away: the item is handed out once, under a greater number", async () => {
  await playAll(
    silentItem,
    (node, { queue }) => claimOne(node, queue),
    (node) => expireLeases(node).tick(),
    async ({ a, b }, { id, queue }) => {
      valueOf(b);
      const got = [...valueOf(a), ...(await claimOne(right, queue))];
      expect(got).toMatchObject([{ id, leaseNumber: 3 }]);
    },
  );
});

test("a finish while the sweep takes its lease away: one of the two, and never both", async () => {
  await playAll(
    silentItem,
    succeed,
    (node) => expireLeases(node).tick(),
    async ({ a, b }, { id }) => {
      valueOf(b);
      expect([codeOf(a), await stateOf(id)]).toBeOneOf([
        ["done", "successful"],
        ["lease_lost", "new"],
      ]);
    },
  );
});

test("an extension while the sweep takes the lease away: one of the two", async () => {
  await playAll(
    silentItem,
    (node, { id, leaseNumber }) => node.items.extendLease(call, id, leaseNumber),
    (node) => expireLeases(node).tick(),
    async ({ a, b }, { id }) => {
      valueOf(b);
      expect([codeOf(a), await stateOf(id)]).toBeOneOf([
        ["done", "processing"],
        ["lease_lost", "new"],
      ]);
    },
  );
});

test("two sweeps at once take each lease away once", async () => {
  await playAll(
    () => silentItem({}, { orderKey: "k" }),
    (node) => expireLeases(node).tick(),
    (node) => expireLeases(node).tick(),
    async ({ a, b }, { id }) => {
      valueOf(a);
      valueOf(b);
      const events = await left.items.itemHistory(call, id);
      expect(events.filter(({ type }) => type === "work_item.lease_expired")).toHaveLength(1);
    },
  );
});

test("the same end said twice at once gets one answer, and makes one next item", async () => {
  await playAll(
    async () => heldItem({ successQueue: await freshQueue() }),
    succeed,
    succeed,
    ({ a, b }) => expect(valueOf(a)).toEqual(valueOf(b)),
  );
});

test("two ends that contradict each other: the first one counts, the other is refused", async () => {
  await playAll(
    heldItem,
    succeed,
    (node, { id, leaseNumber }) =>
      node.items.finishItem(call, id, {
        leaseNumber,
        state: "failed",
        error: { kind: "business", message: "no" },
      }),
    async ({ a, b }, { id }) => {
      expect([codeOf(a), codeOf(b), await stateOf(id)]).toBeOneOf([
        ["done", "lease_lost", "successful"],
        ["lease_lost", "done", "failed"],
      ]);
    },
  );
});

test("an end and a release at once: one of the two", async () => {
  await playAll(
    () => heldItem({}, { orderKey: "k" }),
    succeed,
    (node, { id, leaseNumber }) => node.items.releaseItem(call, id, leaseNumber),
    async ({ a, b }, { id }) => {
      expect([codeOf(a), codeOf(b), await stateOf(id)]).toBeOneOf([
        ["done", "not_found", "successful"],
        ["lease_lost", "done", "new"],
      ]);
    },
  );
});

test("two pushes under one key at once make one item; with another content one is refused", async () => {
  const pushOf = (n: number) => (node: Node, queue: string) =>
    node.items.pushItem(call, queue, { payload: { n }, idempotencyKey: "k" });
  await playAll(freshQueue, pushOf(1), pushOf(1), ({ a, b }) => {
    expect(valueOf(a).id).toBe(valueOf(b).id);
    expect([valueOf(a).duplicate, valueOf(b).duplicate].sort()).toEqual([false, true]);
  });
  await playAll(freshQueue, pushOf(1), pushOf(2), async ({ a, b }, queue) => {
    expect([codeOf(a), codeOf(b)].sort()).toEqual(["conflict", "done"]);
    expect((await left.items.queueStats(call, queue)).counts.new).toBe(1);
  });
});

test("two batches with the same keys in opposite order make each item once", async () => {
  const pushOf = (keys: string[]) => (node: Node, queue: string) =>
    node.items.pushItems(
      call,
      queue,
      keys.map((idempotencyKey) => ({ payload: {}, idempotencyKey })),
    );
  await playAll(freshQueue, pushOf(["a", "b", "Z"]), pushOf(["Z", "b", "a"]), ({ a, b }) => {
    const ids = [...valueOf(a), ...valueOf(b)].map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
  });
});

test("two pushes at one order key at once let one in", async () => {
  const pushAt = (node: Node, queue: string) =>
    node.items.pushItem(call, queue, { payload: {}, orderKey: "k" });
  await playAll(freshQueue, pushAt, pushAt, async ({ a, b }, queue) => {
    valueOf(a);
    valueOf(b);
    expect(await left.items.claimItems(call, queue, { count: 5 })).toHaveLength(1);
  });
});

test("an end that lets the next one in, while that one is being pushed", async () => {
  await playAll(
    () => heldItem({}, { orderKey: "k" }),
    succeed,
    (node, { queue }) => node.items.pushItem(call, queue, { payload: {}, orderKey: "k" }),
    async ({ a, b }, { queue }) => {
      valueOf(a);
      const [next] = await left.items.claimItems(call, queue, {});
      expect(next?.id).toBe(valueOf(b).id);
    },
  );
});

async function twoHeld() {
  const queue = await freshQueue({ concurrencyPerKey: 2 });
  for (let n = 0; n < 5; n++) await push(queue, { concurrencyKey: "k" });
  const held = await left.items.claimItems(call, queue, { count: 5 });
  return { queue, first: held[0]!, second: held[1]! };
}

test("two ends at one concurrency key at once let in two others", async () => {
  await playAll(
    twoHeld,
    (node, { first }) => succeed(node, first),
    (node, { second }) => succeed(node, second),
    async (_ends, { queue }) =>
      expect(await left.items.claimItems(call, queue, { count: 5 })).toHaveLength(2),
  );
});

test("an end lets in one who is being deleted", async () => {
  await playAll(
    async () => {
      const held = await heldItem({}, { orderKey: "k" });
      const waiting = await push(held.queue, { orderKey: "k" });
      return { ...held, waiting, last: await push(held.queue, { orderKey: "k" }) };
    },
    succeed,
    (node, { waiting }) => node.repairs.deleteItem(call, waiting),
    async ({ a, b }, { queue, last }) => {
      valueOf(a);
      valueOf(b);
      expect(await claim(queue)).toMatchObject({ id: last });
    },
  );
});

test("an end lets in one of which an old end is said again, together with the end of another", async () => {
  const failed = { state: "failed", error: { kind: "application", message: "no" } } as const;
  await playAll(
    async () => {
      const queue = await freshQueue({ concurrencyPerKey: 2 });
      for (let n = 0; n < 4; n++) await push(queue, { concurrencyKey: "k" });
      const [first, old] = await left.items.claimItems(call, queue, { count: 2 });
      await left.items.finishItem(call, old!.id, { leaseNumber: old!.leaseNumber, ...failed });
      const second = await claim(queue);
      await left.items.finishItem(call, second.id, { leaseNumber: second.leaseNumber, ...failed });
      return { first: first!, old: old!, third: await claim(queue) };
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
  await playAll(
    async () => {
      const held = await heldItem({}, { orderKey: "k" });
      const due = await push(held.queue, { orderKey: "k", delayMs: 3_600_000 });
      await age(due);
      return { ...held, due };
    },
    succeed,
    (node) => releaseDueItems(node).tick(),
    async ({ a, b }, { queue, due }) => {
      valueOf(a);
      valueOf(b);
      expect(await claim(queue)).toMatchObject({ id: due });
    },
  );
});

test("an idle gate is forgotten while somebody comes to it", async () => {
  await playAll(
    async () => {
      const held = await heldItem({}, { orderKey: "k" });
      await succeed(left, held);
      return held.queue;
    },
    (node, queue) => node.items.pushItem(call, queue, { payload: {}, orderKey: "k" }),
    (node) => node.database.transaction((tx) => gates.forgetIdle(tx, 100)),
    async ({ a, b }, queue) => {
      valueOf(b);
      expect(await left.items.claimItems(call, queue, {})).toMatchObject([{ id: valueOf(a).id }]);
    },
  );
});

async function failedItem() {
  const held = await heldItem({}, { orderKey: "k" });
  const error = { kind: "business", message: "no" } as const;
  await left.items.finishItem(call, held.id, { leaseNumber: held.leaseNumber, state: "failed", error });
  return held;
}

test("a requeue and a deletion of one item: it is back, or it is gone", async () => {
  await playAll(
    failedItem,
    (node, { id }) => node.repairs.requeueItem(call, id),
    (node, { id }) => node.repairs.deleteItem(call, id),
    async (_ends, { id }) => expect(await stateOf(id)).toBeOneOf(["new", undefined]),
  );
});

test("two requeues of one item bring it back once", async () => {
  const requeue = (node: Node, { id }: { id: string }) => node.repairs.requeueItem(call, id);
  await playAll(failedItem, requeue, requeue, async (_ends, { id }) => {
    expect(await stateOf(id)).toBe("new");
    const events = await left.items.itemHistory(call, id);
    expect(events.filter(({ type }) => type === "work_item.requeued")).toHaveLength(1);
  });
});

test("a claim and a deletion of one item: one of the two", async () => {
  await playAll(
    async () => {
      const queue = await freshQueue();
      return { queue, id: await push(queue, { orderKey: "k" }) };
    },
    (node, { queue }) => claimOne(node, queue),
    (node, { id }) => node.repairs.deleteItem(call, id),
    async ({ a, b }, { id }) => {
      expect([valueOf(a).length, codeOf(b), await stateOf(id)]).toBeOneOf([
        [1, "conflict", "processing"],
        [0, "done", undefined],
      ]);
    },
  );
});

test("a queue is deleted while something is pushed into it: the queue is gone, or the item is there", async () => {
  await playAll(
    freshQueue,
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
  await playAll(
    async () => {
      const target = await freshQueue();
      const held = await heldItem({}, { successQueue: target });
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
  await playAll(heldItem, succeed, fold, ({ a, b }) => void [valueOf(a), valueOf(b)]);
  await playAll(heldItem, fold, fold, ({ a, b }) => void [valueOf(a), valueOf(b)]);
  await playAll(
    async () => {
      const queue = await freshQueue();
      await push(queue);
      await fold(left);
      await left.repairs.purgeQueue(call, queue, "waiting");
      return queue;
    },
    fold,
    (node, queue) => node.repairs.deleteQueue(call, queue, false),
    ({ a, b }) => void [valueOf(a), valueOf(b)],
  );
});

test("a deadlock is run again from the start, and no caller sees it", async () => {
  const first = await push(await freshQueue());
  const second = await push(await freshQueue());
  const touch = (ids: string[]) => (node: Node) =>
    node.database.transaction(async (tx) => {
      for (const id of ids)
        await tx.query(sql`update work_items.work_items set name = 'touched' where id = ${id}`);
    });
  const a = { database: left.database, act: () => touch([first, second])(left) };
  const b = { database: right.database, act: () => touch([second, first])(right) };
  const ends = await interleave(watcher, "ABAB", a, b);
  expect([codeOf(ends.a), codeOf(ends.b), ends.deadlock]).toEqual(["done", "done", true]);
});
