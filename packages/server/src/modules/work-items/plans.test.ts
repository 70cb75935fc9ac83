import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Database, type Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import { answering, indexesOf, type Planner, plannerOf, typesOf, walked } from "../../kit/testing-plans.ts";
import { createTestDatabase, type TestDatabase } from "../../kit/testing.ts";
import * as gates from "./gates-store.ts";
import * as repairs from "./repairs-store.ts";
import * as claims from "./claim-store.ts";
import * as store from "./store.ts";

let testDatabase: TestDatabase;
let database: Database;
/** Plans as a writer lane makes them, and as the pool does. */
let lane: Planner;
let pool: Planner;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = new Database({
    url: testDatabase.url,
    log: pino({ level: "silent" }),
    statementTimeoutMs: 60_000,
  });
  await fill();
  const writer = database.lane("plans");
  lane = plannerOf({ query: (statement) => writer.transaction((tx) => tx.query(statement)) });
  pool = plannerOf(database);
}, 120_000);
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

/** 200,000 live items in five queues, most of them claimable; some held, some not due, some at gates; ended ones. */
async function fill(): Promise<void> {
  await database.query(sql`
    insert into work_items.work_items (id, tenant_id, queue_id, state, priority, position, due_at, gate, arrival,
      admitted, attempts, acquired, lease_number, lease_until, holder_id, payload, created_at, created_by_id)
    select lpad(to_hex(n), 24, '0'), 'default', 'queue-' || n % 5,
      case when n % 50 = 1 then 'processing' else 'new' end, n % 3,
      case when n % 50 not in (1, 2, 3) then n end,
      case when n % 50 = 2 then now() + make_interval(secs => n) end,
      case when n % 50 = 3 then 'order:' || n % 1000 end, n, n % 50 <> 3, 0, 0, 1,
      case when n % 50 = 1 then now() + make_interval(secs => n - 1000) end,
      case when n % 50 = 1 then 'somebody' end, '{}', now(), 'somebody'
    from generate_series(1, 200000) n`);
  await database.query(sql`
    insert into work_items.finished_items (id, tenant_id, queue_id, state, priority, attempts, acquired, lease_number,
      payload, created_at, created_by_id, finished_at)
    select lpad(to_hex(n), 24, 'a'), 'default', 'queue-' || n % 5, 'successful', 0, 1, 1, 1, '{}', now(), 'somebody',
      now()
    from generate_series(1, 50000) n`);
  await database.query(sql`
    insert into work_items.idempotency_keys (queue_id, key, item_id, digest)
    select 'queue-' || n % 5, 'key-' || n, lpad(to_hex(n), 24, '0'), '' from generate_series(1, 100000) n`);
  await database.query(sql`
    insert into work_items.gates (queue_id, gate, admitted)
    select 'queue-' || n % 5, 'order:' || n, 1 from generate_series(1, 1000) n`);
  await database.query(sql`analyze work_items.work_items, work_items.finished_items, work_items.idempotency_keys,
    work_items.gates`);
}

const row = { id: "0", tenantId: "default", leaseNumber: 1, leaseMs: 1 };
const gate = { queueId: "queue-1", gate: "order:1", left: true, concurrencyPerKey: 1 };
const keyRow = { queueId: "queue-1", key: "key-1", itemId: "0", digest: "" };

test("claims walk the index in their own order, from a mark or from the front, and sort nothing", async () => {
  const level = { queueId: "queue-1", priority: 0, after: 5, wanted: 10 };
  const fromMark = await lane((tx) => claims.pickAfter(tx, [level]));
  expect(indexesOf(fromMark)).toEqual(["work_items_to_claim"]);
  expect(fromMark.find((step) => step["Index Name"])!["Index Cond"]).toMatch(
    /queue_id.*priority.*"?position"? >/,
  );
  const fromFront = await lane((tx) => claims.pickFromFront(tx, [level]));
  expect(indexesOf(fromFront)).toEqual(["work_items_to_claim"]);
  for (const plan of [fromMark, fromFront]) {
    expect(typesOf(plan)).not.toContain("Sort");
    expect(walked(plan)).toEqual([]);
  }
});

test("what is said about held items finds them by their id", async () => {
  const acts: ((tx: Queryable) => Promise<unknown>)[] = [
    (tx) => claims.handOut(tx, [{ ...row, ...held, state: "new", holderId: "", worker: null }]),
    (tx) => store.extendLeases(tx, [row]),
    (tx) => store.lockHeld(tx, ["0"]),
    (tx) => store.lockLive(tx, ["0"]),
    (tx) => store.putBack(tx, ["0"]),
    (tx) =>
      store.retryItems(tx, [
        { ...held, attempts: 1, delayMs: 0, dueAt: undefined, payload: null, error, admitted: true },
      ]),
    (tx) =>
      store.endItems(tx, [
        { ...held, state: "successful", attempts: 1, payload: null, error: null, nextItemId: null },
      ]),
  ];
  for (const act of acts) {
    const plan = await lane(act);
    expect(indexesOf(plan)).toEqual(["work_items_pkey"]);
    expect(walked(plan)).toEqual([]);
  }
  const others = await lane((tx) => store.findOthers(tx, ["0"]));
  expect(indexesOf(others)).toContain("work_items_pkey");
  expect(walked(others)).toEqual([]);
});

const error = { kind: "application", message: "no" } as const;
const held = { id: "0", queueId: "queue-0", leaseNumber: 1 };

test("the sweeps read their own partial indexes, in order", async () => {
  for (const planner of [lane, pool]) {
    const expired = await planner((tx) => store.lockExpired(tx, 500));
    expect(indexesOf(expired)).toEqual(["work_items_whose_lease_runs_out"]);
    const due = await planner((tx) => store.releaseDue(tx, 1_000));
    expect(indexesOf(due)).toEqual(["work_items_pkey", "work_items_to_become_due"]);
    for (const plan of [expired, due]) expect(walked(plan)).toEqual([]);
    const next = await planner((tx) => store.msUntilNextDue({ query: answering(tx, [{ ms: 0 }]) }));
    expect(indexesOf(next)).toEqual(["work_items_to_become_due"]);
  }
});

test("who waits at a gate is found by the gate, in the order of coming", async () => {
  const plan = await lane((tx) => gates.admit({ query: answering(tx, [{}]) }, [gate]));
  expect(indexesOf(plan)).toEqual(["gates_pkey", "work_items_pkey", "work_items_waiting_at_a_gate"]);
  expect(walked(plan)).toEqual([]);
});

test("idempotency keys are taken and given back by their key", async () => {
  const taken = await lane((tx) => store.takeKeys({ query: answering(tx, [keyRow]) }, [keyRow]));
  expect(indexesOf(taken)).toEqual(["idempotency_keys_pkey"]);
  const dropped = await lane((tx) => store.dropKeys(tx, [keyRow]));
  expect(indexesOf(dropped)).toEqual(["idempotency_keys_pkey"]);
  for (const plan of [taken, dropped]) expect(walked(plan)).toEqual([]);
});

test("repairs of some items do not walk through all of them", async () => {
  const acts: ((tx: Queryable) => Promise<unknown>)[] = [
    (tx) => repairs.removeLive(tx, "queue-1", ["0"]),
    (tx) => repairs.removeEnded(tx, "queue-1", ["0"]),
    (tx) => repairs.requeueEnded(tx, "queue-1", ["0"]),
    (tx) => repairs.makeDue(tx, "queue-1", ["0"]),
    (tx) => repairs.gatesOf(tx, "queue-1", ["0"]),
    (tx) => repairs.idsOfLive(tx, "queue-1", "0", 500),
    (tx) => repairs.idsOfEnded(tx, "queue-1", "failed", "0", 500),
  ];
  const rows = await database.query<{ relname: string }>(
    sql`select relname from pg_class where reltuples > 10000`,
  );
  const large = new Set(rows.map(({ relname }) => relname));
  for (const act of acts) expect(walked(await pool(act)).filter((name) => large.has(name))).toEqual([]);
});
