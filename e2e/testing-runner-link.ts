import { newId } from "../packages/server/src/kit/ids.ts";
import type {
  AssignedJob,
  HeldJob,
  LogLine,
  JobResult,
  RunnerLink,
  RunnerSession,
  RunnerSink,
} from "../packages/server/src/modules/jobs/runner-model.ts";
import { AppError } from "../packages/server/src/kit/errors.ts";
import type { RunnerFacts, RunnerIdentity } from "../packages/server/src/modules/runners/model.ts";

interface TestJob {
  assigned: AssignedJob;
  leaseNumber: number;
  holder: string | undefined;
  accepted: number;
  rejections: string[];
  result: JobResult | undefined;
  /** Results under an older lease number, or of a job that is over. */
  late: JobResult[];
  /** How often the result that counts was said. */
  recorded: number;
  lines: LogLine[];
  progress: unknown[];
}

interface Connected {
  sink: RunnerSink;
  facts: RunnerFacts;
  identity: RunnerIdentity;
}

/** Jobs in memory that keep the rules of leases: what the door of runners leads to in its tests. It outlives doors. */
export class TestLink implements RunnerLink {
  readonly jobs = new Map<string, TestJob>();
  readonly connected = new Map<string, Connected>();
  readonly connects: RunnerFacts[] = [];
  drainedBy: string[] = [];
  leaseMs = 60_000;
  /** Fails the next calls of the session, as a database that is away does. */
  isAway = false;

  /** Hands a job to a runner, or to the only one. */
  submit(input: unknown, runnerId = [...this.connected.keys()][0], packageFileId = newId()): string {
    const jobId = newId();
    const assigned: AssignedJob = {
      jobId,
      leaseNumber: 1,
      tenantId: "default",
      packageDigest: "0".repeat(64),
      packageFileId,
      packageName: "test",
      packageVersion: "1.0.0",
      function: null,
      input,
      files: [],
      secrets: {},
      environment: {},
      leaseMs: this.leaseMs,
      timeoutMs: 60_000,
      idempotencyKey: jobId,
    };
    this.jobs.set(jobId, {
      assigned,
      leaseNumber: 1,
      holder: runnerId,
      accepted: 0,
      rejections: [],
      result: undefined,
      late: [],
      recorded: 0,
      lines: [],
      progress: [],
    });
    if (runnerId !== undefined) this.connected.get(runnerId)?.sink.job(assigned);
    return jobId;
  }

  job(jobId: string): TestJob {
    return this.jobs.get(jobId)!;
  }

  /** Takes a job from its holder, as when its lease has run out, and gives it to another or to the same. */
  requeue(jobId: string, runnerId: string | undefined): void {
    const job = this.job(jobId);
    job.leaseNumber += 1;
    job.holder = runnerId;
    job.assigned = { ...job.assigned, leaseNumber: job.leaseNumber };
    if (runnerId !== undefined) this.connected.get(runnerId)?.sink.job(job.assigned);
  }

  async connect(
    identity: RunnerIdentity,
    facts: RunnerFacts,
    running: HeldJob[],
    sink: RunnerSink,
  ): Promise<RunnerSession> {
    const { runnerId } = identity;
    this.connects.push(facts);
    this.connected.set(runnerId, { sink, facts, identity });
    const isRunning = (jobId: string) => running.some((held) => held.jobId === jobId);
    for (const [jobId, job] of this.jobs) {
      const isLost = job.holder === runnerId && job.result === undefined && !isRunning(jobId);
      // What it accepted under an earlier start is gone with that; what it never heard of is said again.
      if (isLost) this.requeue(jobId, runnerId);
    }
    return {
      reconciled: running.map((held) => ({
        ...held,
        verdict: this.#holds(held, runnerId) ? "continue" : "stop",
      })),
      accepted: async (held) => {
        this.#require(held, runnerId);
        this.job(held.jobId).accepted += 1;
      },
      rejected: async (held, reason) => {
        this.#require(held, runnerId);
        this.job(held.jobId).rejections.push(reason);
      },
      progress: async (held, progress) => void this.job(held.jobId).progress.push(progress),
      log: async (held, lines) => void this.job(held.jobId).lines.push(...lines),
      renew: async (jobs) =>
        jobs.map((held) => (this.#holds(held, runnerId) ? { leaseUntil: new Date().toISOString() } : "lost")),
      result: async (held, result) => this.#result(held, result, runnerId),
      setSlots: () => undefined,
      drained: async () => void this.drainedBy.push(runnerId),
      close: () => {
        if (this.connected.get(runnerId)?.sink === sink) this.connected.delete(runnerId);
      },
    };
  }

  #result(held: HeldJob, result: JobResult, runnerId: string): "recorded" | "late" {
    if (this.isAway) throw new AppError("unavailable", "the database is away");
    const job = this.job(held.jobId);
    if (!this.#isSameHolder(held, runnerId)) {
      job.late.push(result);
      return "late";
    }
    job.result ??= result;
    job.recorded += 1;
    return "recorded";
  }

  #require(held: HeldJob, runnerId: string): void {
    if (this.isAway) throw new AppError("unavailable", "the database is away");
    if (!this.#isSameHolder(held, runnerId)) throw new AppError("lease_lost", "The lease is no longer yours");
  }

  #holds(held: HeldJob, runnerId: string): boolean {
    return this.#isSameHolder(held, runnerId) && this.job(held.jobId).result === undefined;
  }

  #isSameHolder({ jobId, leaseNumber }: HeldJob, runnerId: string): boolean {
    const job = this.jobs.get(jobId);
    return job?.leaseNumber === leaseNumber && job.holder === runnerId;
  }
}
