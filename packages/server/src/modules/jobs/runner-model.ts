import type { RunnerFacts, RunnerIdentity, RunnerState } from "../runners/model.ts";

/** Of a runner what decides whether it may have a job. */
export interface RunnerOffer extends Pick<RunnerFacts, "tags" | "runtimes" | "slots"> {
  id: string;
  name: string;
  state: RunnerState;
  busy: number;
}

/** Every runner of a tenant, connected or not: what the reason why a job waits is found by. */
export interface Inventory {
  list(tenantId: string): Promise<RunnerOffer[]>;
}

/** One handing out of a job. */
export interface HeldJob {
  jobId: string;
  leaseNumber: number;
}

/** A job as a runner gets it. */
export interface AssignedJob extends HeldJob {
  tenantId: string;
  packageDigest: string;
  packageFileId: string;
  packageName: string;
  packageVersion: string;
  function: string | null;
  input: unknown;
  files: { id: string; name: string; sha256: string }[];
  /** Never written to disk. */
  secrets: Record<string, string>;
  environment: Record<string, string>;
  leaseMs: number;
  timeoutMs: number;
  /** The same for every handing out of a job: for what the code does outside. */
  idempotencyKey: string;
  traceparent?: string;
}

export const outcomes = [
  "successful",
  "business_error",
  "application_error",
  "cancelled",
  "timed_out",
  "crashed",
] as const;
export type JobOutcome = (typeof outcomes)[number];

/** How a run ended. */
export interface JobResult {
  outcome: JobOutcome;
  code?: string;
  message?: string;
  output?: unknown;
  /** Files of the tenant that the run has made. */
  files?: { id: string; name: string }[];
  usage?: { wallMs: number; cpuMs?: number; memoryBytesMax?: number };
}

export interface JobProgress {
  /** Of the work, 0..1. */
  share?: number;
  message?: string;
}

export interface LogLine {
  /** Milliseconds since 1970 by the runner's clock. */
  at: number;
  stream: "stdout" | "stderr" | "log";
  text: string;
}

/** What the jobs say to one connected runner. */
export interface RunnerSink {
  job(job: AssignedJob): void;
  cancel(job: HeldJob): void;
  leaseLost(job: HeldJob): void;
  drain(): void;
  close(reason: string): void;
}

/** What became of a job that a runner said it runs. */
export interface Reconciled extends HeldJob {
  verdict: "continue" | "stop";
  leaseUntil?: string;
}

/** What one connected runner says. Every call speaks for that runner alone, every write carries its lease number. */
export interface RunnerSession {
  /** For each job that the runner said it runs: go on, with the new end of the lease, or stop. */
  reconciled: Reconciled[];
  accepted(job: HeldJob): Promise<void>;
  /** The job goes to another runner; the reason is kept. */
  rejected(job: HeldJob, reason: string): Promise<void>;
  progress(job: HeldJob, progress: JobProgress): Promise<void>;
  log(job: HeldJob, lines: readonly LogLine[]): Promise<void>;
  renew(jobs: readonly HeldJob[]): Promise<({ leaseUntil: string } | "lost")[]>;
  /** Both answers acknowledge: what is `late` is kept as evidence and changes nothing. */
  result(job: HeldJob, result: JobResult): Promise<"recorded" | "late">;
  setSlots(slots: number): void;
  drained(): Promise<void>;
  /** A runner that is gone has not failed: its leases decide. */
  close(): void;
}

/** Where runners come in. */
export interface RunnerLink {
  /** `running`: every job that the runner has accepted and whose result was not acknowledged. */
  connect(
    identity: RunnerIdentity,
    facts: RunnerFacts,
    running: readonly HeldJob[],
    sink: RunnerSink,
  ): Promise<RunnerSession>;
}
