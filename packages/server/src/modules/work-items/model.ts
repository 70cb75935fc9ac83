/*
 * The states of a work item:
 *
 *              push                 finish: successful
 *   (nothing) ──────▶ new ──claim──▶ processing ─────────────────▶ successful
 *                      ▲               │ │ │ finish: failed (business, or attempts used up)
 *      lease ran out,  │               │ │ └────────────────────▶ failed ──┐
 *      or released     └───────────────┘ │ finish: failed (application)    │ requeue
 *                                        ▼                                 ▼
 *                      processing ◀─claim─ retry                          new
 *
 *   An item that was handed out too often without an end is parked: processing ─▶ abandoned ─requeue─▶ new.
 */

export const liveStates = ["new", "processing", "retry"] as const;
export const finalStates = ["successful", "failed", "abandoned"] as const;
export const states = [...liveStates, ...finalStates] as const;
export type LiveState = (typeof liveStates)[number];
export type FinalState = (typeof finalStates)[number];
export type State = LiveState | FinalState;

/** How a queue tries again. */
export interface RetryPolicy {
  attemptsMax: number;
  backoff: "constant" | "exponential";
  backoffMs: number;
  backoffMaxMs: number;
  /** The share of a pause that is left to chance, 0..1. */
  jitter: number;
}

/** What went wrong with the user's work. A business failure is final; an application failure may be retried. */
export interface Failure {
  kind: "business" | "application";
  message: string;
  source?: string;
}

/** What a failed attempt asks for instead of its queue's policy. */
export interface RetryWish {
  /** Another attempt, though the failure is final or the attempts are used up; or none, though there could be one. */
  again?: "always" | "never";
  /** Not before this time (ISO 8601), instead of the pause. */
  dueAt?: string;
}

export type Outcome = { state: "successful" } | { state: "failed"; error: Failure; retry?: RetryWish };

/** What a decision about a held item looks at. */
export interface Holding {
  state: State;
  leaseNumber: number;
  attempts: number;
}

export type FinishDecision =
  | { kind: "absent" }
  | { kind: "lease_lost" }
  | { kind: "repeated"; state: State; attempts: number }
  | { kind: "ended"; state: "successful" | "failed"; attempts: number }
  | { kind: "retry"; delayMs: number; dueAt?: string; attempts: number };

/**
 * What becomes of an item whose holder says it is done. An old lease number is refused; the same number said again
 * after the end gets the same answer. `chance` is a number in 0..1 for the jitter.
 */
export function decideFinish(
  item: Holding | undefined,
  leaseNumber: number,
  outcome: Outcome,
  policy: RetryPolicy,
  chance: number,
): FinishDecision {
  if (item === undefined) return { kind: "absent" };
  if (item.leaseNumber !== leaseNumber) return { kind: "lease_lost" };
  if (item.state !== "processing") return repeated(item, outcome);
  const attempts = item.attempts + 1;
  if (outcome.state === "successful") return { kind: "ended", state: "successful", attempts };
  const { again, dueAt } = outcome.retry ?? {};
  const isOver = outcome.error.kind === "business" || attempts >= policy.attemptsMax;
  if (again === "never" || (isOver && again !== "always")) {
    return { kind: "ended", state: "failed", attempts };
  }
  if (dueAt !== undefined) return { kind: "retry", delayMs: 0, dueAt, attempts };
  return { kind: "retry", delayMs: backoffMs(policy, attempts, chance), attempts };
}

function repeated(item: Holding, outcome: Outcome): FinishDecision {
  const same =
    outcome.state === "successful"
      ? item.state === "successful"
      : item.state === "failed" || item.state === "retry";
  return same ? { kind: "repeated", state: item.state, attempts: item.attempts } : { kind: "lease_lost" };
}

/** The pause before the next attempt, after `attempts` of them, in milliseconds. */
export function backoffMs(policy: RetryPolicy, attempts: number, chance: number): number {
  const growth = policy.backoff === "exponential" ? 2 ** Math.min(attempts - 1, 30) : 1;
  const whole = Math.min(policy.backoffMs * growth, policy.backoffMaxMs);
  return Math.round(whole * (1 - policy.jitter * chance));
}

/** What becomes of an item whose holder went silent: it is handed out again, or parked if that happened too often. */
export function decideExpiry(acquired: number, acquiredMax: number): "again" | "abandoned" {
  return acquired >= acquiredMax ? "abandoned" : "again";
}

/** Where a copy of an ended item goes: the item's own choice before its queue's. */
export function nextQueueId(
  state: "successful" | "failed",
  item: { successQueueId: string | null; failedQueueId: string | null },
  queue: { successQueueId: string | null; failedQueueId: string | null },
): string | null {
  if (state === "successful") return item.successQueueId ?? queue.successQueueId;
  return item.failedQueueId ?? queue.failedQueueId;
}

/**
 * A key that items wait at: an order key lets one in at a time, strictly in turn; a concurrency key lets in several.
 */
export function gateOf(keys: {
  orderKey?: string | undefined;
  concurrencyKey?: string | undefined;
}): string | null {
  if (keys.orderKey !== undefined) return `order:${keys.orderKey}`;
  if (keys.concurrencyKey !== undefined) return `limit:${keys.concurrencyKey}`;
  return null;
}

/** The two keys back from a gate. */
export function keysOf(gate: string | null): { orderKey: string | null; concurrencyKey: string | null } {
  const key = gate?.slice(6) ?? null;
  if (gate?.startsWith("order:") === true) return { orderKey: key, concurrencyKey: null };
  return { orderKey: null, concurrencyKey: key };
}

/** How many items a gate lets in at once. */
export function gateLimit(gate: string, concurrencyPerKey: number): number {
  return gate.startsWith("order:") ? 1 : concurrencyPerKey;
}

/** An item that came to a gate, or left its place there. */
export interface GateVisit {
  queueId: string;
  /** Null: it passes no gate. */
  gate: string | null;
  /** Whether it gave up a place. */
  left: boolean;
  concurrencyPerKey: number;
}

/** A gate at which something changed: how many it lets in at once, and how many left it. */
export interface GateChange {
  queueId: string;
  gate: string;
  limit: number;
  left: number;
}

/** The gates that were visited, each once. */
export function gatherGates(visits: readonly GateVisit[]): GateChange[] {
  const changes = new Map<string, GateChange>();
  for (const { queueId, gate, left, concurrencyPerKey } of visits) {
    if (gate === null) continue;
    const key = `${queueId} ${gate}`;
    const change = changes.get(key) ?? { queueId, gate, limit: gateLimit(gate, concurrencyPerKey), left: 0 };
    change.left += left ? 1 : 0;
    changes.set(key, change);
  }
  return [...changes.values()];
}

/** Whether an item keeps its place at the gate while it waits for its next attempt: strict order demands it. */
export function keepsGateInRetry(gate: string): boolean {
  return gate.startsWith("order:");
}

/** An item as it is handed out and shown. */
export interface Item {
  id: string;
  queueId: string;
  state: State;
  priority: number;
  name: string | null;
  payload: Record<string, unknown>;
  attempts: number;
  acquired: number;
  leaseNumber: number;
  leaseUntil: string | null;
  holderId: string | null;
  worker: string | null;
  dueAt: string | null;
  orderKey: string | null;
  concurrencyKey: string | null;
  error: Failure | null;
  /** Where a copy goes, instead of to the queue's own next queue. */
  successQueueId: string | null;
  failedQueueId: string | null;
  fromItemId: string | null;
  nextItemId: string | null;
  createdAt: string;
  createdById: string;
  claimedAt: string | null;
  finishedAt: string | null;
}
