import type { Tx } from "../../kit/database.ts";
import type { Call } from "../../kit/call.ts";
import type { Events } from "../events/service.ts";
import { decideReturn, type JobError } from "./model.ts";
import { jobEvent } from "./job-events.ts";
import * as store from "./store.ts";
import type { PlacedRow } from "./submit-store.ts";

/** A locked job that comes back from its runner without a result. */
export interface Return {
  row: store.HeldRow;
  /** Who takes it back. */
  call: Call;
  /** What happened: `job.lease_expired`. */
  type: string;
  delayMs: number;
  /** Null: nothing that a person need know. */
  error: JobError | null;
}

/** Takes jobs back that came to no result: others get them, or they are parked or cancelled. */
export class Returns {
  readonly #events: Events;
  readonly #arrived: (placed: readonly PlacedRow[]) => void;
  readonly #ended: (ids: readonly string[]) => void;

  constructor(parts: {
    events: Events;
    arrived: (placed: readonly PlacedRow[]) => void;
    ended: (ids: readonly string[]) => void;
  }) {
    this.#events = parts.events;
    this.#arrived = parts.arrived;
    this.#ended = parts.ended;
  }

  /** The rows must be locked, and held. */
  async takeBackIn(tx: Tx, returns: readonly Return[]): Promise<void> {
    if (returns.length === 0) return;
    const again: Return[] = [];
    const ended: Return[] = [];
    for (const each of returns) (decideReturn(each.row) === "waiting" ? again : ended).push(each);
    const placed = again.length === 0 ? [] : await store.putBack(tx, again.map(returnRow));
    if (ended.length > 0) await store.endJobs(tx, ended.map(endedRow));
    await this.#events.append(tx, [...again.map(returnedEvent), ...ended.flatMap(endedEvents)]);
    tx.afterCommit(() => {
      this.#arrived(placed);
      this.#ended(ended.map(({ row }) => row.id));
    });
  }
}

function returnRow({ row, delayMs, error }: Return): store.ReturnRow {
  return { id: row.id, delayMs, error };
}

function endedRow({ row, error }: Return): store.EndedRow {
  const { id, tenantId, needs, leaseNumber, sessionId, attempts } = row;
  const state = decideReturn(row) === "cancelled" ? "cancelled" : "failed";
  const common = { id, tenantId, needs, leaseNumber, sessionId, attempts, usage: null, output: null };
  return {
    ...common,
    state,
    outcome: state === "cancelled" ? "cancelled" : "lease_lost",
    error: state === "cancelled" ? null : parkedError(row, error),
    addsFiles: false,
  };
}

function parkedError({ acquired }: store.HeldRow, last: JobError | null): JobError {
  const why = last === null ? "" : `; the last time: ${last.message}`;
  return {
    outcome: "lease_lost",
    code: "parked",
    message: `Handed out ${acquired} times, and never ended${why}`,
  };
}

function returnedEvent({ row, call, type, error }: Return) {
  const { leaseNumber, acquired, runnerId } = row;
  const reason = error === null ? {} : { reason: error.message };
  return jobEvent(call, type, row, { leaseNumber, acquired, runnerId, ...reason });
}

function endedEvents(each: Return) {
  const { row, call } = each;
  const { state, error } = endedRow(each);
  const details = {
    leaseNumber: row.leaseNumber,
    attempts: row.attempts,
    ...(error === null ? {} : { error }),
  };
  return [returnedEvent(each), jobEvent(call, `job.${state}`, row, details)];
}
