import type { Transition } from "./history.ts";
import type { RetryPolicy, State } from "./model.ts";

export interface StoredQueue extends RetryPolicy {
  id: string;
  leaseMs: number;
  acquiredMax: number;
  concurrencyPerKey: number;
  successQueueId: string | null;
  failedQueueId: string | null;
}

export interface StoredItem {
  id: string;
  queueId: string;
  state: State;
  priority: number;
  position: number | null;
  dueAt: number | null;
  gate: string | null;
  arrival: number;
  admitted: boolean;
  attempts: number;
  acquired: number;
  leaseNumber: number;
  leaseUntil: number | null;
  tag: string;
  successQueueId: string | null;
  failedQueueId: string | null;
  fromItemId: string | null;
  nextItemId: string | null;
  transitions: Transition[];
}

export type FreshItem = Pick<
  StoredItem,
  "id" | "queueId" | "priority" | "gate" | "tag" | "successQueueId" | "failedQueueId" | "fromItemId"
> & { delayMs: number };

export interface StoredGate {
  queueId: string;
  gate: string;
  limit: number;
  left: number;
}

/** What the tables of this module hold, and what its statements do to them, in memory: each call is one statement. */
export class SimulationStore {
  readonly live = new Map<string, StoredItem>();
  readonly ended = new Map<string, StoredItem>();
  readonly keys = new Map<string, { itemId: string; tag: string }>();
  readonly counts = new Map<string, Map<State, number>>();
  readonly #admitted = new Map<string, number>();
  readonly now: () => number;
  #positions = 0;
  #events = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  insert(fresh: FreshItem): StoredItem {
    const { delayMs, ...rest } = fresh;
    const due = delayMs > 0 ? this.now() + delayMs : null;
    const item: StoredItem = {
      ...rest,
      state: "new",
      position: fresh.gate === null && due === null ? this.#place() : null,
      dueAt: due,
      arrival: fresh.gate === null ? 0 : this.#place(),
      admitted: fresh.gate === null,
      attempts: 0,
      acquired: 0,
      leaseNumber: 0,
      leaseUntil: null,
      nextItemId: null,
      transitions: [],
    };
    this.live.set(item.id, item);
    this.count(item.queueId, "new", 1);
    return item;
  }

  /** Lets in, at a gate, those whose turn it is: the oldest, or the youngest where that mistake is planted. */
  admit({ queueId, gate, limit, left }: StoredGate, youngestFirst = false): void {
    const name = `${queueId} ${gate}`;
    let admitted = (this.#admitted.get(name) ?? 0) - left;
    const waiting = [...this.live.values()]
      .filter(
        (item) => item.queueId === queueId && item.gate === gate && !item.admitted && item.dueAt === null,
      )
      .sort((a, b) => (a.arrival - b.arrival) * (youngestFirst ? -1 : 1))
      .slice(0, Math.max(limit - admitted, 0));
    for (const item of waiting) {
      item.admitted = true;
      item.position = this.#place();
      admitted += 1;
    }
    this.#admitted.set(name, admitted);
  }

  /** The next items of a queue, in the claim's order. */
  pick(queueId: string, wanted: number): StoredItem[] {
    return [...this.live.values()]
      .filter((item) => item.queueId === queueId && item.position !== null)
      .sort((a, b) => b.priority - a.priority || a.position! - b.position!)
      .slice(0, wanted);
  }

  handOut(item: StoredItem, leaseMs: number): void {
    this.#move(item, item.attempts > 0 ? "retry" : "new", "processing");
    item.position = null;
    item.acquired += 1;
    item.leaseNumber += 1;
    item.leaseUntil = this.now() + leaseMs;
  }

  end(item: StoredItem, state: State, attempts: number, nextItemId: string | null): void {
    this.#move(item, item.state, state);
    Object.assign(item, { attempts, nextItemId, leaseUntil: null, position: null, dueAt: null });
    this.live.delete(item.id);
    this.ended.set(item.id, item);
  }

  retry(item: StoredItem, attempts: number, delayMs: number, admitted: boolean): void {
    this.#move(item, "processing", "retry");
    Object.assign(item, { attempts, admitted, leaseUntil: null });
    item.dueAt = delayMs > 0 ? this.now() + delayMs : null;
    item.position = delayMs <= 0 && admitted ? this.#place() : null;
    item.arrival = item.gate === null ? 0 : this.#place();
  }

  putBack(item: StoredItem): void {
    this.#move(item, "processing", item.attempts > 0 ? "retry" : "new");
    item.position = this.#place();
    item.leaseNumber += 1;
    item.leaseUntil = null;
  }

  requeue(item: StoredItem): void {
    this.#move(item, item.state, "new");
    this.ended.delete(item.id);
    this.live.set(item.id, item);
    item.leaseNumber += 1;
    Object.assign(item, { attempts: 0, acquired: 0, nextItemId: null, admitted: item.gate === null });
    item.position = item.gate === null ? this.#place() : null;
    item.arrival = item.gate === null ? 0 : this.#place();
  }

  expired(limit: number, earlyMs = 0): StoredItem[] {
    return [...this.live.values()]
      .filter((item) => item.leaseUntil !== null && item.leaseUntil - earlyMs < this.now())
      .sort((a, b) => a.leaseUntil! - b.leaseUntil!)
      .slice(0, limit);
  }

  /** Items whose time has come take their place; those that must be let in first are answered. */
  releaseDue(limit: number): StoredItem[] {
    const due = [...this.live.values()]
      .filter((item) => item.dueAt !== null && item.dueAt <= this.now())
      .sort((a, b) => a.dueAt! - b.dueAt!)
      .slice(0, limit);
    for (const item of due) {
      item.dueAt = null;
      item.position = item.admitted ? this.#place() : null;
    }
    return due.filter((item) => item.position === null);
  }

  record(item: StoredItem, type: string, details: Omit<Transition, "seq" | "at" | "type"> = {}): void {
    item.transitions.push({ seq: ++this.#events, at: this.now(), type, ...details });
  }

  count(queueId: string, state: State, change: number): void {
    const counts = this.counts.get(queueId) ?? new Map<State, number>();
    counts.set(state, (counts.get(state) ?? 0) + change);
    this.counts.set(queueId, counts);
  }

  #move(item: StoredItem, from: State, to: State): void {
    this.count(item.queueId, from, -1);
    this.count(item.queueId, to, 1);
    item.state = to;
  }

  #place(): number {
    this.#positions += 1;
    return this.#positions;
  }
}
