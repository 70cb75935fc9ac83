import type { Logger } from "./log.ts";
import type { Wakes } from "./wakes.ts";

export interface Loop {
  /** A verb phrase: `expire-leases`. */
  name: string;
  /** One bounded step. Answers whether there is more to do at once. */
  tick: () => Promise<boolean>;
  /** The promise: it runs at least this often. */
  everyMs: number;
  /** The hint: it also runs when one of these topics is signalled. */
  topics?: readonly string[];
}

const backOffMaxMs = 30_000;

/** Runs loops until stopped. A tick that throws is logged and tried again later, with growing pauses. */
export class LoopRunner {
  readonly #log: Logger;
  readonly #wakes: Wakes;
  readonly #running: RunningLoop[] = [];

  constructor(wakes: Wakes, log: Logger) {
    this.#wakes = wakes;
    this.#log = log;
  }

  start(loop: Loop): void {
    const running = new RunningLoop(loop, this.#log);
    const unsubscribes = (loop.topics ?? []).map((topic) => this.#wakes.on(topic, () => running.wake()));
    running.onStop = () => unsubscribes.forEach((unsubscribe) => unsubscribe());
    this.#running.push(running);
    running.wake();
  }

  /** Lets running ticks end; starts no new one. */
  async stop(): Promise<void> {
    await Promise.all(this.#running.map((running) => running.stop()));
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
