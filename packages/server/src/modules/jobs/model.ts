import { backoffMs, type RetryPolicy } from "../work-items/model.ts";
import type { JobOutcome, RunnerOffer } from "./runner-model.ts";

/*
 * The states of a job:
 *
 *             submit            a runner gets it         it begins
 *   (nothing) ──────▶ waiting ──────────────▶ assigned ──────────▶ running ──result──▶ successful
 *                      ▲   │                     │                    │ ├────result──▶ failed
 *                      │   │ cancel              │ lease ran out,     │ └────result──▶ cancelled
 *                      │   └──────▶ cancelled     │ rejected,          │
 *                      │                         │ not known to its   │ failed and to be
 *                      └─────────────────────────┴─runner any more ───┘ tried again
 *
 *   A job that was handed out too often without a result is parked as failed.
 */

export const liveStates = ["waiting", "assigned", "running"] as const;
export const finalStates = ["successful", "failed", "cancelled"] as const;
export const states = [...liveStates, ...finalStates] as const;
export type LiveState = (typeof liveStates)[number];
export type FinalState = (typeof finalStates)[number];
export type State = LiveState | FinalState;

/** A job that was handed out this often without a result is parked as failed. */
export const acquiredMax = 20;

/** What a job is when its caller says nothing. */
export const jobDefaults = { priority: 0, attemptsMax: 3, leaseMs: 60_000 } as const;

/** How a failed run is tried again. */
export function policyOf(attemptsMax: number): RetryPolicy {
  return { attemptsMax, backoff: "exponential", backoffMs: 1_000, backoffMaxMs: 600_000, jitter: 0.2 };
}

/** The pause before a runner gets a job that another one has refused, so that the two do not play for ever. */
export function pauseAfterRejectionMs(acquired: number): number {
  const policy = { backoff: "exponential", backoffMs: 250, backoffMaxMs: 30_000, jitter: 0, attemptsMax: 1 };
  return backoffMs(policy as RetryPolicy, acquired, 0);
}

/** What went wrong: with the work, or with the handing out. */
export interface JobError {
  outcome: Exclude<JobOutcome, "successful"> | "rejected" | "lease_lost";
  code?: string;
  message: string;
}

/** What a decision about a job looks at. */
export interface Holding {
  state: State;
  leaseNumber: number;
  /** Through which connection of which runner it is held; null when it is not. */
  sessionId: string | null;
  attempts: number;
  attemptsMax: number;
  cancelRequested: boolean;
  /** How an ended job ended; null while it lives. */
  outcome: string | null;
}

/** Who reports, and of which handing out. */
export interface Reporter {
  leaseNumber: number;
  sessionId: string;
}

export type ResultDecision =
  | { kind: "late" }
  | { kind: "repeated" }
  | { kind: "ended"; state: FinalState; attempts: number }
  | { kind: "retry"; delayMs: number; attempts: number }
  | { kind: "again" };

/**
 * What becomes of a job whose runner says how it ended. An old lease number, and a connection that was replaced, come
 * too late; the same said again gets the same answer. `chance` is a number in 0..1 for the jitter.
 */
export function decideResult(
  job: Holding,
  reporter: Reporter,
  outcome: JobOutcome,
  chance: number,
): ResultDecision {
  if (job.leaseNumber !== reporter.leaseNumber) return { kind: "late" };
  if (job.state === "waiting") return { kind: mayBeRetried(outcome) ? "repeated" : "late" };
  if (job.outcome !== null) return { kind: job.outcome === outcome ? "repeated" : "late" };
  if (job.sessionId !== reporter.sessionId) return { kind: "late" };
  const attempts = job.attempts + 1;
  if (outcome === "successful") return { kind: "ended", state: "successful", attempts };
  if (job.cancelRequested) return { kind: "ended", state: "cancelled", attempts };
  // Nobody asked for it: the runner was stopped, which is no failure of the work.
  if (outcome === "cancelled") return { kind: "again" };
  const policy = policyOf(job.attemptsMax);
  if (!mayBeRetried(outcome) || attempts >= policy.attemptsMax) {
    return { kind: "ended", state: "failed", attempts };
  }
  return { kind: "retry", delayMs: backoffMs(policy, attempts, chance), attempts };
}

/** A business error is final; what broke, hung or failed otherwise may go well the next time. */
function mayBeRetried(outcome: JobOutcome): boolean {
  return outcome === "application_error" || outcome === "timed_out" || outcome === "crashed";
}

/** What becomes of a job that comes back without a result. */
export function decideReturn(job: { acquired: number; cancelRequested: boolean }): FinalState | "waiting" {
  if (job.cancelRequested) return "cancelled";
  return job.acquired >= acquiredMax ? "failed" : "waiting";
}

export const tagsMax = 16;

/** What a job asks of a runner, as one text: the runtime, then the tags in order. Equal needs are equal texts. */
export function needsOf(runtime: string, tags: readonly string[]): string {
  return [runtime, ...[...new Set(tags)].sort()].join(" ");
}

/** A text of needs taken apart. */
export function parseNeeds(needs: string): { runtime: string; tags: string[] } {
  const [runtime = "", ...tags] = needs.split(" ");
  return { runtime, tags };
}

/** Whether a runner has what is needed; whether it has room is another question. */
export function fits(needs: string, offer: Pick<RunnerOffer, "tags" | "runtimes">): boolean {
  const { runtime, tags } = parseNeeds(needs);
  return offer.runtimes.some(({ name }) => name === runtime) && tags.every((tag) => offer.tags.includes(tag));
}

/** A job as it is shown. */
export interface Job {
  id: string;
  package: string;
  packageVersion: string;
  function: string | null;
  state: State;
  tags: string[];
  runtime: string;
  priority: number;
  attempts: number;
  attemptsMax: number;
  acquired: number;
  leaseNumber: number;
  leaseUntil: string | null;
  runnerId: string | null;
  runner: string | null;
  timeoutMs: number;
  input: unknown;
  output: unknown;
  error: JobError | null;
  progress: { share?: number; message?: string } | null;
  usage: Record<string, number> | null;
  logLines: number;
  dueAt: string | null;
  cancelRequestedAt: string | null;
  fromJobId: string | null;
  createdAt: string;
  createdById: string;
  createdBy: string;
  assignedAt: string | null;
  startedAt: string | null;
  endedAt: string | null;
}
