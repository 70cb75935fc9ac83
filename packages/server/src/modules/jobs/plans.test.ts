import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Database, type Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import { answering, indexesOf, type Planner, plannerOf, typesOf, walked } from "../../kit/testing-plans.ts";
import { createTestDatabase, type TestDatabase } from "../../kit/testing.ts";
import * as dispatch from "./dispatch-store.ts";
import * as keep from "./keep-store.ts";
import * as logs from "./log-store.ts";
import * as store from "./store.ts";
import * as submits from "./submit-store.ts";

let testDatabase: TestDatabase;
let database: Database;
/** Plans as a writer lane makes them, and as the pool does. */
let lane: Planner;
let pool: Planner;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const log = pino({ level: "silent" });
  database = new Database({ url: testDatabase.url, log, statementTimeoutMs: 60_000 });
  await fill();
  const writer = database.lane("plans");
  lane = plannerOf({ query: (statement) => writer.transaction((tx) => tx.query(statement)) });
  pool = plannerOf(database);
}, 120_000);
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

/** 200,000 live jobs of two tenants with five needs, most of them waiting; some held, some in a pause; ended ones. */
async function fill(): Promise<void> {
  await database.query(sql`
    insert into jobs.jobs (id, tenant_id, package_id, package_name, package_version, package_digest, package_file_id,
      needs, state, priority, position, due_at, attempts, attempts_max, acquired, lease_number, lease_ms, lease_until,
      runner_id, session_id, timeout_ms, input, has_files, created_at, created_by_id, created_by)
    select lpad(to_hex(n), 24, '0'), 'tenant-' || n % 2, 'package-' || n % 7, 'p', '1.0.0', '', '', 'node t' || n % 5,
      case when n % 50 = 1 then 'running' else 'waiting' end, n % 3, case when n % 50 not in (1, 2) then n end,
      case when n % 50 = 2 then now() + make_interval(secs => n) end, 0, 3, 0, 1, 60000,
      case when n % 50 = 1 then now() + make_interval(secs => n - 1000) end,
      case when n % 50 = 1 then 'runner-' || n % 1000 end, case when n % 50 = 1 then 'session-' || n % 1000 end, 1000,
      '{}', false, now(), 'somebody', 'somebody'
    from generate_series(1, 200000) n`);
  await database.query(sql`
    insert into jobs.ended_jobs (id, tenant_id, package_id, package_name, package_version, needs, state, outcome,
      priority, attempts, attempts_max, acquired, lease_number, lease_ms, timeout_ms, input, had_secrets, has_files,
      log_lines, log_bytes, created_at, created_by_id, created_by, ended_at)
    select lpad(to_hex(n), 24, 'a'), 'tenant-0', 'package-1', 'p', '1.0.0', 'node', 'successful', 'successful', 0, 1, 3,
      1, 1, 60000, 1000, '{}', false, false, 0, 0, now(), 'somebody', 'somebody', now()
    from generate_series(1, 50000) n`);
  await database.query(sql`
    insert into jobs.idempotency_keys (tenant_id, key, job_id, digest)
    select 'tenant-0', 'key-' || n, lpad(to_hex(n), 24, '0'), '' from generate_series(1, 100000) n`);
  await database.query(sql`
    insert into jobs.log_batches (job_id, tenant_id, first_line, line_count, lines)
    select lpad(to_hex(n / 10), 24, '0'), 'tenant-0', n % 10, 1, '[]' from generate_series(1, 100000) n`);
  await database.query(sql`analyze jobs.jobs, jobs.ended_jobs, jobs.idempotency_keys, jobs.log_batches`);
}

test("a round walks the index in its own order, from a mark or from the front, and sorts nothing", async () => {
  const line = { queueId: "q", tenantId: "tenant-1", needs: "node t1", wanted: 10 };
  const fromMark = await lane((tx) => dispatch.pickAfter(tx, [{ ...line, priority: 0, after: 5 }]));
  expect(fromMark.find((step) => step["Index Name"])!["Index Cond"]).toMatch(
    /tenant_id.*needs.*priority.*"?position"? >/,
  );
  const fromFront = await lane((tx) => dispatch.pickFromFront(tx, [line]));
  for (const plan of [fromMark, fromFront]) {
    expect(indexesOf(plan)).toEqual(["jobs_to_hand_out"]);
    expect(typesOf(plan)).not.toContain("Sort");
    expect(walked(plan)).toEqual([]);
  }
});

test("the needs of waiting jobs and their ages are read by one step of the index for each", async () => {
  const acts: ((tx: Queryable) => Promise<unknown>)[] = [
    (tx) => dispatch.listWaitingNeeds(tx, ["tenant-1"], 100),
    (tx) => keep.oldestWaiting(tx, [{ tenantId: "tenant-1", needs: "node t1" }]),
    (tx) => keep.listHeads(tx, [{ tenantId: "tenant-1", needs: "node t1", waiting: 1 }], 5),
  ];
  for (const planner of [lane, pool]) {
    for (const act of acts) {
      const plan = await planner(act);
      expect(indexesOf(plan)).toEqual(["jobs_to_hand_out"]);
      expect(walked(plan)).toEqual([]);
    }
  }
});

const held = { id: "0", leaseNumber: 1, sessionId: "s" };
const error = { outcome: "crashed", message: "no" } as const;

test("what is said about jobs finds them by their id", async () => {
  const facts = { tenantId: "t", needs: "node", state: "successful", outcome: "successful" } as const;
  const end = { attempts: 1, output: null, error: null, usage: null, addsFiles: false };
  const runner = { runnerId: "r", runnerName: "r", sessionId: "s" };
  const log = { firstLine: 0, count: 1, bytes: 1, lines: [] };
  const acts: ((tx: Queryable) => Promise<unknown>)[] = [
    (tx) => dispatch.handOut(tx, [{ id: "0", tenantId: "t", needs: "node", ...runner }]),
    (tx) => store.renewLeases(tx, [held]),
    (tx) => store.lockLive(tx, ["0"]),
    (tx) => store.putBack({ query: answering(tx, []) }, [{ id: "0", delayMs: 0, error: null }]),
    (tx) => store.retryJobs(tx, [{ ...held, attempts: 1, delayMs: 0, error }]),
    (tx) => store.endJobs(tx, [{ ...held, ...facts, ...end }]),
    (tx) => store.noteProgress(tx, [{ ...held, progress: null }]),
    (tx) => store.moveToSession(tx, ["0"], "s"),
    (tx) => logs.appendLogs(tx, [{ ...held, ...log }]),
  ];
  for (const act of acts) {
    const plan = await lane(act);
    expect(indexesOf(plan)).toEqual(["jobs_pkey"]);
    expect(walked(plan)).toEqual([]);
  }
  expect(walked(await lane((tx) => store.findEnded(tx, ["0"])))).toEqual([]);
});

test("the sweeps, hellos and cancels read their own partial indexes", async () => {
  const acts: [string[], (tx: Queryable) => Promise<unknown>][] = [
    [["jobs_whose_lease_runs_out"], (tx) => store.lockExpired(tx, 500)],
    [["jobs_pkey", "jobs_to_become_due"], (tx) => keep.releaseDue(tx, 1_000)],
    [["jobs_of_a_runner"], (tx) => store.lockOfRunner(tx, "tenant-1", "runner-1")],
    [["jobs_to_cancel"], (tx) => store.listToCancel(tx, ["session-1"], 100)],
  ];
  for (const planner of [lane, pool]) {
    for (const [indexes, act] of acts) {
      const plan = await planner(act);
      expect(indexesOf(plan)).toEqual(indexes);
      expect(walked(plan)).toEqual([]);
    }
  }
});

test("keys, a package's live jobs and a log are found by what they are of", async () => {
  const key = { tenantId: "tenant-0", key: "key-1", jobId: "0", digest: "" };
  const taken = await lane((tx) => submits.takeKeys(tx, [key]));
  expect(indexesOf(taken)).toEqual(["idempotency_keys_pkey"]);
  const live = await pool((tx) => submits.hasLiveJobs(tx, "package-1"));
  const log = await pool((tx) => logs.listBatches(tx, "tenant-0", "0", 0, 500));
  for (const plan of [taken, live, log]) expect(walked(plan)).toEqual([]);
});
