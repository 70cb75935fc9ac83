import type { Call } from "../../kit/call.ts";
import type { Database } from "../../kit/database.ts";
import type { HeldRows } from "../../kit/held-rows.ts";
import type { Loop } from "../../kit/loops.ts";
import type { Wakes } from "../../kit/wakes.ts";
import type { Events } from "../events/service.ts";
import type { ConnectedRunners } from "./connected-runners.ts";
import { jobEvent } from "./job-events.ts";
import * as store from "./store.ts";

const topic = "job-cancels";
const everyMs = 1_000;
const batchMax = 1_000;

/** Ends jobs that are not wanted any more: what waits at once, what runs by way of its runner. */
export class Cancels {
  readonly #database: Database;
  readonly #events: Events;
  readonly #wakes: Wakes;
  readonly #connected: ConnectedRunners;
  readonly #held: HeldRows<store.HeldRow>;
  readonly #ended: (ids: readonly string[]) => void;
  /** What each connection was told, by job and lease number; it forgets with the connection. */
  readonly #told = new Map<string, Set<string>>();

  constructor(parts: {
    database: Database;
    events: Events;
    wakes: Wakes;
    connected: ConnectedRunners;
    held: HeldRows<store.HeldRow>;
    ended: (ids: readonly string[]) => void;
  }) {
    this.#database = parts.database;
    this.#events = parts.events;
    this.#wakes = parts.wakes;
    this.#connected = parts.connected;
    this.#held = parts.held;
    this.#ended = parts.ended;
  }

  /** The caller may; what has ended stays as it is. */
  async cancel(call: Call, jobId: string): Promise<void> {
    await this.#database.transaction(async (tx) => {
      const [row] = await store.lockLive(tx, [jobId]);
      if (row === undefined || row.tenantId !== call.tenantId || row.cancelRequested) return;
      if (row.state !== "waiting") {
        await store.requestCancel(tx, jobId);
        await this.#events.append(tx, [jobEvent(call, "job.cancel_requested", row)]);
        tx.afterCommit(() => this.#wakes.signal(topic));
        return;
      }
      const { id, tenantId, needs, leaseNumber, attempts } = row;
      const end = {
        state: "cancelled",
        outcome: "cancelled",
        output: null,
        error: null,
        usage: null,
      } as const;
      const ended = { id, tenantId, needs, leaseNumber, attempts, sessionId: null, addsFiles: false, ...end };
      await store.endJobs(tx, [ended]);
      await this.#events.append(tx, [jobEvent(call, "job.cancelled", row)]);
      tx.afterCommit(() => this.#ended([jobId]));
    });
  }

  /** Tells the runners of this node what to cancel. */
  loop(): Loop {
    return { name: "send-cancels", everyMs, topics: [topic], tick: () => this.tick() };
  }

  async tick(): Promise<boolean> {
    const sessionIds = this.#connected.sessionIds;
    for (const id of Array.from(this.#told.keys())) if (!sessionIds.includes(id)) this.#told.delete(id);
    if (sessionIds.length === 0) return false;
    const rows = await store.listToCancel(this.#database, sessionIds, batchMax);
    this.#held.forget(rows.map(({ id }) => id));
    for (const row of rows) this.#tell(row);
    return false;
  }

  #tell({ id: jobId, leaseNumber, sessionId }: store.HolderRow): void {
    const told = this.#told.get(sessionId) ?? new Set();
    const key = `${jobId} ${leaseNumber}`;
    if (told.has(key)) return;
    this.#told.set(sessionId, told.add(key));
    this.#connected.find(sessionId)?.sink.cancel({ jobId, leaseNumber });
  }
}
