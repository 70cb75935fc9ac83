import type { ConnectRequest } from "@millrace/contract/runner-wire.ts";
import type { RunnerSession } from "../../modules/jobs/runner-model.ts";
import { heldJobOf, logLinesOf, progressOf, resultOf } from "./translate.ts";

/** Says to the jobs what a runner's record says. */
export async function perform(message: ConnectRequest, session: RunnerSession): Promise<void> {
  const { accepted, rejected, progress, log, result, drained } = message;
  if (accepted != null) await session.accepted(heldJobOf(accepted.job));
  if (rejected != null) await session.rejected(heldJobOf(rejected.job), rejected.reason.slice(0, 500));
  if (progress != null) await session.progress(heldJobOf(progress.job), progressOf(progress));
  if (log != null) await session.log(heldJobOf(log.job), logLinesOf(log));
  if (result != null) await session.result(heldJobOf(result.job), resultOf(result));
  if (drained != null) await session.drained();
}
