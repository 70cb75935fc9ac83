import * as wire from "@millrace/contract/runner-wire.ts";
import { AppError } from "../../kit/errors.ts";
import type { RunnerFacts } from "../../modules/runners/model.ts";
import type {
  AssignedJob,
  HeldJob,
  LogLine,
  JobOutcome,
  JobResult,
} from "../../modules/jobs/runner-model.ts";

const { JobOutcome: outcomes, LogStream: streams } = wire;
const factCharactersMax = 200;
const runtimesMax = 64;
const slotsMax = 10_000;

const outcomeNames: Readonly<Record<number, JobOutcome>> = {
  [outcomes.JOB_OUTCOME_SUCCESSFUL]: "successful",
  [outcomes.JOB_OUTCOME_BUSINESS_ERROR]: "business_error",
  [outcomes.JOB_OUTCOME_APPLICATION_ERROR]: "application_error",
  [outcomes.JOB_OUTCOME_CANCELLED]: "cancelled",
  [outcomes.JOB_OUTCOME_TIMED_OUT]: "timed_out",
  [outcomes.JOB_OUTCOME_CRASHED]: "crashed",
};
const streamNames: Readonly<Record<number, LogLine["stream"]>> = {
  [streams.LOG_STREAM_STDOUT]: "stdout",
  [streams.LOG_STREAM_STDERR]: "stderr",
};

/** The job that a message is about; without one it says nothing. */
export function heldJobOf(job: wire.HeldJob | null | undefined): HeldJob {
  if (job == null || !/^[0-9a-f]{24}$/.test(job.jobId)) {
    throw new AppError("invalid_input", "job: names no job", { field: "job" });
  }
  return { jobId: job.jobId, leaseNumber: job.leaseNumber };
}

/** What a runner says of itself, cut to what a row holds; its tags are the server's. */
export function factsOf(hello: wire.Hello, incarnation: number, tags: string[]): RunnerFacts {
  const { platform } = hello;
  const short = (text: string | undefined) => (text ?? "").replaceAll("\0", "").slice(0, factCharactersMax);
  return {
    version: short(hello.version),
    protocols: hello.protocols.slice(0, 16),
    incarnation,
    platform: {
      os: short(platform?.os),
      arch: short(platform?.arch),
      hostname: short(platform?.hostname),
    },
    tags,
    runtimes: hello.runtimes
      .slice(0, runtimesMax)
      .map(({ name, version }) => ({ name: short(name), version: short(version) })),
    sandbox: short(hello.sandbox),
    slots: Math.min(hello.slots, slotsMax),
  };
}

export function resultOf(result: wire.JobResult): JobResult {
  const outcome = outcomeNames[result.outcome];
  if (outcome === undefined) throw new AppError("invalid_input", "outcome: is none that this server knows");
  const { usage, code, message, outputJson, files } = result;
  return {
    outcome,
    ...(code == null ? {} : { code }),
    ...(message == null ? {} : { message }),
    ...(outputJson == null ? {} : { output: parseJson(outputJson, "output_json") }),
    ...(files.length === 0 ? {} : { files: files.map(({ id, name }) => ({ id, name })) }),
    ...(usage == null ? {} : { usage: usageOf(usage) }),
  };
}

function usageOf({ wallMs, cpuMs, memoryBytesMax }: wire.Usage): NonNullable<JobResult["usage"]> {
  return {
    wallMs,
    ...(cpuMs == null ? {} : { cpuMs }),
    ...(memoryBytesMax == null ? {} : { memoryBytesMax }),
  };
}

export function progressOf({ share, message }: wire.JobProgress): { share?: number; message?: string } {
  return { ...(share == null ? {} : { share }), ...(message == null ? {} : { message }) };
}

/** The lines, and first of all how many before them were dropped. */
export function logLinesOf({ lines, droppedLines }: wire.JobLog): LogLine[] {
  const given = lines.map(({ atMs, stream, text }) => ({
    at: atMs,
    stream: streamNames[stream] ?? "log",
    text: text.replaceAll("\0", "\u{fffd}"),
  }));
  if (droppedLines === 0) return given;
  const text = `[${droppedLines} lines were dropped because the runner's spool was full]`;
  return [{ at: given[0]?.at ?? 0, stream: "log", text }, ...given];
}

export function wireJobOf(job: AssignedJob): wire.Job {
  return {
    job: { jobId: job.jobId, leaseNumber: job.leaseNumber },
    packageDigest: job.packageDigest,
    packageFileId: job.packageFileId,
    packageName: job.packageName,
    packageVersion: job.packageVersion,
    function: job.function,
    inputJson: JSON.stringify(job.input ?? null),
    files: job.files,
    secrets: job.secrets,
    environment: job.environment,
    leaseMs: job.leaseMs,
    timeoutMs: job.timeoutMs,
    idempotencyKey: job.idempotencyKey,
    traceparent: job.traceparent ?? null,
  };
}

function parseJson(text: string, field: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError("invalid_input", `${field}: is no JSON`, { field, cause });
  }
}
