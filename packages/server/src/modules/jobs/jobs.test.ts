import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { sql } from "../../kit/sql.ts";
import { callOf } from "../../kit/testing-calls.ts";
import { acquiredMax } from "./model.ts";
import { foreignAdmin, setupJobs, succeed, TestRunner } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupJobs>>;
beforeAll(async () => {
  house = await setupJobs();
});
afterAll(() => house.close());

/** Runners of one test must not take another's jobs. */
const freshTag = () => `t${newId()}`;

async function submit(tag: string, more: object = {}): Promise<string> {
  const wanted = { package: "hello", function: "greet", tags: [tag], ...more };
  return (await house.jobs.submitJob(house.call, wanted)).id;
}

async function historyOf(id: string): Promise<string[]> {
  return (await house.jobs.jobHistory(house.call, id)).map(({ type }) => type);
}

test("a job goes to a runner that fits, and its result is there for who waits for it", async () => {
  const { jobs, call } = house;
  const tag = freshTag();
  const runner = await new TestRunner({ tags: [tag] }, succeed).connect(house);
  const id = await submit(tag, { input: { name: "Ada" }, environment: { MODE: "test" } });
  const ended = await jobs.waitForJob(call, id, 10_000);
  expect(ended).toMatchObject({ state: "successful", output: { was: { name: "Ada" } }, attempts: 1 });
  expect(ended).toMatchObject({ package: "hello", packageVersion: "1.0.0", runtime: "node", tags: [tag] });
  expect(runner.jobs[0]).toMatchObject({
    jobId: id,
    leaseNumber: 1,
    function: "greet",
    environment: { MODE: "test" },
    packageDigest: (await house.packages.getPackageVersion(call, "hello", "latest")).digest,
    idempotencyKey: id,
  });
  expect(await historyOf(id)).toEqual(["job.submitted", "job.assigned", "job.successful"]);
});

test("secrets reach the runner, lie sealed in between, and are gone with the end", async () => {
  const tag = freshTag();
  const id = await submit(tag, { secrets: { TOKEN: "swordfish" } });
  const stored = await house.database.query(sql`select j::text as text from jobs.jobs j where id = ${id}`);
  expect(JSON.stringify(stored)).not.toContain("swordfish");
  const runner = await new TestRunner({ tags: [tag] }, succeed).connect(house);
  expect((await runner.nth(1)).secrets).toEqual({ TOKEN: "swordfish" });
  await house.jobs.waitForJob(house.call, id, 10_000);
  await expect(house.jobs.retryJob(house.call, id)).rejects.toMatchObject({ code: "conflict" });
});

test("higher priority goes first, then who came first, and no runner gets more than its slots", async () => {
  const [tag, other] = [freshTag(), freshTag()];
  const first = await submit(tag);
  const second = await submit(other);
  const urgent = await submit(tag, { priority: 5 });
  const third = await submit(tag);
  const runner = await new TestRunner({ tags: [tag, other], slots: 2 }).connect(house);
  await runner.nth(2);
  expect(runner.jobs.map(({ jobId }) => jobId)).toEqual([first, urgent].sort());
  await runner.end(runner.jobs[0]!);
  expect((await runner.nth(3)).jobId).toBe(second);
  await runner.end(runner.jobs[1]!);
  expect((await runner.nth(4)).jobId).toBe(third);
  runner.session.close();
});

test("a business error is final; an application error is tried again after its pause, and then no more", async () => {
  const tag = freshTag();
  const runner = await new TestRunner({ tags: [tag] }).connect(house);
  const id = await submit(tag, { attemptsMax: 2 });
  const failure = { outcome: "application_error", code: "E1", message: "try later" } as const;
  expect(await runner.end(await runner.nth(1), failure)).toBe("recorded");
  expect(await runner.end(runner.jobs[0]!, failure)).toBe("recorded");
  const waiting = await house.jobs.getJob(house.call, id);
  expect(waiting).toMatchObject({ state: "waiting", attempts: 1, error: { code: "E1" } });
  expect(waiting.waitingFor).toMatch(/^waits until 20\S+ for its next attempt: try later$/);
  await house.age(id);
  await house.tick("release-due-jobs");
  expect(await runner.end(await runner.nth(2), failure)).toBe("recorded");
  expect(await house.jobs.getJob(house.call, id)).toMatchObject({ state: "failed", attempts: 2 });
  const final = await submit(tag, { attemptsMax: 9 });
  await runner.end(await runner.nth(3), { outcome: "business_error", message: "no such street" });
  expect(await house.jobs.getJob(house.call, final)).toMatchObject({
    state: "failed",
    attempts: 1,
    error: { outcome: "business_error", message: "no such street" },
  });
});

test("a lost lease goes to another runner under a higher number, and the late result is evidence alone", async () => {
  const tag = freshTag();
  const silent = await new TestRunner({ tags: [tag] }).connect(house);
  const id = await submit(tag);
  const lost = await silent.nth(1);
  silent.session.setSlots(0);
  await house.age(id);
  await house.tick("expire-job-leases");
  expect(silent.lost).toEqual([{ jobId: id, leaseNumber: 1 }]);
  const other = await new TestRunner({ tags: [tag] }).connect(house);
  const again = await other.nth(1);
  expect(again.leaseNumber).toBeGreaterThan(lost.leaseNumber);
  const late = { outcome: "successful", output: { by: "late" } } as const;
  expect(await silent.end(lost, late)).toBe("late");
  expect(await silent.end(lost, late)).toBe("late");
  expect(await silent.session.renew([lost])).toEqual(["lost"]);
  expect(await other.end(again, { outcome: "successful", output: { by: "holder" } })).toBe("recorded");
  expect(await other.end(again, { outcome: "successful", output: { by: "holder" } })).toBe("recorded");
  expect(await silent.end(lost, late)).toBe("late");
  expect(await house.jobs.getJob(house.call, id)).toMatchObject({ output: { by: "holder" } });
  expect(await house.jobs.lateResults(house.call, id)).toMatchObject([
    { leaseNumber: 1, runnerId: silent.id, result: late },
  ]);
  expect((await historyOf(id)).filter((type) => type === "job.late_result")).toHaveLength(1);
});

test("a renewed lease stands, a renewal under an old number is refused", async () => {
  const tag = freshTag();
  const runner = await new TestRunner({ tags: [tag] }).connect(house);
  const id = await submit(tag, { leaseMs: 5_000 });
  const job = await runner.nth(1);
  await house.age(id);
  const [renewed] = await runner.session.renew([job]);
  expect(renewed).toMatchObject({ leaseUntil: expect.any(String) });
  await house.tick("expire-job-leases");
  expect(runner.lost).toEqual([]);
  expect(await runner.session.renew([{ ...job, leaseNumber: 7 }])).toEqual(["lost"]);
  await runner.end(job);
});

test("a job that is handed out again and again without a result is parked with its reason", async () => {
  const tag = freshTag();
  const id = await submit(tag);
  const runner = await new TestRunner({ tags: [tag] }).connect(house);
  for (let round = 1; round <= acquiredMax; round++) {
    await runner.nth(round);
    await house.age(id);
    await house.tick("expire-job-leases");
  }
  const parked = await house.jobs.getJob(house.call, id);
  expect(parked).toMatchObject({ state: "failed", acquired: acquiredMax, attempts: 0 });
  expect(parked.error).toMatchObject({ code: "parked", message: expect.stringContaining("went silent") });
});

test("what a runner refuses goes to another one after a pause, with the reason", async () => {
  const tag = freshTag();
  const full = await new TestRunner({ tags: [tag], slots: 9 }).connect(house);
  const id = await submit(tag);
  await full.session.rejected(await full.nth(1), "the disk is full");
  const waiting = await house.jobs.getJob(house.call, id);
  expect(waiting.waitingFor).toContain("refused it: the disk is full");
  const other = await new TestRunner({ tags: [tag] }).connect(house);
  await house.age(id);
  await house.tick("release-due-jobs");
  expect(await other.nth(1)).toMatchObject({ jobId: id });
  expect(full.jobs).toHaveLength(1);
  await other.end(other.jobs[0]!);
});

test("who starts is running, how far it is is shown, and what it logs is read in order", async () => {
  const tag = freshTag();
  const runner = await new TestRunner({ tags: [tag] }).connect(house);
  const id = await submit(tag);
  const job = await runner.nth(1);
  await runner.session.accepted(job);
  await runner.session.progress(job, { share: 0.5, message: "half" });
  expect(await house.jobs.getJob(house.call, id)).toMatchObject({
    state: "running",
    progress: { share: 0.5, message: "half" },
    startedAt: expect.any(String),
  });
  const line = (text: string) => ({ at: 1, stream: "stdout" as const, text });
  await Promise.all([
    runner.session.log(job, [line("a"), line("b\0")]),
    runner.session.log(job, [line("c")]),
    runner.end(job),
  ]);
  const page = await house.jobs.jobLogs(house.call, id, { limit: 2 });
  expect(page.items.map(({ line: number, text }) => [number, text])).toEqual([
    [0, "a"],
    [1, "b\ufffd"],
  ]);
  const rest = await house.jobs.jobLogs(house.call, id, { after: page.next });
  expect(rest).toMatchObject({ items: [{ line: 2, text: "c" }], next: 3, ended: true });
});

test("who follows a log gets what is written while he waits, and is told of the end", async () => {
  const tag = freshTag();
  const runner = await new TestRunner({ tags: [tag] }).connect(house);
  const id = await submit(tag);
  const job = await runner.nth(1);
  const following = house.jobs.jobLogs(house.call, id, { waitMs: 20_000 });
  await runner.session.log(job, [{ at: 1, stream: "stderr", text: "hot" }]);
  expect(await following).toMatchObject({ items: [{ text: "hot", stream: "stderr" }], ended: false });
  const end = house.jobs.jobLogs(house.call, id, { after: 1, waitMs: 20_000 });
  await runner.end(job);
  expect(await end).toEqual({ items: [], next: 1, ended: true });
});

test("a waiting job is cancelled at once; one that runs by its runner, or when that goes silent", async () => {
  const tag = freshTag();
  const idle = await submit(tag);
  expect(await house.jobs.cancelJob(house.call, idle)).toMatchObject({ state: "cancelled" });
  const runner = await new TestRunner({ tags: [tag], slots: 2 }).connect(house);
  const [told, silent] = [await submit(tag), await submit(tag)];
  const job = await runner.nth(2).then(() => runner.jobs.find(({ jobId }) => jobId === told)!);
  await house.jobs.cancelJob(house.call, told);
  await house.jobs.cancelJob(house.call, silent);
  await house.tick("send-cancels");
  await house.tick("send-cancels");
  expect(runner.cancelled.map(({ jobId }) => jobId).sort()).toEqual([told, silent].sort());
  expect(await runner.end(job, { outcome: "cancelled" })).toBe("recorded");
  expect(await house.jobs.getJob(house.call, told)).toMatchObject({ state: "cancelled" });
  await house.age(silent);
  await house.tick("expire-job-leases");
  expect(await house.jobs.getJob(house.call, silent)).toMatchObject({ state: "cancelled" });
  expect((await historyOf(silent)).at(-1)).toBe("job.cancelled");
});

test("a runner that was stopped gives its job back, and no attempt is counted", async () => {
  const tag = freshTag();
  const runner = await new TestRunner({ tags: [tag] }).connect(house);
  const id = await submit(tag);
  expect(await runner.end(await runner.nth(1), { outcome: "cancelled", message: "stopping" })).toBe(
    "recorded",
  );
  expect(await house.jobs.getJob(house.call, id)).toMatchObject({
    state: "waiting",
    attempts: 0,
    acquired: 1,
  });
});

test("a submit repeated under a key answers the first job; with another content it is refused", async () => {
  const tag = freshTag();
  const wanted = { package: "hello", function: "greet", tags: [tag], idempotencyKey: newId() };
  const [first, second] = await Promise.all([1, 2].map(() => house.jobs.submitJob(house.call, wanted)));
  expect(second!.id).toBe(first!.id);
  expect([first!.duplicate, second!.duplicate].sort()).toEqual([false, true]);
  await expect(house.jobs.submitJob(house.call, { ...wanted, priority: 3 })).rejects.toMatchObject({
    code: "conflict",
    details: { field: "idempotencyKey" },
  });
  expect((await house.jobs.submitJob(foreignPackageless(), wanted).catch((error) => error)).code).toBe(
    "not_found",
  );
});

function foreignPackageless() {
  return foreignAdmin(`t${newId()}`);
}

test("an ended job is submitted anew as a job of its own that names it", async () => {
  const tag = freshTag();
  const runner = await new TestRunner({ tags: [tag] }, succeed).connect(house);
  const id = await submit(tag, { input: { n: 7 }, priority: 2 });
  await house.jobs.waitForJob(house.call, id, 10_000);
  const { id: anew } = await house.jobs.retryJob(house.call, id);
  const ended = await house.jobs.waitForJob(house.call, anew, 10_000);
  expect(ended).toMatchObject({ state: "successful", fromJobId: id, priority: 2, output: { was: { n: 7 } } });
  expect(runner.jobs).toHaveLength(2);
});

test("what no runner could do is refused by its field before it waits", async () => {
  const { jobs, call } = house;
  const wrong: [object, string][] = [
    [{ function: "nope" }, "function"],
    [{ function: undefined }, "function"],
    [{ input: { big: "x".repeat(3_000_000) } }, "input"],
  ];
  for (const [more, field] of wrong) {
    const wanted = { package: "hello", function: "greet", ...more };
    await expect(jobs.submitJob(call, wanted)).rejects.toMatchObject({ details: { field } });
  }
  await expect(jobs.submitJob(call, { package: "nowhere" })).rejects.toMatchObject({ code: "not_found" });
});

test("an output that cannot be stored is an error of the work, one that is too large becomes a file", async () => {
  const tag = freshTag();
  const runner = await new TestRunner({ tags: [tag] }).connect(house);
  const bad = await submit(tag, { attemptsMax: 1 });
  await runner.end(await runner.nth(1), { outcome: "successful", output: { text: "a\0b" } });
  expect(await house.jobs.getJob(house.call, bad)).toMatchObject({
    state: "failed",
    error: { code: "output_invalid" },
  });
  const large = await submit(tag);
  await runner.end(await runner.nth(2), { outcome: "successful", output: { text: "x".repeat(3_000_000) } });
  const { output } = (await house.jobs.getJob(house.call, large)) as { output: { file: { id: string } } };
  const owner = { kind: "job" as const, id: large };
  const { file } = await house.files.downloadAttached(house.call, output.file.id, owner);
  expect(file.size).toBeGreaterThan(3_000_000);
});

test("strangers see no job; a reader of its package sees it and may not cancel it; its maker may", async () => {
  const { jobs, call, packages } = house;
  const [maker, reader, stranger] = [callOf("maker"), callOf("reader"), callOf("stranger")];
  await packages.updatePackage(call, "hello", {
    acl: [
      { principalId: maker.userId, rights: ["read", "invoke"] },
      { principalId: reader.userId, rights: ["read"] },
    ],
  });
  const wanted = { package: "hello", function: "greet", tags: [freshTag()] };
  const { id } = await jobs.submitJob(maker, wanted);
  expect((await jobs.getJob(reader, id)).id).toBe(id);
  await expect(jobs.submitJob(reader, wanted)).rejects.toMatchObject({ code: "forbidden" });
  await expect(jobs.cancelJob(reader, id)).rejects.toMatchObject({ code: "forbidden" });
  for (const nobody of [stranger, foreignAdmin()]) {
    await expect(jobs.getJob(nobody, id)).rejects.toMatchObject({ code: "not_found" });
    await expect(jobs.jobLogs(nobody, id, {})).rejects.toMatchObject({ code: "not_found" });
    await expect(jobs.cancelJob(nobody, id)).rejects.toMatchObject({ code: "not_found" });
    expect((await jobs.listJobs(nobody, {})).items).toEqual([]);
  }
  expect((await jobs.listJobs(reader, { package: "hello", limit: 1 })).items).toMatchObject([{ id }]);
  await packages.updatePackage(call, "hello", { acl: [] });
  expect((await jobs.listJobs(maker, { states: ["waiting"] })).items).toMatchObject([{ id }]);
  expect(await jobs.cancelJob(maker, id)).toMatchObject({ state: "cancelled" });
});

test("a runner of another tenant gets no job of this one, and its word about one changes nothing", async () => {
  const tag = freshTag();
  const spy = await new TestRunner({ tags: [tag] }, undefined, "elsewhere").connect(house);
  const runner = await new TestRunner({ tags: [tag] }).connect(house);
  const id = await submit(tag);
  const job = await runner.nth(1);
  expect(await spy.end(job, { outcome: "successful", output: { by: "spy" } })).toBe("late");
  await spy.session.progress(job, { share: 1 });
  await spy.session.rejected(job, "mine");
  expect(await spy.session.renew([job])).toEqual(["lost"]);
  expect(await house.jobs.getJob(house.call, id)).toMatchObject({ state: "assigned", progress: null });
  expect(await house.jobs.lateResults(house.call, id)).toEqual([]);
  expect(await runner.end(job)).toBe("recorded");
  expect(spy.jobs).toEqual([]);
});

test("a package goes when no job of it is alive, and jobs that have ended stay to be read", async () => {
  const { blobOf } = await import("../packages/testing.ts");
  const name = `gone-${newId()}`;
  await house.packages.pushPackage(house.call, { stream: (await blobOf(name)).stream() });
  const wanted = { package: name, function: "greet", tags: [freshTag()] };
  const { id } = await house.jobs.submitJob(house.call, wanted);
  await expect(house.jobs.deletePackage(house.call, name)).rejects.toMatchObject({ code: "conflict" });
  await house.jobs.cancelJob(house.call, id);
  await house.jobs.deletePackage(house.call, name);
  await expect(house.jobs.submitJob(house.call, wanted)).rejects.toMatchObject({ code: "not_found" });
  expect(await house.jobs.getJob(house.call, id)).toMatchObject({ state: "cancelled", package: name });
});
