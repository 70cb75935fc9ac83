import type { DatabaseClock } from "../../kit/database-clock.ts";
import type { LiveRun, Told } from "./live-run.ts";

/** Timers that are due within this are kept in this process as well; the loop finds the others. */
const soonMs = 30_000;
const timersMax = 50_000;

/** Fires timers of runs that this node has in hand when their instant comes, and not only at the next look. */
export class Timers {
  readonly #clock: DatabaseClock;
  readonly #tell: (runId: string, told: Told) => Promise<void>;
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(clock: DatabaseClock, tell: (runId: string, told: Told) => Promise<void>) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Sets a run's timer to the first instant that it waits for. */
  set({ facts: { id }, open, state }: LiveRun): void {
    this.clear(id);
    const instants = state === "running" ? Object.values(open.waits) : [];
    if (instants.length === 0 || this.#timers.size >= timersMax) return;
    const first = instants.reduce((a, b) => Math.min(a, b));
    const inMs = first - this.#clock.last();
    if (inMs > soonMs) return;
    const fire = () => {
      this.#timers.delete(id);
      // What fails here is found by the loop.
      this.#tell(id, { kind: "due", atMs: first }).catch(() => undefined);
    };
    this.#timers.set(id, setTimeout(fire, Math.max(0, Math.ceil(inMs))).unref());
  }

  clear(runId: string): void {
    clearTimeout(this.#timers.get(runId));
    this.#timers.delete(runId);
  }

  close(): void {
    for (const id of this.#timers.keys()) this.clear(id);
  }
}
