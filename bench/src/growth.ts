import pg from "pg";
import { rateOf } from "./measure.ts";
import { payload, type Stage } from "./stage.ts";
import { claimAndFinish } from "./work-items.ts";

export interface Growth {
  waiting: number;
  claimsPerSecond: number;
  /** The same while a snapshot is held open elsewhere. */
  withSnapshot: number;
}

const measured = 10_000;

/** Claims + finishes a second with so many items waiting, without and with a snapshot held open elsewhere. */
export async function measureGrowth(stage: Stage, waiting: number, snapshotSeconds: number): Promise<Growth> {
  const { client } = stage;
  const queue = `growth-${waiting}-${Date.now()}`;
  await client.createQueue({ name: queue });
  const items = Array.from({ length: 1_000 }, () => ({ payload }));
  await rateOf(waiting + measured, 4, async () => {
    await client.pushItems(queue, items);
    return items.length;
  });
  await analyze(stage);
  const claimsPerSecond = await rateOf(measured, 64, () => claimAndFinish(client, queue));
  const release = await holdSnapshot(stage);
  const until = performance.now() + snapshotSeconds * 1_000;
  const withSnapshot = await rateOf(Number.MAX_SAFE_INTEGER, 64, async () => {
    if (performance.now() > until) return 0;
    const count = await claimAndFinish(client, queue);
    // An emptied queue would measure nothing: it is kept filled.
    if (count === 0) await client.pushItems(queue, items);
    return Math.max(count, 1);
  });
  await release();
  await client.purgeQueue(queue, { what: "waiting" });
  return { waiting, claimsPerSecond, withSnapshot };
}

/** A transaction that looks once and stays: what it could still see cannot be cleaned away. */
async function holdSnapshot(stage: Stage): Promise<() => Promise<void>> {
  const client = new pg.Client({
    connectionString: stage.postgresUrl("millrace"),
    options: "-c idle_in_transaction_session_timeout=0",
  });
  await client.connect();
  await client.query("begin isolation level repeatable read");
  await client.query("select count(*) from pg_class");
  return async () => {
    await client.query("rollback");
    await client.end();
  };
}

async function analyze(stage: Stage): Promise<void> {
  const client = new pg.Client({ connectionString: stage.postgresUrl("millrace") });
  await client.connect();
  await client.query("vacuum analyze work_items.work_items");
  await client.query("checkpoint");
  await client.end();
}
