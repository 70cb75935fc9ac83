/** What a queue does in sixty lines, without a database: what the real one is compared with, call by call. */

export interface ModelItem {
  id: string;
  state: string;
  priority: number;
  /** Its place among those that may be claimed. */
  position: number | null;
  orderKey: string | undefined;
  arrival: number;
  attempts: number;
  acquired: number;
  lease: number;
}

const over = ["successful", "failed", "abandoned"];

export class QueueModel {
  readonly items = new Map<string, ModelItem>();
  readonly attemptsMax: number;
  readonly acquiredMax: number;
  #places = 0;

  constructor(limits: { attemptsMax: number; acquiredMax: number }) {
    this.attemptsMax = limits.attemptsMax;
    this.acquiredMax = limits.acquiredMax;
  }

  push(id: string, priority: number, orderKey?: string): void {
    const counts = { attempts: 0, acquired: 0, lease: 0 };
    this.items.set(id, {
      id,
      state: "new",
      priority,
      position: null,
      orderKey,
      arrival: ++this.#places,
      ...counts,
    });
    this.#letIn();
  }

  claim(count: number): ModelItem[] {
    const free = [...this.items.values()].filter(({ position }) => position !== null);
    const first = free.sort((a, b) => b.priority - a.priority || a.position! - b.position!).slice(0, count);
    for (const item of first) {
      const acquired = item.acquired + 1;
      Object.assign(item, { state: "processing", position: null, acquired, lease: item.lease + 1 });
    }
    return first;
  }

  finish(item: ModelItem, lease: number, outcome: "successful" | "business" | "application"): string {
    if (item.lease !== lease) return "lease_lost";
    const ended = outcome === "successful" ? "successful" : "failed";
    if (item.state !== "processing") {
      const same = item.state === ended || (ended === "failed" && item.state === "retry");
      return same ? item.state : "lease_lost";
    }
    item.attempts += 1;
    const again = outcome === "application" && item.attempts < this.attemptsMax;
    Object.assign(item, { state: again ? "retry" : ended, position: again ? ++this.#places : null });
    this.#letIn();
    return item.state;
  }

  /** Its holder gave it back, or went silent. */
  putBack(item: ModelItem, silent: boolean): void {
    if (silent && item.acquired >= this.acquiredMax) item.state = "abandoned";
    else {
      const state = item.attempts > 0 ? "retry" : "new";
      Object.assign(item, { state, position: ++this.#places, lease: item.lease + 1 });
    }
    this.#letIn();
  }

  requeue(item: ModelItem): void {
    const fresh = { state: "new", attempts: 0, acquired: 0, lease: item.lease + 1 };
    Object.assign(item, fresh, { arrival: ++this.#places });
    this.#letIn();
  }

  remove(item: ModelItem): void {
    this.items.delete(item.id);
    this.#letIn();
  }

  /** Items without a key are in at once; of those with one, the oldest when nobody else is in. */
  #letIn(): void {
    const live = [...this.items.values()].filter(({ state }) => !over.includes(state));
    const isIn = ({ position, state }: ModelItem) => position !== null || state === "processing";
    for (const item of live.filter((one) => !isIn(one)).sort((a, b) => a.arrival - b.arrival)) {
      const taken = live.some((other) => other.orderKey === item.orderKey && isIn(other));
      if (item.orderKey === undefined || !taken) item.position = ++this.#places;
    }
  }
}
