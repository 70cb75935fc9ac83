import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { pino } from "pino";
import { type Call, defaultTenant, systemCall } from "../../kit/call.ts";
import { Database } from "../../kit/database.ts";
import { DiskBlobs } from "../../kit/disk-blobs.ts";
import { Encryption } from "../../kit/encryption.ts";
import type { Epochs } from "../../kit/epoch-cache.ts";
import { newId } from "../../kit/ids.ts";
import { Metrics } from "../../kit/metrics.ts";
import { sql } from "../../kit/sql.ts";
import { TestEpochs } from "../../kit/testing-calls.ts";
import { createTestDatabase, temporaryFolder } from "../../kit/testing.ts";
import { Wakes } from "../../kit/wakes.ts";
import { Events } from "../events/service.ts";
import { Files } from "../files/service.ts";
import { Packages } from "../packages/service.ts";
import { blobOf } from "../packages/testing.ts";
import type { RunnerFacts } from "../runners/model.ts";
import { ConnectedRunners } from "./connected-runners.ts";
import type { AssignedJob, HeldJob, JobResult, RunnerSession, RunnerSink } from "./runner-model.ts";
import { Jobs } from "./service.ts";

/** What nodes of one test share beside the database. */
export interface Ground {
  epochs: Epochs;
  encryption: Encryption;
  folder: string;
}

export function makeGround(): Ground {
  const encryption = new Encryption([randomBytes(32)]);
  return { epochs: new TestEpochs(), encryption, folder: join(temporaryFolder(), "files") };
}

/** One node's modules up to jobs, on a database that others may share; without loops. */
export function buildNode(database: Database, { epochs, encryption, folder }: Ground) {
  const log = pino({ level: "silent" });
  const wakes = new Wakes();
  const events = new Events(database, wakes);
  const files = new Files({ database, events, blobs: new DiskBlobs(folder) });
  const packages = new Packages({ database, events, files, epochs });
  const connected = new ConnectedRunners();
  const metrics = new Metrics();
  const parts = { database, events, packages, files, wakes, encryption, metrics, log };
  const jobs = new Jobs({ ...parts, connected, inventory: connected });
  const loops = new Map(jobs.loops(90).map((loop) => [loop.name, loop]));
  const tick = async (name: string) => {
    while (await loops.get(name)!.tick());
  };
  const close = async () => {
    await jobs.close();
    await wakes.close();
    await database.close();
  };
  return { ...parts, connected, jobs, tick, close };
}

export type JobNode = ReturnType<typeof buildNode>;

/** The modules up to jobs on a database of their own, with the package `hello`, which offers `greet` in node. */
export async function setupJobs() {
  const testDatabase = await createTestDatabase();
  const ground = makeGround();
  const openNode = () => {
    const database = new Database({ url: testDatabase.url, log: pino({ level: "silent" }) });
    return buildNode(database, ground);
  };
  const node = openNode();
  const call = systemCall("test");
  await node.packages.pushPackage(call, { stream: (await blobOf("hello")).stream() });
  const close = async () => {
    await node.close();
    await testDatabase.drop();
  };
  /** Puts the end of a job's lease, or of its pause, into the past. */
  const age = (id: string) =>
    node.database.query(sql`
      update jobs.jobs set lease_until = lease_until - interval '1 day', due_at = due_at - interval '1 day'
      where id = ${id}`);
  return { ...node, url: testDatabase.url, ground, openNode, call, age, close };
}

/** A caller of another tenant, who is admin there. */
export function foreignAdmin(tenantId = "elsewhere"): Call {
  return systemCall("test", tenantId);
}

type Behaviour = (job: AssignedJob, runner: TestRunner) => Promise<unknown> | void;

/** A runner in this process: what it is told is kept, and `onJob` says what it does with a job. */
export class TestRunner implements RunnerSink {
  readonly id: string;
  readonly facts: RunnerFacts;
  readonly tenantId: string;
  readonly jobs: AssignedJob[] = [];
  readonly cancelled: HeldJob[] = [];
  readonly lost: HeldJob[] = [];
  readonly closed: string[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #onJob: Behaviour;
  session!: RunnerSession;

  constructor(
    facts: Partial<RunnerFacts> = {},
    onJob: Behaviour = () => undefined,
    tenantId = defaultTenant,
  ) {
    this.id = newId();
    this.tenantId = tenantId;
    this.#onJob = onJob;
    this.facts = {
      version: "0.1.0",
      protocols: [1],
      incarnation: 1,
      platform: { os: "linux", arch: "x64", hostname: "here" },
      tags: [],
      runtimes: [{ name: "node", version: "20.19.0" }],
      sandbox: "none",
      slots: 1,
      ...facts,
    };
  }

  async connect({ jobs }: Pick<JobNode, "jobs">, running: readonly HeldJob[] = []): Promise<this> {
    const identity = { tenantId: this.tenantId, runnerId: this.id, name: `runner ${this.id.slice(-4)}` };
    this.session = await jobs.connect({ ...identity, fingerprint: "" }, this.facts, running, this);
    return this;
  }

  /** The n-th job that it gets. */
  async nth(count: number): Promise<AssignedJob> {
    while (this.jobs.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.jobs[count - 1]!;
  }

  async end(job: HeldJob, result: JobResult = { outcome: "successful" }): Promise<"recorded" | "late"> {
    return this.session.result(job, result);
  }

  job(job: AssignedJob): void {
    this.jobs.push(job);
    for (const resolve of this.#waiting.splice(0)) resolve();
    void this.#onJob(job, this);
  }

  cancel(job: HeldJob): void {
    this.cancelled.push(job);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  leaseLost(job: HeldJob): void {
    this.lost.push(job);
  }

  drain(): void {
    this.facts.slots = 0;
  }

  close(reason: string): void {
    this.closed.push(reason);
  }
}

/** Ends every job at once and well. */
export const succeed: Behaviour = (job, runner) =>
  runner.end(job, { outcome: "successful", output: { was: job.input } });
