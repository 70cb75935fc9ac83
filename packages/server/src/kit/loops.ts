import type { Queryable } from "./database.ts";
import { newId } from "./ids.ts";
import { giveUpLead, takeLead } from "./leader.ts";
import type { Logger } from "./log.ts";
import type { Wakes } from "./wakes.ts";

export interface Loop {
  /** A verb phrase: `expire-leases`. */
  name: string;
  /** One bounded step. Answers whether there is more to do at once. */
  tick: () => Promise<boolean>;
  /** The promise: it runs at least this often. */
  everyMs: number;
  /** Only one node at a time runs it: the one that leads the task. */
  alone?: boolean;
  /** The hint: it also runs when one of these topics is signalled. */
  topics?: readonly string[];
}

const backOffMaxMs = 30_000;

/** Runs loops until stopped. A tick that throws is logged and tried again later, with growing pauses. */
export class LoopRunner {
  readonly #log: Logger;
  readonly #wakes: Wakes;
  readonly #database: Queryable;
  readonly #nodeId = newId();
  readonly #running: RunningLoop[] = [];

  constructor(database: Queryable, wakes: Wakes, log: Logger) {
    this.#database = database;
    this.#wakes = wakes;
    this.#log = log;
  }

  start(loop: Loop): void {
    const tick = loop.alone === true ? () => this.#tickIfLeading(loop) : loop.tick;
    const running = new RunningLoop({ ...loop, tick }, this.#log);
    const unsubscribes = (loop.topics ?? []).map((topic) => this.#wakes.on(topic, () => running.wake()));
    running.onStop = () => unsubscribes.forEach((unsubscribe) => unsubscribe());
    this.#running.push(running);
    running.wake();
  }

  /** Lets running ticks end; starts no new one. */
  async stop(): Promise<void> {
    await Promise.all(this.#running.map((running) => running.stop()));
    await giveUpLead(this.#database, this.#nodeId);
  }

  async #tickIfLeading(loop: Loop): Promise<boolean> {
    const term = await takeLead(this.#database, loop.name, this.#nodeId);
    return term === undefined ? false : loop.tick();
  }
}

class RunningLoop {
  onStop: () => void = () => undefined;
  readonly #loop: Loop;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #ticking: Promise<void> | undefined;
  #wanted = false;
  #stopped = false;
  #failures = 0;

  constructor(loop: Loop, log: Logger) {
    this.#loop = loop;
    this.#log = log;
  }

  wake(): void {
    if (this.#stopped) return;
    if (this.#ticking !== undefined) {
      this.#wanted = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#ticking = this.#tick().finally(() => {
      this.#ticking = undefined;
      this.#scheduleNext();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.onStop();
    clearTimeout(this.#timer);
    await this.#ticking;
  }

  async #tick(): Promise<void> {
    this.#wanted = false;
    try {
      this.#wanted = (await this.#loop.tick()) || this.#wanted;
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      this.#wanted = false;
      this.#log.error(
        { err: error, loop: this.#loop.name, failures: this.#failures },
        "a loop's tick failed",
      );
    }
  }

  #scheduleNext(): void {
    if (this.#stopped) return;
    if (this.#wanted) {
      setImmediate(() => this.wake());
      return;
    }
    const pause = Math.min(
      this.#loop.everyMs * 2 ** Math.min(this.#failures, 10),
      Math.max(backOffMaxMs, this.#loop.everyMs),
    );
    this.#timer = setTimeout(() => this.wake(), pause * (0.9 + Math.random() * 0.2));
    this.#timer.unref();
  }
}
