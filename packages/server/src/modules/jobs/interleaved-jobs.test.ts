import pg from "pg";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { systemCall } from "../../kit/call.ts";
import { newId } from "../../kit/ids.ts";
import { codeOf, playerOf, valueOf } from "../../kit/testing-interleavings.ts";
import { SteppedDatabase } from "../../kit/testing-stepped-database.ts";
import { createTestDatabase, type TestDatabase } from "../../kit/testing.ts";
import { blobOf } from "../packages/testing.ts";
import type { HeldJob, JobResult } from "./runner-model.ts";
import { audit, auditLeases } from "./testing-audit.ts";
import { buildNode, makeGround, TestRunner } from "./testing.ts";

type Node = ReturnType<typeof buildNode> & { database: SteppedDatabase };

const call = systemCall("test");
const successful: JobResult = { outcome: "successful" };
let testDatabase: TestDatabase;
let watcher: pg.Client;
let left: Node;
let right: Node;
let playAll: ReturnType<typeof playerOf<Node>>;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  watcher = new pg.Client({ connectionString: testDatabase.url });
  await watcher.connect();
  const ground = makeGround();
  const node = (): Node => {
    const database = new SteppedDatabase({ url: testDatabase.url, log: pino({ level: "silent" }) });
    return { ...buildNode(database, ground), database };
  };
  left = node();
  right = node();
  await left.packages.pushPackage(call, { stream: (await blobOf("hello")).stream() });
  playAll = playerOf(watcher, { left, right, audit });
});
/** What one test breaks must not fail the next. */
beforeEach(() =>
  watcher.query(`truncate jobs.jobs, jobs.ended_jobs, jobs.counts, jobs.count_changes, jobs.late_results,
    jobs.idempotency_keys, jobs.sessions, events.events`),
);
afterAll(async () => {
  await left.close();
  await right.close();
  await watcher.end();
  await testDatabase.drop();
});

interface Held {
  /** The runner's connection to the left node. */
  runner: TestRunner;
  job: HeldJob;
}

async function submit(tag: string, more: object = {}): Promise<string> {
  const wanted = { package: "hello", function: "greet", tags: [tag], ...more };
  return (await left.jobs.submitJob(call, wanted)).id;
}

/** A job in the hands of a runner, which takes no other. */
async function heldJob(more: object = {}): Promise<Held> {
  const tag = `t${newId()}`;
  const runner = await new TestRunner({ tags: [tag] }).connect(left);
  await submit(tag, more);
  const { jobId, leaseNumber } = await runner.nth(1);
  runner.session.setSlots(0);
  return { runner, job: { jobId, leaseNumber } };
}

async function silentJob(more: object = {}): Promise<Held> {
  const held = await heldJob(more);
  await watcher.query("update jobs.jobs set lease_until = now() - interval '1 day' where id = $1", [
    held.job.jobId,
  ]);
  return held;
}

/** The same runner on the other node: its process has started anew. */
async function connectAgain(node: Node, { runner }: Held, running: HeldJob[]): Promise<TestRunner> {
  const again = Object.assign(new TestRunner({ slots: 0, incarnation: 2 }), { id: runner.id });
  return again.connect(node, running);
}

async function stateOf(id: string): Promise<string> {
  return (await right.jobs.getJob(call, id)).state;
}

test("a result while the sweep takes its lease away: one of the two, and never both", async () => {
  await playAll(
    silentJob,
    (_node, { runner, job }) => runner.end(job, successful),
    (node) => node.tick("expire-job-leases"),
    async ({ a, b }, { job }) => {
      valueOf(b);
      expect([valueOf(a), await stateOf(job.jobId)]).toBeOneOf([
        ["recorded", "successful"],
        ["late", "waiting"],
      ]);
    },
  );
});

test("a failure that is tried again while the sweep takes the lease away: one of the two", async () => {
  await playAll(
    silentJob,
    (_node, { runner, job }) => runner.end(job, { outcome: "crashed" }),
    (node) => node.tick("expire-job-leases"),
    async ({ a, b }, { job }) => {
      valueOf(b);
      const { attempts } = await right.jobs.getJob(call, job.jobId);
      expect([valueOf(a), attempts]).toBeOneOf([
        ["recorded", 1],
        ["late", 0],
      ]);
    },
  );
});

test("the same result said twice at once gets one answer and one end", async () => {
  await playAll(
    heldJob,
    (_node, { runner, job }) => runner.end(job, successful),
    async (node, held) => (await connectAgain(node, held, [held.job])).end(held.job, successful),
    async ({ a, b }, { job }) => {
      expect([valueOf(a), valueOf(b)]).toContain("recorded");
      expect(await stateOf(job.jobId)).toBe("successful");
    },
  );
});

test("a result through a connection that is being replaced: recorded before it, or kept as late", async () => {
  await playAll(
    heldJob,
    (_node, { runner, job }) => runner.end(job, successful),
    (node, held) => connectAgain(node, held, []),
    async ({ a, b }, { job }) => {
      valueOf(b);
      expect([valueOf(a), await stateOf(job.jobId)]).toBeOneOf([
        ["recorded", "successful"],
        ["late", "waiting"],
      ]);
    },
  );
});

test("a cancel while the result comes in: what was first counts, and a failure is not tried again", async () => {
  await playAll(
    heldJob,
    (_node, { runner, job }) => runner.end(job, { outcome: "application_error", message: "no" }),
    (node, { job }) => node.jobs.cancelJob(call, job.jobId),
    async ({ a, b }, { job }) => {
      valueOf(b);
      expect([valueOf(a), await stateOf(job.jobId)]).toBeOneOf([["recorded", "cancelled"]]);
    },
  );
});

test("a cancel while the sweep takes the lease away: the job is cancelled by one of them", async () => {
  await playAll(
    silentJob,
    (node, { job }) => node.jobs.cancelJob(call, job.jobId),
    (node) => node.tick("expire-job-leases"),
    async ({ a, b }, { job }) => {
      valueOf(a);
      valueOf(b);
      // The sweep passes over what somebody has locked, and comes again.
      await right.tick("expire-job-leases");
      expect(await stateOf(job.jobId)).toBe("cancelled");
    },
  );
});

test("a renewal while the sweep takes the lease away: one of the two", async () => {
  await playAll(
    silentJob,
    (_node, { runner, job }) => runner.session.renew([job]),
    (node) => node.tick("expire-job-leases"),
    async ({ a, b }, { job }) => {
      valueOf(b);
      const [renewed] = valueOf(a);
      expect([renewed === "lost", await stateOf(job.jobId)]).toBeOneOf([
        [false, "assigned"],
        [true, "waiting"],
      ]);
    },
  );
});

test("two sweeps at once take each lease away once", async () => {
  await playAll(
    silentJob,
    (node) => node.tick("expire-job-leases"),
    (node) => node.tick("expire-job-leases"),
    async ({ a, b }, { job }) => {
      valueOf(a);
      valueOf(b);
      const events = await right.jobs.jobHistory(call, job.jobId);
      expect(events.filter(({ type }) => type === "job.lease_expired")).toHaveLength(1);
    },
  );
});

test("two nodes that hand out at once give a job to one runner", async () => {
  await playAll(
    async () => {
      const tag = `t${newId()}`;
      const runners = [left, right].map(() => new TestRunner({ tags: [tag] }));
      await submit(tag);
      return runners;
    },
    (node, [first]) => first!.connect(node),
    (node, [, second]) => second!.connect(node),
    async (_ends, runners) => {
      await Promise.race(runners.map((runner) => runner.nth(1)));
      expect(runners.flatMap(({ jobs }) => jobs)).toHaveLength(1);
      for (const runner of runners) runner.session.close();
      await auditLeases(watcher);
    },
  );
});

test("two submits under one key at once make one job; with another content one is refused", async () => {
  const submitOf = (priority: number) => (node: Node, idempotencyKey: string) =>
    node.jobs.submitJob(call, { package: "hello", function: "greet", priority, idempotencyKey });
  await playAll(
    async () => newId(),
    submitOf(1),
    submitOf(1),
    ({ a, b }) => {
      expect(valueOf(a).id).toBe(valueOf(b).id);
      expect([valueOf(a).duplicate, valueOf(b).duplicate].sort()).toEqual([false, true]);
    },
  );
  await playAll(
    async () => newId(),
    submitOf(1),
    submitOf(2),
    ({ a, b }) => {
      expect([codeOf(a), codeOf(b)].sort()).toEqual(["conflict", "done"]);
    },
  );
});

test("a package is deleted or gets a job, and never both", async () => {
  await playAll(
    async () => {
      const name = `p${newId()}`;
      await left.packages.pushPackage(call, { stream: (await blobOf(name)).stream() });
      return name;
    },
    (node, name) => node.jobs.submitJob(call, { package: name, function: "greet" }),
    (node, name) => node.jobs.deletePackage(call, name),
    ({ a, b }) =>
      expect([codeOf(a), codeOf(b)]).toBeOneOf([
        ["done", "conflict"],
        ["not_found", "done"],
      ]),
  );
});
