import type { Call } from "../../kit/call.ts";
import type { Tx } from "../../kit/database.ts";
import type { AppError } from "../../kit/errors.ts";

export interface StartRun {
  workflow: string;
  input: unknown;
  /** A second start under it answers the first one's run. */
  idempotencyKey?: string;
  startedBy: { kind: "trigger"; id: string; name: string };
}

/** What triggers need of runs. */
export interface RunStarter {
  /** Starts runs within the caller's transaction: a run's id or the AppError of each, in order. */
  startIn(tx: Tx, call: Call, starts: readonly StartRun[]): Promise<({ id: string } | AppError)[]>;
  /** The run, once it has ended or after `waitMs`. */
  waitForRun(call: Call, id: string, waitMs: number): Promise<{ state: string; output?: unknown }>;
}
