/** Chance that comes from a seed: the same seed gives the same numbers everywhere. */
export class SimulationRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  }

  /** A number in 0..1, 1 excluded (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.next() * choices.length)]!;
  }
}

interface Planned {
  at: number;
  order: number;
  act: () => void;
}

/** A clock that jumps from act to act; acts of one moment come in the order in which they were planned. */
export class SimulationClock {
  #now = 0;
  #order = 0;
  readonly #heap: Planned[] = [];

  get now(): number {
    return this.#now;
  }

  after(delayMs: number, act: () => void): void {
    const planned = { at: this.#now + Math.max(delayMs, 0), order: this.#order++, act };
    const heap = this.#heap;
    let index = heap.push(planned) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(planned, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = planned;
  }

  /** Runs what is planned until `untilMs`, or until `done` says so after an act. */
  run(untilMs: number, done: () => boolean): void {
    while (this.#heap.length > 0 && this.#heap[0]!.at <= untilMs) {
      const planned = this.#take();
      this.#now = planned.at;
      planned.act();
      if (done()) return;
    }
    this.#now = Math.max(this.#now, untilMs);
  }

  #take(): Planned {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(a: Planned, b: Planned): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
