import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { sql } from "../../kit/sql.ts";
import { setupWorkItems } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupWorkItems>>;
/** One looks and cuts, the other holds what writers wait for. */
let stranger: pg.Client;
let holder: pg.Client;
const unhandled: unknown[] = [];
const note = (error: unknown) => void unhandled.push(error);

beforeAll(async () => {
  process.on("unhandledRejection", note);
  house = await setupWorkItems();
  stranger = new pg.Client({ connectionString: house.url });
  holder = new pg.Client({ connectionString: house.url });
  await Promise.all([stranger.connect(), holder.connect()]);
});
afterAll(async () => {
  await Promise.all([stranger.end(), holder.end()]);
  await house.close();
  process.off("unhandledRejection", note);
});

/** Ends every connection of the house, as a restart does. */
async function cutAll(): Promise<void> {
  await stranger.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name like 'millrace%'`,
  );
}

async function untilSomebodyWaits(): Promise<void> {
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await stranger.query(waiting)).rowCount === 0);
}

async function connections(): Promise<number> {
  const result = await stranger.query<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity
     where datname = current_database() and application_name like 'millrace%'`,
  );
  return result.rows[0]!.n;
}

test("a push whose connection is cut is answered as unavailable, and breaks nothing else", async () => {
  const { items, call, queue } = house;
  await holder.query("begin");
  await holder.query("select from queues.queues where id = $1 for update", [queue.id]);
  const push = items.pushItem(call, queue.name, { payload: {}, idempotencyKey: newId() });
  const outcome = push.catch((error: unknown) => error);
  await untilSomebodyWaits();
  await cutAll();
  expect(await outcome).toMatchObject({ code: "unavailable" });
  await holder.query("rollback");
  await new Promise((resolve) => setImmediate(resolve));
  expect(unhandled).toEqual([]);
  expect(await items.pushItem(call, queue.name, { payload: {} })).toMatchObject({ duplicate: false });
});

test("a transaction whose connection is cut while it asks nothing fails at its next statement", async () => {
  const failed = house.database.transaction(async (tx) => {
    await tx.query(sql`select 1`);
    await cutAll();
    while ((await connections()) > 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await tx.query(sql`select 1`);
  });
  await expect(failed).rejects.toMatchObject({ code: "unavailable" });
});

test("after cuts every verb works again, and no connection is left over", async () => {
  const { items, call, queue } = house;
  const round = async () => {
    const { id } = await items.pushItem(call, queue.name, { payload: {}, idempotencyKey: newId() });
    const claimed = await items.claimItems(call, queue.name, { count: 100 });
    const held = claimed.find((item) => item.id === id)!;
    await items.extendLease(call, id, held.leaseNumber);
    await items.finishItem(call, id, { leaseNumber: held.leaseNumber, state: "successful" });
  };
  await round();
  const before = await connections();
  for (let cut = 0; cut < 5; cut++) {
    await cutAll();
    while ((await connections()) > 0);
    // Who writes before he hears of the cut may be told so; nobody is told anything else.
    await round().catch((error: unknown) => expect(error).toMatchObject({ code: "unavailable" }));
    await round();
  }
  expect(await connections()).toBeLessThanOrEqual(before);
  expect(unhandled).toEqual([]);
});
