import type { Job, JobResult } from "./job.ts";
import type { Jobs } from "./jobs.ts";
import type { AssignedJob, ExecutedJob, Executor } from "./runner.ts";

/** Executes what the channel brings on this machine. A job that shall end is cancelled, and its result says so. */
export function executeWith(jobs: Jobs): Executor {
  return async (assigned, { log, progress, signal }) => {
    const cancel = () => jobs.cancel(idOf(assigned), String(signal.reason));
    signal.addEventListener("abort", cancel, { once: true });
    try {
      const result = await jobs.run(jobOf(assigned), {
        log: ({ level, message }) => log([{ at: Date.now(), stream: "log", text: `${level}: ${message}` }]),
        progress: ({ fraction, message }) => progress({ share: fraction, message }),
      });
      return executedOf(result);
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  };
}

/** Two leases of one job are two jobs here: the older one may still be ending. */
function idOf({ jobId, leaseNumber }: AssignedJob): string {
  return `${jobId}-${leaseNumber}`;
}

function jobOf(assigned: AssignedJob): Job {
  return {
    id: idOf(assigned),
    tenant: assigned.tenantId,
    attempt: assigned.leaseNumber,
    run: { package: assigned.packageDigest },
    function: assigned.function ?? undefined,
    input: assigned.input,
    secrets: assigned.secrets,
    environment: assigned.environment,
    timeoutMs: assigned.timeoutMs,
    network: false,
    trusted: false,
    traceparent: assigned.traceparent,
  };
}

function executedOf({ outcome, output, error, usage }: JobResult): ExecutedJob {
  return {
    outcome,
    ...(error === undefined ? { output } : { code: error.code, message: error.message }),
    usage: { wallMs: usage.wallMs, cpuMs: usage.cpuMs, memoryBytesMax: usage.memoryPeakBytes },
  };
}
