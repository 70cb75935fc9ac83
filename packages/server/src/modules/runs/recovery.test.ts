import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { sql } from "../../kit/sql.ts";
import { openService, type RunHouse, type RunNode, setupRuns } from "./testing.ts";

let house: RunHouse;

beforeAll(async () => {
  house = await setupRuns();
});
afterAll(() => house.close());

const fresh = (name: string) => `${name}-${newId()}`;

/** What a node that died would look like: it was silent for too long. */
async function silence(except: RunNode): Promise<void> {
  await except.tick("renew-presence-for-runs");
  await house.database.query(sql`
    update runs.nodes set alive_until = now() - interval '1 second'
    where id <> (select id from runs.nodes order by alive_until desc limit 1)`);
}

test("what a dead node had in hand is carried out by another, under the same key, and counts once", async () => {
  let answerFirst: () => void = () => undefined;
  const first = new Promise<void>((resolve) => (answerFirst = resolve));
  let count = 0;
  const service = await openService(async () => {
    count += 1;
    if (count === 1) await first;
    return { body: { answer: count } };
  });
  const name = await house.store(
    fresh("slow"),
    `do:\n- ask: { call: http, with: { method: post, endpoint: "${service.url}/pay" } }\n`,
  );
  const { id } = await house.runs.startRun(house.call, name, {});
  await expect.poll(() => service.asked.length, { timeout: 20_000 }).toBe(1);
  const other = house.openNode();
  try {
    await other.runs.startRun(
      house.call,
      await house.store(fresh("any"), "do:\n- say: { set: { a: 1 } }\n"),
      {},
    );
    await silence(other);
    await other.tick("take-over-runs");
    await expect.poll(() => service.asked.length, { timeout: 20_000 }).toBe(2);
    expect(await other.runs.waitForRun(house.call, id, 20_000)).toMatchObject({
      state: "completed",
      output: { answer: 2 },
    });
    const keys = service.asked.map(({ headers }) => headers["idempotency-key"]);
    expect(keys[0]).toBe(keys[1]);
    // The dead node was only slow: what it heard comes too late and changes nothing.
    answerFirst();
    await house.runs.cancelRun(house.call, id);
    expect(await house.runs.getRun(house.call, id)).toMatchObject({
      state: "completed",
      output: { answer: 2 },
    });
  } finally {
    answerFirst();
    await other.close();
    await service.close();
  }
});

test("a node that stops leaves its runs to the next one: timers fire and calls are made there", async () => {
  const service = await openService(async () => ({ body: { ok: true } }));
  const first = house.openNode();
  const name = await house.store(
    fresh("later"),
    `do:
- rest: { wait: { seconds: 1 } }
- ask: { call: http, with: { method: get, endpoint: "${service.url}/" } }
`,
  );
  const { id } = await first.runs.startRun(house.call, name, {});
  await first.close();
  const next = house.openNode();
  next.startLoops();
  expect(await next.runs.waitForRun(house.call, id, 30_000)).toMatchObject({
    state: "completed",
    output: { ok: true },
  });
  await next.close();
  await service.close();
});

test("two nodes that tell one run different things lose none of them", async () => {
  const other = house.openNode();
  const service = await openService(async ({ path }) => ({ body: { path } }));
  const branches = Array.from({ length: 40 }, (_, n) =>
    [`  - b${n}: { call: http, with: { method: get, endpoint: "${service.url}/${n}" } }`].join(""),
  );
  const name = await house.store(
    fresh("wide"),
    `do:\n- all:\n    fork:\n      branches:\n${branches.map((line) => `    ${line}`).join("\n")}\n`,
  );
  const { id } = await house.runs.startRun(house.call, name, {});
  await Promise.all([
    other.runs.suspendRun(house.call, id).then(() => other.runs.resumeRun(house.call, id)),
    house.runs.suspendRun(house.call, id).then(() => house.runs.resumeRun(house.call, id)),
  ]);
  const run = await other.runs.waitForRun(house.call, id, 30_000);
  expect(run.state).toBe("completed");
  expect(run.output).toEqual(branches.map((_, n) => ({ path: `/${n}` })));
  await other.close();
  await service.close();
});

test("a state is written now and then, and a run is read again from it", async () => {
  const service = await openService(async () => ({ body: { text: "x".repeat(2_000) } }));
  const name = await house.store(
    fresh("many"),
    `do:
- each:
    for: { each: n, in: "\${ [range(60)] }" }
    do:
    - ask: { call: http, with: { method: get, endpoint: "${service.url}/" } }
- rest: { wait: { milliseconds: 200 } }
- say: { set: { done: true } }
`,
  );
  const { id } = await house.runs.startRun(house.call, name, {});
  const other = house.openNode();
  const turns = async () => {
    const rows = await house.database.query<{ snapshot: number }>(sql`
      select snapshot_turn as snapshot from runs.runs where id = ${id}`);
    return rows[0]!.snapshot;
  };
  await expect.poll(turns, { timeout: 20_000 }).toBeGreaterThan(10);
  other.startLoops();
  expect(await other.runs.waitForRun(house.call, id, 30_000)).toMatchObject({
    state: "completed",
    output: { done: true },
  });
  const { items } = await other.runs.listTasks(house.call, id, { limit: 200 });
  expect(items.filter(({ name: of }) => of === "ask")).toHaveLength(60);
  await other.close();
  await service.close();
});
