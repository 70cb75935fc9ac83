import { AppError } from "./errors.ts";
import { isFaultOfData } from "./database-errors.ts";

export interface CoalescerOptions<Member, Outcome> {
  /** For metrics and messages. */
  name: string;
  /** Writes all members in one statement and one commit; answers one outcome for each, in order. */
  write: (members: readonly Member[]) => Promise<readonly (Outcome | AppError)[]>;
  /** Members of one write. */
  batchMax: number;
  /** Members that may wait; more are refused as `overloaded`. */
  waitingMax: number;
  /** What a member weighs (bytes, say), and how much of it one write may carry. */
  weigh?: { weight: (member: Member) => number; max: number };
  /** Writes under way at once. */
  lanes?: number;
  /** Told the size of every write. */
  onWrite?: (size: number) => void;
}

interface Waiting<Member, Outcome> {
  member: Member;
  resolve: (outcome: Outcome) => void;
  reject: (error: unknown) => void;
}

/**
 * Natural group commit: calls that arrive while a write is under way share the next one; a lone call waits for
 * nobody. There is no timer. A member at fault fails alone: a write that fails for its data is halved until the
 * culprit stands by itself.
 */
export class Coalescer<Member, Outcome> {
  readonly #options: CoalescerOptions<Member, Outcome>;
  #waiting: Waiting<Member, Outcome>[] = [];
  #writing = 0;
  #idle: (() => void)[] = [];

  constructor(options: CoalescerOptions<Member, Outcome>) {
    this.#options = options;
  }

  /** Takes part in the next write and answers with this member's own outcome. */
  submit(member: Member): Promise<Outcome> {
    if (this.#waiting.length >= this.#options.waitingMax) {
      const message = `Too many calls of ${this.#options.name} are waiting; try again shortly`;
      return Promise.reject(new AppError("overloaded", message, { retryAfterSeconds: 1 }));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ member, resolve, reject });
      if (this.#waiting.length === 1) queueMicrotask(() => this.#pump());
    });
  }

  /** How many members wait. */
  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Resolves when nothing waits and nothing is being written. */
  async drained(): Promise<void> {
    if (this.#waiting.length === 0 && this.#writing === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #pump(): void {
    const lanes = this.#options.lanes ?? 1;
    while (this.#waiting.length > 0 && this.#writing < lanes) {
      const batch = this.#take();
      this.#writing += 1;
      void this.#write(batch).finally(() => {
        this.#writing -= 1;
        this.#pump();
        if (this.#waiting.length === 0 && this.#writing === 0)
          for (const resolve of this.#idle.splice(0)) resolve();
      });
    }
  }

  #take(): Waiting<Member, Outcome>[] {
    const { batchMax, weigh } = this.#options;
    let count = Math.min(batchMax, this.#waiting.length);
    if (weigh !== undefined) {
      let total = 0;
      for (let index = 0; index < count; index++) {
        total += weigh.weight(this.#waiting[index]!.member);
        if (total > weigh.max && index > 0) count = index;
      }
    }
    return this.#waiting.splice(0, count);
  }

  async #write(batch: Waiting<Member, Outcome>[]): Promise<void> {
    try {
      const outcomes = await this.#options.write(batch.map((waiting) => waiting.member));
      this.#options.onWrite?.(batch.length);
      batch.forEach((waiting, index) => settle(waiting, outcomes[index]));
    } catch (error) {
      if (batch.length > 1 && isFaultOfData(causeOf(error))) {
        const middle = batch.length >> 1;
        await this.#write(batch.slice(0, middle));
        await this.#write(batch.slice(middle));
        return;
      }
      for (const waiting of batch) waiting.reject(error);
    }
  }
}

function settle<Member, Outcome>(
  waiting: Waiting<Member, Outcome>,
  outcome: Outcome | AppError | undefined,
): void {
  if (outcome instanceof AppError) waiting.reject(outcome);
  else if (outcome === undefined)
    waiting.reject(new Error("a coalesced write answered fewer outcomes than members"));
  else waiting.resolve(outcome);
}

function causeOf(error: unknown): unknown {
  return error instanceof AppError ? error.details.cause : error;
}
