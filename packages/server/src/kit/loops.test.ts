import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Database } from "./database.ts";
import { giveUpLead, takeLead } from "./leader.ts";
import { LoopRunner } from "./loops.ts";
import { sql } from "./sql.ts";
import { createTestDatabase, type TestDatabase } from "./testing.ts";
import { Wakes } from "./wakes.ts";

const log = pino({ level: "silent" });
let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = new Database({ url: testDatabase.url, log });
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

test("one node leads a task until it is silent for a lease, and the term grows with the change", async () => {
  expect(await takeLead(database, "sweep", "a")).toBe(1);
  expect(await takeLead(database, "sweep", "b")).toBeUndefined();
  expect(await takeLead(database, "sweep", "a")).toBe(1);
  await database.query(
    sql`update kit.leaders set lease_until = now() - interval '1 second' where task = 'sweep'`,
  );
  expect(await takeLead(database, "sweep", "b")).toBe(2);
  await giveUpLead(database, "b");
  await database.query(sql`select pg_sleep(0.01)`);
  expect(await takeLead(database, "sweep", "a")).toBe(3);
});

test("a loop runs when its topic is signalled, again while there is more, and after a failure", async () => {
  const wakes = new Wakes();
  const loops = new LoopRunner(database, wakes, log);
  let ticks = 0;
  let reached: (() => void) | undefined;
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      reached = () => ticks >= count && resolve();
      reached();
    });
  const tick = async () => {
    ticks += 1;
    reached?.();
    if (ticks === 2) throw new Error("once");
    return ticks === 1;
  };
  loops.start({ name: "test", everyMs: 60_000, topics: ["topic"], tick });
  await until(2);
  await new Promise((resolve) => setImmediate(resolve));
  wakes.signal("topic");
  await until(3);
  await loops.stop();
  wakes.signal("topic");
  expect(ticks).toBe(3);
});

test("hints reach other processes of the database, and a lost connection is made again", async () => {
  const [here, there] = [new Wakes(), new Wakes()];
  await here.connect(database, log);
  await there.connect(database, log);
  const heard = () => new Promise<void>((resolve) => there.on("topic", resolve));
  const first = heard();
  here.signal("topic");
  await first;
  await database.query(sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'millrace wakes' and datname = current_database()`);
  // A reconnection tells every topic, since hints may have been lost meanwhile.
  await heard();
  await Promise.all([here.close(), there.close()]);
});
