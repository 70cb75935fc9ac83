import { Logger, makeWorkerUtils, run } from "graphile-worker";
import pg from "pg";
import PgBoss from "pg-boss";
import { rateOf } from "./measure.ts";
import { payload, type Stage } from "./stage.ts";
import type { Rates } from "./work-items.ts";

/** pg-boss in this process, on the same PostgreSQL: one by one, and with its verbs for batches. */
export async function measurePgBoss(stage: Stage, scale: number): Promise<Rates> {
  const boss = new PgBoss({ connectionString: await stage.createDatabase(`boss_${Date.now()}`), max: 16 });
  boss.on("error", () => undefined);
  await boss.start();
  await boss.createQueue("bench");
  const push = await rateOf(8_000 * scale, 64, async () => {
    await boss.send("bench", payload);
    return 1;
  });
  const jobs = Array.from({ length: 100 }, () => ({ name: "bench", data: payload }));
  const pushBatches = await rateOf(60_000 * scale, 8, async () => {
    await boss.insert(jobs);
    return 100;
  });
  const single = await rateOf(300 * scale, 16, async () => {
    const [job] = await boss.fetch("bench");
    if (job === undefined) return 0;
    await boss.complete("bench", job.id);
    return 1;
  });
  const batches = await rateOf(15_000 * scale, 4, async () => {
    const fetched = await boss.fetch("bench", { batchSize: 50 });
    if (fetched.length === 0) return 0;
    await boss.complete(
      "bench",
      fetched.map((job) => job.id),
    );
    return fetched.length;
  });
  await boss.stop({ graceful: false });
  return {
    push,
    "push in batches of 100": pushBatches,
    "claim + finish": single,
    "claim + finish in batches of 50": batches,
  };
}

/** graphile-worker in this process: unbatched, and with its local queue and batched completion as its guide advises. */
export async function measureGraphile(stage: Stage, scale: number): Promise<Rates> {
  const url = await stage.createDatabase(`graphile_${Date.now()}`);
  const pool = new pg.Pool({ connectionString: url, max: 20 });
  pool.on("error", () => undefined);
  const utils = await makeWorkerUtils({ pgPool: pool });
  await utils.migrate();
  const push = await rateOf(10_000 * scale, 64, async () => {
    await utils.addJob("bench", payload);
    return 1;
  });
  const specs = Array.from({ length: 100 }, () => ({ identifier: "bench", payload }));
  const pushBatches = await rateOf(80_000 * scale, 8, async () => {
    await utils.addJobs(specs);
    return 100;
  });
  const single = await drain(pool, 10_000 * scale, 24, {});
  const batched = {
    localQueue: { size: 500, refetchDelay: { durationMs: 1 } },
    completeJobBatchDelay: 0,
    failJobBatchDelay: 0,
  };
  const batches = await drain(pool, 60_000 * scale, 24, batched);
  await utils.release();
  await pool.end();
  return {
    push,
    "push in batches of 100": pushBatches,
    "claim + finish": single,
    "claim + finish in batches of 50": batches,
  };
}

async function drain(
  pgPool: pg.Pool,
  total: number,
  concurrentJobs: number,
  worker: object,
): Promise<number> {
  let done = 0;
  let startedAt = 0;
  let finish: (rate: number) => void = () => undefined;
  const finished = new Promise<number>((resolve) => (finish = resolve));
  const task = async () => {
    if (done === 0) startedAt = performance.now();
    done += 1;
    if (done === Math.floor(total)) finish((done / (performance.now() - startedAt)) * 1_000);
  };
  const runner = await run({
    pgPool,
    taskList: { bench: task },
    noHandleSignals: true,
    logger: new Logger(() => () => undefined),
    preset: { worker: { concurrentJobs, ...worker } },
  });
  const rate = await finished;
  await runner.stop();
  return rate;
}

/** What PostgreSQL does when asked plainly: one row a transaction, and 100 or 50 rows a statement. */
export async function measureRaw(stage: Stage, scale: number): Promise<Rates> {
  const pool = new pg.Pool({ connectionString: await stage.createDatabase(`raw_${Date.now()}`), max: 16 });
  await pool.query(
    "create table jobs (id bigserial primary key, payload jsonb not null, taken boolean default false)",
  );
  const text = JSON.stringify(payload);
  const push = await rateOf(20_000 * scale, 64, async () => {
    await pool.query({ name: "push", text: "insert into jobs (payload) values ($1)", values: [text] });
    return 1;
  });
  const texts = Array.from({ length: 100 }, () => text);
  const pushBatches = await rateOf(200_000 * scale, 8, async () => {
    await pool.query({
      name: "many",
      text: "insert into jobs (payload) select unnest($1::jsonb[])",
      values: [texts],
    });
    return 100;
  });
  const single = await rateOf(15_000 * scale, 16, () => rawClaim(pool, 1));
  const batches = await rateOf(100_000 * scale, 8, () => rawClaim(pool, 50));
  await pool.end();
  return {
    push,
    "push in batches of 100": pushBatches,
    "claim + finish": single,
    "claim + finish in batches of 50": batches,
  };
}

async function rawClaim(pool: pg.Pool, count: number): Promise<number> {
  const { rows } = await pool.query<{ id: string }>({
    name: "claim",
    text: `update jobs set taken = true
      where id in (select id from jobs where not taken order by id limit $1 for update skip locked) returning id`,
    values: [count],
  });
  if (rows.length === 0) return 0;
  await pool.query({
    name: "finish",
    text: "delete from jobs where id = any($1::bigint[])",
    values: [rows.map((row) => row.id)],
  });
  return rows.length;
}
