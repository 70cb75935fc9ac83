import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { sql } from "../../kit/sql.ts";
import { setupJobs, succeed, TestRunner } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupJobs>>;
beforeAll(async () => {
  house = await setupJobs();
});
afterAll(() => house.close());

const freshTag = () => `t${newId()}`;

async function submit(tag: string, more: object = {}): Promise<string> {
  const wanted = { package: "hello", function: "greet", tags: [tag], ...more };
  return (await house.jobs.submitJob(house.call, wanted)).id;
}

const stateOf = async (id: string) => (await house.jobs.getJob(house.call, id)).state;

test("who comes back goes on with what he has, stops what is another's, and loses what he forgot", async () => {
  const tag = freshTag();
  const runner = await new TestRunner({ tags: [tag], slots: 3 }).connect(house);
  const ids = [await submit(tag), await submit(tag), await submit(tag)];
  await runner.nth(3);
  const [kept, expired, forgotten] = ids.map((id) => runner.jobs.find(({ jobId }) => jobId === id)!);
  runner.session.close();
  await house.age(expired!.jobId);
  await house.tick("expire-job-leases");
  const other = await new TestRunner({ tags: [tag], slots: 2 }).connect(house);
  await other.nth(1);
  await runner.connect(house, [kept!, expired!]);
  expect(runner.session.reconciled).toEqual([
    { ...keyOf(kept!), verdict: "continue", leaseUntil: expect.any(String) },
    { ...keyOf(expired!), verdict: "stop" },
  ]);
  const again = await other.nth(2);
  expect(again).toMatchObject({ jobId: forgotten!.jobId, leaseNumber: 3 });
  expect(await runner.end(kept!)).toBe("recorded");
  expect(await runner.end(expired!)).toBe("late");
  for (const job of other.jobs) expect(await other.end(job)).toBe("recorded");
});

function keyOf({ jobId, leaseNumber }: { jobId: string; leaseNumber: number }) {
  return { jobId, leaseNumber };
}

test("what a runner finished while it was cut off is recorded when it comes back, once", async () => {
  const tag = freshTag();
  const runner = await new TestRunner({ tags: [tag] }).connect(house);
  const id = await submit(tag);
  const job = await runner.nth(1);
  runner.session.close();
  expect(await stateOf(id)).toBe("assigned");
  await runner.connect(house, [job]);
  expect(await runner.end(job)).toBe("recorded");
  await runner.connect(house, [job]);
  expect(runner.session.reconciled).toEqual([{ ...keyOf(job), verdict: "stop" }]);
  expect(await runner.end(job)).toBe("recorded");
  expect(await stateOf(id)).toBe("successful");
});

test("an older start of a runner is fenced off: what it says is late, and it may not come back", async () => {
  const tag = freshTag();
  const old = await new TestRunner({ tags: [tag] }).connect(house);
  const id = await submit(tag);
  const job = await old.nth(1);
  const newer = Object.assign(new TestRunner({ tags: [tag], incarnation: 2 }), { id: old.id });
  await newer.connect(house, [job]);
  expect(old.closed).toEqual(["the runner has connected anew"]);
  expect(await old.end(job, { outcome: "successful", output: { by: "old" } })).toBe("late");
  await old.session.progress(job, { share: 1 });
  await old.session.log(job, [{ at: 1, stream: "log", text: "old" }]);
  await old.session.rejected(job, "old");
  expect(await old.session.renew([job])).toEqual(["lost"]);
  expect(await house.jobs.getJob(house.call, id)).toMatchObject({ state: "assigned", progress: null });
  expect(await newer.end(job, { outcome: "successful", output: { by: "newer" } })).toBe("recorded");
  expect((await house.jobs.jobLogs(house.call, id, {})).items).toEqual([]);
  await expect(old.connect(house)).rejects.toMatchObject({ code: "conflict" });
});

test("a connection to another node is cut when its runner has a newer one here", async () => {
  const there = house.openNode();
  try {
    const tag = freshTag();
    const old = await new TestRunner({ tags: [tag] }).connect(there);
    const newer = Object.assign(new TestRunner({ tags: [tag] }), { id: old.id });
    await newer.connect(house);
    await there.tick("close-replaced-runners");
    expect(old.closed).toHaveLength(1);
    newer.session.close();
  } finally {
    await there.close();
  }
});

test("a node that dies between handing out and giving loses nothing: the next hello brings it back", async () => {
  const tag = freshTag();
  const dying = house.openNode();
  const runner = await new TestRunner({ tags: [tag] }).connect(dying);
  // The node has written that the runner has the job, and dies before it can say so.
  const mute = { hold: () => undefined, sink: { job: () => undefined } };
  Object.assign(dying.connected, { find: () => mute });
  const wanted = { package: "hello", function: "greet", tags: [tag] };
  const { id } = await dying.jobs.submitJob(house.call, wanted);
  await until(
    async () => (await stateOf(id)) === "assigned",
    () => dying.tick("send-cancels"),
  );
  await dying.close();
  await runner.connect(house);
  const job = await runner.nth(1);
  expect(job).toMatchObject({ jobId: id, leaseNumber: 3 });
  expect(await runner.end(job)).toBe("recorded");
});

/** Goes on as soon as it is so; the tests' own time limit ends what never comes. */
async function until(holds: () => Promise<boolean>, meanwhile: () => Promise<unknown>): Promise<void> {
  while (!(await holds())) await meanwhile();
}

test("a job that was handed out to a connection that closed meanwhile goes to another one at once", async () => {
  const tag = freshTag();
  const gone = await new TestRunner({ tags: [tag] }).connect(house);
  const row = house.connected.ofTenant("default").find(({ identity }) => identity.runnerId === gone.id)!;
  const other = new TestRunner({ tags: [tag] }, succeed);
  // Between the pick and the delivery: the connection is forgotten as soon as its room was looked at.
  const { room } = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(row));
  Object.defineProperty(row, "room", {
    get() {
      const free = room!.get!.call(row) as number;
      queueMicrotask(() => gone.session.close());
      return free;
    },
  });
  await other.connect(house);
  const id = await submit(tag);
  expect(await house.jobs.waitForJob(house.call, id, 10_000)).toMatchObject({ state: "successful" });
});

test("two nodes with runners of their own hand out each job once, wherever it was submitted", async () => {
  const there = house.openNode();
  try {
    const tag = freshTag();
    const here = await new TestRunner({ tags: [tag], slots: 4 }, succeed).connect(house);
    const elsewhere = await new TestRunner({ tags: [tag], slots: 4 }, succeed).connect(there);
    const count = 60;
    const ids = await Promise.all(Array.from({ length: count }, () => submit(tag)));
    const ended = await Promise.all(ids.map((id) => there.jobs.waitForJob(house.call, id, 20_000)));
    expect(ended.every(({ state, acquired }) => state === "successful" && acquired === 1)).toBe(true);
    const seen = [...here.jobs, ...elsewhere.jobs].map(({ jobId }) => jobId);
    expect([...seen].sort()).toEqual([...ids].sort());
  } finally {
    await there.close();
  }
});

test("one tenant floods, and another's single job starts at once", async () => {
  const tag = freshTag();
  const flooded = "flooded";
  const { blobOf } = await import("../packages/testing.ts");
  const flooder = { ...house.call, tenantId: flooded };
  await house.packages.pushPackage(flooder, { stream: (await blobOf("hello")).stream() });
  const wanted = { package: "hello", function: "greet", tags: [tag] };
  const flood = 3_000;
  await Promise.all(Array.from({ length: flood }, () => house.jobs.submitJob(flooder, wanted)));
  const order: string[] = [];
  const note = (job: { tenantId: string }) => void order.push(job.tenantId);
  const calm = await new TestRunner({ tags: [tag] }, note).connect(house);
  const facts = { tags: [tag], slots: flood };
  let submitted: Promise<string> | undefined;
  const noteAndSubmit = (job: { tenantId: string }) => {
    submitted ??= submit(tag);
    note(job);
  };
  const busy = await new TestRunner(facts, noteAndSubmit, flooded).connect(house);
  await calm.nth(1);
  await busy.nth(flood);
  await submitted;
  expect(order.indexOf("default")).toBeLessThan(flood - 500);
});

test("drained and blocked runners get nothing, and more slots let more in", async () => {
  const tag = freshTag();
  const runner = await new TestRunner({ tags: [tag], slots: 1 }).connect(house);
  const ids = [await submit(tag), await submit(tag), await submit(tag)];
  await runner.nth(1);
  runner.session.setSlots(2);
  await runner.nth(2);
  await runner.session.drained();
  await runner.end(runner.jobs[0]!);
  const waiting = await house.jobs.getJob(house.call, ids[2]!);
  expect(waiting.waitingFor).toBe(`needs tag ${tag}; 1 runner has it, draining`);
  expect(runner.jobs).toHaveLength(2);
});

test("the metrics count what waits and runs by its needs, with the age of the oldest", async () => {
  const { gaugeJobs } = await import("./gauges.ts");
  gaugeJobs(house.metrics, house.database);
  const tag = freshTag();
  const ids = [await submit(tag), await submit(tag), await submit(tag, { priority: 1 })];
  await house.database.query(sql`
    update jobs.jobs set created_at = now() - interval '1 hour' where id = ${ids[0]!}`);
  const text = async () =>
    (await house.metrics.registry.metrics()).split("\n").filter((line) => line.includes(tag));
  const labels = `{tenant="default",needs="node ${tag}"}`;
  const before = await text();
  expect(before).toContain(`millrace_jobs_waiting${labels} 3`);
  expect(before).toContain(`millrace_jobs_running${labels} 0`);
  const age = before
    .find((line) => line.startsWith("millrace_jobs_oldest"))!
    .split(" ")
    .at(-1);
  expect(Number(age)).toBeGreaterThan(3_599);
  const runner = await new TestRunner({ tags: [tag], slots: 2 }).connect(house);
  await runner.nth(2);
  await house.tick("fold-job-counts");
  expect(await text()).toContain(`millrace_jobs_running${labels} 2`);
  await runner.end(runner.jobs[0]!);
  await runner.end(runner.jobs[1]!);
  await runner.end(await runner.nth(3));
  expect(await text()).toContain(`millrace_jobs_waiting${labels} 0`);
});

test("an event tells why a line of jobs waits, once for each reason", async () => {
  const tag = freshTag();
  const ids = [await submit(tag), await submit(tag)];
  const age = sql`update jobs.jobs set created_at = now() - interval '1 minute' where id = any (${ids}::text[])`;
  await house.database.query(age);
  const told = async () => {
    await house.tick("tell-waiting-jobs");
    const history = await house.jobs.jobHistory(house.call, ids[0]!);
    return history.filter(({ type }) => type === "job.waiting").map(({ details }) => details);
  };
  const first = { needs: `node ${tag}`, waiting: 2, reason: `needs tag ${tag}; no runner has it` };
  expect(await told()).toEqual([first]);
  expect(await told()).toEqual([first]);
  const runner = await new TestRunner({ tags: [tag], slots: 0 }).connect(house);
  const full = { ...first, reason: `needs tag ${tag}; 1 runner has it, full` };
  expect(await told()).toEqual([first, full]);
  expect(await told()).toEqual([first, full]);
  runner.session.close();
});
