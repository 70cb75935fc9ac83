import pg from "pg";
import { pino } from "pino";
import { expect } from "vitest";
import { systemCall } from "../../kit/call.ts";
import { playerOf } from "../../kit/testing-interleavings.ts";
import { SteppedDatabase } from "../../kit/testing-stepped-database.ts";
import { TestEpochs } from "../../kit/testing-calls.ts";
import { createTestDatabase } from "../../kit/testing.ts";
import type { Item } from "./model.ts";
import type { NewItem } from "./service.ts";
import { buildNode } from "./testing.ts";

export type Node = ReturnType<typeof buildNode> & { database: SteppedDatabase };
export type Interleaving = Awaited<ReturnType<typeof setupInterleaving>>;

export const call = systemCall("test");

/** Two nodes on one database, whose verbs are played against each other statement by statement. */
export async function setupInterleaving() {
  const testDatabase = await createTestDatabase();
  const watcher = new pg.Client({ connectionString: testDatabase.url });
  await watcher.connect();
  const epochs = new TestEpochs();
  const node = (): Node => {
    const database = new SteppedDatabase({ url: testDatabase.url, log: pino({ level: "silent" }) });
    return { ...buildNode(database, epochs), database };
  };
  const left = node();
  const right = node();
  const close = async () => {
    await left.close();
    await right.close();
    await watcher.end();
    await testDatabase.drop();
  };
  const ground = groundOf(left, watcher);
  const playAll = playerOf(watcher, { left, right, audit });
  return { left, right, watcher, ...ground, playAll, close };
}

/** What tests begin with: queues, and items in the state that matters. */
function groundOf(node: Node, watcher: pg.Client) {
  let queuesMade = 0;
  const freshQueue = async (settings: object = {}): Promise<string> => {
    queuesMade += 1;
    const name = `q${queuesMade}`;
    await node.queues.createQueue(call, { name, backoffMs: 0, jitter: 0, ...settings });
    return name;
  };
  const push = async (queue: string, item: Partial<NewItem> = {}): Promise<string> =>
    (await node.items.pushItem(call, queue, { payload: {}, ...item })).id;
  const claim = async (queue: string): Promise<Item> => (await node.items.claimItems(call, queue, {}))[0]!;
  const heldItem = async (settings: object = {}, item: Partial<NewItem> = {}) => {
    const queue = await freshQueue(settings);
    await push(queue, item);
    return { queue, ...(await claim(queue)) };
  };
  const age = (id: string) =>
    watcher.query(
      `update work_items.work_items
       set lease_until = lease_until - interval '1 day', due_at = due_at - interval '1 day' where id = $1`,
      [id],
    );
  const stateOf = async (id: string): Promise<string | undefined> => {
    const result = await watcher.query<{ state: string }>(
      `select state from work_items.work_items where id = $1
       union all select state from work_items.finished_items where id = $1`,
      [id],
    );
    expect(result.rows.length).toBeLessThan(2);
    return result.rows[0]?.state;
  };
  /** What one test breaks must not fail the next. */
  const clean = () =>
    watcher.query(`truncate work_items.work_items, work_items.finished_items, work_items.gates,
      work_items.idempotency_keys, work_items.counts, work_items.count_changes`);
  return { freshQueue, push, claim, heldItem, age, stateOf, clean };
}

/** What must hold whatever ran: counts agree with items, gates with those inside, and nobody waits at an open gate. */
export async function audit(watcher: pg.Client): Promise<void> {
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

export const claimOne = (node: Node, queue: string) => node.items.claimItems(call, queue, {});
export const succeed = (node: Node, { id, leaseNumber }: { id: string; leaseNumber: number }) =>
  node.items.finishItem(call, id, { leaseNumber, state: "successful" });
