import { MillraceError } from "./errors.ts";
import type { HeldItem } from "./held-item.ts";
import type { ApiVerbs } from "./verbs.ts";

export interface KeptLeasesOptions {
  verbs: ApiVerbs;
  /** Instead of the queue's own. */
  leaseMs: number | undefined;
  onLost: (held: HeldItem, error: MillraceError) => void;
}

/** Lengthens the leases of held items at a third of their time, those that are due together in one go. */
export class KeptLeases {
  readonly #options: KeptLeasesOptions;
  readonly #held = new Set<HeldItem>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Infinity;

  constructor(options: KeptLeasesOptions) {
    this.#options = options;
  }

  add(held: HeldItem): void {
    this.#held.add(held);
    this.#wakeAt(held.renewAt);
  }

  remove(held: HeldItem): void {
    this.#held.delete(held);
    if (this.#held.size > 0) return;
    clearTimeout(this.#timer);
    this.#timerAt = Infinity;
  }

  /** Lengthens one lease now; fails when it is lost. */
  async extend(held: HeldItem, leaseMs = this.#options.leaseMs): Promise<void> {
    const { id, leaseNumber } = held.item;
    await this.#options.verbs.extendLease(
      id,
      { leaseNumber, leaseMs },
      { signal: held.signal, retriesMax: 0 },
    );
    held.renewAt = performance.now() + (leaseMs ?? held.leaseMs) / 3;
  }

  #wakeAt(at: number): void {
    if (at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#renewDue(), Math.max(0, at - performance.now()));
  }

  #renewDue(): void {
    this.#timerAt = Infinity;
    const now = performance.now();
    let next = Infinity;
    for (const held of this.#held) {
      // What is nearly due goes along: the server writes extensions that arrive together in one go.
      if (held.renewAt <= now + held.leaseMs / 10) this.#renew(held, now);
      next = Math.min(next, held.renewAt);
    }
    if (next < Infinity) this.#wakeAt(next);
  }

  /** A failure on the way is tried again soon: several tries fit before the lease ends. */
  #renew(held: HeldItem, now: number): void {
    held.renewAt = now + held.leaseMs / 8;
    this.extend(held).catch((error: unknown) => {
      if (this.#held.has(held) && isLost(error)) this.#options.onLost(held, error);
    });
  }
}

/** Whether the item is no longer ours, or no longer there. */
export function isLost(error: unknown): error is MillraceError {
  return error instanceof MillraceError && (error.code === "lease_lost" || error.code === "not_found");
}
