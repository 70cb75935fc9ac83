import { Refusal, textOf } from "./failures.ts";
import type { JobResult } from "./job.ts";
import type { Outcome } from "./plugin-process.ts";
import type { Usage } from "./sandboxed-process.ts";

/** A result without the time it took, which whoever ran the job adds. */
export type Ending = Omit<JobResult, "usage"> & { usage?: Usage };

/** What an invocation's outcome means for its job. */
export function endingOf(outcome: Outcome): Ending {
  if (outcome.kind === "ok") return { outcome: "successful", output: outcome.output, error: undefined };
  if (outcome.kind === "error") {
    const { kind, code, message, retry } = outcome.error;
    return { outcome: `${kind}_error`, output: null, error: { code, message, retry } };
  }
  if (outcome.kind === "lost") {
    const { code, message, retry } = outcome;
    return { outcome: "application_error", output: null, error: { code, message, retry } };
  }
  const error = { code: outcome.kind, message: outcome.message, retry: outcome.kind === "timed_out" };
  return { outcome: outcome.kind, output: null, error };
}

/** What is the author's or the caller's fault cannot succeed as it is; anything else may, later or elsewhere. */
const businessCodes = new Set([
  "manifest_invalid",
  "archive_invalid",
  "digest_mismatch",
  "invalid_input",
  "function_unknown",
  "network_refused",
  "build_failed",
]);

/** What a thrown error means for the job it came from. */
export function endingOfError(error: unknown): Ending {
  const isRefusal = error instanceof Refusal;
  const code = isRefusal ? error.code : "runner_failed";
  const outcome = businessCodes.has(code) ? "business_error" : "application_error";
  const retry = outcome === "application_error";
  return { outcome, output: null, error: { code, message: textOf(error), retry } };
}
