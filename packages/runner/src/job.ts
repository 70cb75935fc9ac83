import type { LogLine } from "./protocol.ts";

/** A job as it is handed to this machine. */
export interface Job {
  id: string;
  /** Processes are never shared between tenants. */
  tenant: string;
  /** From 1. */
  attempt: number;
  /** The SHA-256 of a package's archive, or the name of an adapter that the operator set up here. */
  run: { package: string } | { adapter: string };
  /** For a plugin or an adapter. */
  function?: string | undefined;
  input: unknown;
  config?: Readonly<Record<string, unknown>> | undefined;
  secrets?: Readonly<Record<string, string>> | undefined;
  /** Variables for a package that runs once or as a daemon. */
  environment?: Readonly<Record<string, string>> | undefined;
  /** Files on this machine that are copied into the job's directory. */
  files?: readonly { name: string; path: string }[] | undefined;
  /** At most what the package's manifest says. */
  timeoutMs?: number | undefined;
  /** Whether network was granted; a package that asks for it does not run without. */
  network: boolean;
  /** Whether somebody vouches for the package, so that it may run where nothing isolates it. */
  trusted: boolean;
  traceparent?: string | undefined;
}

/** `cancelled` and `timed_out` were ended from outside; the other two errors are the glossary's. */
export type JobOutcome = "successful" | "business_error" | "application_error" | "cancelled" | "timed_out";

/** What came of a job. Every job that was run has one. */
export interface JobResult {
  outcome: JobOutcome;
  /** What the function answered, or the payload as the program left it; null otherwise. */
  output: unknown;
  /** For programs and people; undefined where it was successful. */
  error: JobError | undefined;
  usage: { wallMs: number; memoryPeakBytes?: number | undefined; cpuMs?: number | undefined };
}

export interface JobError {
  code: string;
  message: string;
  /** Whether trying again may help. */
  retry: boolean;
}

/** Who is told while a job runs. What it throws ends the job as failed. */
export interface JobObserver {
  log?(line: LogLine): void;
  progress?(progress: { fraction: number | undefined; message: string }): void;
  /** A file that the job made or changed; it is gone when this resolves. */
  file?(file: { name: string; path: string; bytes: number }): Promise<void>;
}
