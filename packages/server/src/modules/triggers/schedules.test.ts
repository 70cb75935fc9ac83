import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { fireSchedules } from "./fire-schedules.ts";
import { setupTriggers } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupTriggers>>;
beforeAll(async () => {
  house = await setupTriggers();
});
afterAll(() => house.close());

const hourly = { cron: "0 * * * *" };

async function make(schedule: object = hourly, more: object = {}) {
  const call = house.person("Ann");
  const name = `trigger-${newId()}`;
  await house.triggers.createTrigger(call, { name, workflow: "sync", schedule, ...more });
  return { call, name };
}

async function tick(node: Pick<typeof house, "triggers"> = house): Promise<void> {
  while (await fireSchedules(node.triggers.schedules).tick());
}

const firingsOf = async ({ call, name }: Awaited<ReturnType<typeof make>>) =>
  (await house.triggers.listFirings(call, name)).items;
/** The hour that began so many hours ago. */
async function hour(ago: number): Promise<string> {
  const { call, name } = await make();
  const { nextTickAt } = await house.triggers.getTrigger(call, name);
  await house.triggers.deleteTrigger(call, name);
  return new Date(Date.parse(nextTickAt!) - (ago + 1) * 3_600_000).toISOString();
}

test("what is due starts its run, and the next tick is planned; what is not due does not", async () => {
  const [due, other] = [await make(), await make()];
  const at = await hour(0);
  await house.planAt(due.name, at);
  await tick();
  expect(await house.started(due.name)).toMatchObject([
    { workflow: "sync", userId: due.call.userId, input: { trigger: due.name, tick: at } },
  ]);
  expect(await house.started(other.name)).toEqual([]);
  const { nextTickAt } = await house.triggers.getTrigger(due.call, due.name);
  expect(nextTickAt).toBe(await hour(-1));
  expect(await firingsOf(due)).toMatchObject([{ outcome: "started", cause: `tick ${at}`, reason: "" }]);
});

test("of several nodes one fires a tick", async () => {
  const nodes = [house, house.addNode(), house.addNode()];
  const made = await Promise.all(Array.from({ length: 10 }, () => make()));
  const at = await hour(0);
  for (const { name } of made) await house.planAt(name, at);
  await Promise.all(nodes.map((node) => tick(node)));
  for (const each of made) {
    expect(await house.started(each.name)).toHaveLength(1);
    expect(await firingsOf(each)).toHaveLength(1);
  }
});

test("a node that is killed between the start and the commit leaves nothing, and the tick is fired once", async () => {
  const killed = await make();
  const other = await make();
  const at = await hour(0);
  for (const { name } of [killed, other]) await house.planAt(name, at);
  const starts: string[] = [];
  house.runs.onStart = (_call, [start]) => {
    starts.push(start!.startedBy.name);
    if (start!.startedBy.name === killed.name && starts.filter((name) => name === killed.name).length === 1)
      throw new Error("the node is gone");
  };
  await expect(tick()).rejects.toThrow("the node is gone");
  // It did not hold up the other one.
  expect(await house.started(other.name)).toHaveLength(1);
  expect([await house.started(killed.name), await firingsOf(killed)]).toEqual([[], []]);
  await tick(house.addNode());
  house.runs.onStart = () => undefined;
  await tick();
  expect(await house.started(killed.name)).toHaveLength(1);
  expect(await firingsOf(killed)).toHaveLength(1);
});

test("a tick that comes again, as after a restored backup, answers the run that it had", async () => {
  const made = await make();
  const at = await hour(0);
  for (let count = 0; count < 2; count += 1) {
    await house.planAt(made.name, at);
    await tick();
  }
  const [run, ...others] = await house.started(made.name);
  expect(others).toEqual([]);
  expect((await firingsOf(made)).map(({ runId }) => runId)).toEqual([run!.id, run!.id]);
});

test("missed ticks are started as the schedule says, and what was left out is listed with its reason", async () => {
  const [skip, once, all] = [
    await make({ ...hourly, missed: "skip" }),
    await make({ ...hourly, missed: "once" }),
    await make({ ...hourly, missed: "all" }),
  ];
  const hours = [await hour(5), await hour(4), await hour(3), await hour(2)];
  // The present hour may just have begun.
  const planned = hours[0]!;
  for (const { name } of [skip, once, all]) await house.planAt(name, planned);
  await tick();
  const ticksOf = async ({ name }: { name: string }) =>
    (await house.started(name)).map(({ input }) => (input as { tick: string }).tick);
  expect((await ticksOf(skip)).length).toBeLessThanOrEqual(1);
  expect(await ticksOf(once)).toHaveLength(1);
  expect((await ticksOf(all)).slice(0, 4)).toEqual(hours);
  const left = (await firingsOf(once)).find(({ outcome }) => outcome === "skipped");
  expect(left).toMatchObject({ runId: null, reason: expect.stringContaining("missed") });
  expect(left!.cause).toContain(`ticks ${planned} to`);
});

test("a pause is not made up for, and a firing that starts nothing plans the next one too", async () => {
  const { call, name } = await make();
  await house.planAt(name, await hour(3));
  await house.triggers.pauseTrigger(call, name);
  await tick();
  await house.triggers.resumeTrigger(call, name);
  await tick();
  expect(await house.started(name)).toEqual([]);
  house.people.delete(`default ${call.userId}`);
  await house.planAt(name, await hour(0));
  await tick();
  const { items } = await house.triggers.listFirings(call, name);
  expect(items).toMatchObject([{ outcome: "failed" }]);
  expect((await house.triggers.getTrigger(call, name)).nextTickAt).toBe(await hour(-1));
});

test("a backfill starts the runs of a range, those that there were not yet, and no more than its limit", async () => {
  const made = await make({ cron: "0 2 * * *", zone: "Europe/Berlin" }, { input: ".tick" });
  const { call, name } = made;
  const range = { from: "2026-03-28T00:00:00Z", to: "2026-03-31T00:00:00Z" };
  expect(await house.triggers.backfillTrigger(call, name, range)).toEqual({
    started: 3,
    failed: 0,
    skipped: 0,
  });
  const inputs = (await house.started(name)).map(({ input }) => input);
  // At two o'clock by the clock of Berlin; there is no such time on the 29th.
  expect(inputs).toEqual([
    "2026-03-28T01:00:00.000Z",
    "2026-03-29T01:00:00.000Z",
    "2026-03-30T00:00:00.000Z",
  ]);
  await house.triggers.backfillTrigger(call, name, { ...range, to: "2026-04-01T00:00:00Z" });
  expect(await house.started(name)).toHaveLength(4);
  const tooLong = house.triggers.backfillTrigger(call, name, { ...range, to: "2036-01-01T00:00:00Z" });
  await expect(tooLong).rejects.toMatchObject({ details: { field: "to" } });
  const wrong = house.triggers.backfillTrigger(call, name, { from: range.to, to: range.from });
  await expect(wrong).rejects.toMatchObject({ details: { field: "to" } });
  expect(await house.started(name)).toHaveLength(4);
});
