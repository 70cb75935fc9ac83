import type { RunnerFacts, RunnerIdentity } from "../../modules/runners/model.ts";

/** A job as its holder knows it: a write under an old lease number changes nothing. */
export interface HeldJob {
  jobId: string;
  leaseNumber: number;
}

/** A job as it is handed to a runner. */
export interface AssignedJob extends HeldJob {
  tenantId: string;
  packageDigest: string;
  packageFileId: string;
  packageName: string;
  packageVersion: string;
  function: string | null;
  input: unknown;
  files: { id: string; name: string; sha256: string }[];
  /** For this job alone; never written to a disk. */
  secrets: Record<string, string>;
  environment: Record<string, string>;
  leaseMs: number;
  timeoutMs: number;
  idempotencyKey: string;
  traceparent?: string;
}

export type JobOutcome =
  | "successful"
  | "business_error"
  | "application_error"
  | "cancelled"
  | "timed_out"
  | "crashed";

export interface JobResult {
  outcome: JobOutcome;
  code?: string;
  message?: string;
  output?: unknown;
  files?: { id: string; name: string }[];
  usage?: { wallMs: number; cpuMs?: number; memoryBytesMax?: number };
}

export interface JobLogLine {
  /** Milliseconds since 1970, by the runner's clock. */
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

export interface Verdict extends HeldJob {
  verdict: "continue" | "stop";
  leaseUntil?: string;
}

/** What one connected runner says; every call is authorised for that runner, every write carries the lease number. */
export interface RunnerSession {
  /** For each job that the runner said it runs: go on, or stop. */
  reconciled: Verdict[];
  accepted(job: HeldJob): Promise<void>;
  /** The job goes to another runner, and the reason is kept. */
  rejected(job: HeldJob, reason: string): Promise<void>;
  progress(job: HeldJob, progress: { share?: number; message?: string }): Promise<void>;
  log(job: HeldJob, lines: JobLogLine[]): Promise<void>;
  renew(jobs: HeldJob[]): Promise<({ leaseUntil: string } | "lost")[]>;
  /** Both answers acknowledge: what is late is kept as evidence and changes nothing. */
  result(job: HeldJob, result: JobResult): Promise<"recorded" | "late">;
  setSlots(slots: number): void;
  drained(): Promise<void>;
  /** A disconnect is no failure: leases decide. */
  close(): void;
}

/** Where the door leads to: whoever hands out jobs. */
export interface RunnerLink {
  connect(
    identity: RunnerIdentity,
    facts: RunnerFacts,
    running: HeldJob[],
    sink: RunnerSink,
  ): Promise<RunnerSession>;
}
