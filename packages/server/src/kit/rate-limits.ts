const windowMs = 60_000;
const keysMax = 50_000;

export interface RateDecision {
  allowed: boolean;
  limit: number;
  remaining: number;
  /** Seconds until the window ends. */
  resetSeconds: number;
}

interface Window {
  endsAt: number;
  count: number;
}

/**
 * Counts per key in windows of a minute, in this process; the process's own clock paces it and decides nothing else.
 */
export class RateLimits {
  readonly #limit: number;
  readonly #windows = new Map<string, Window>();

  /** `limit`: calls a minute for one key. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get isOff(): boolean {
    return this.#limit === 0;
  }

  /** Counts one call of `key`. */
  take(key: string, nowMs = performance.now()): RateDecision {
    let window = this.#windows.get(key);
    if (window === undefined || window.endsAt <= nowMs) {
      if (this.#windows.size >= keysMax) this.#sweep(nowMs);
      window = { endsAt: nowMs + windowMs, count: 0 };
      this.#windows.set(key, window);
    }
    window.count += 1;
    return {
      allowed: window.count <= this.#limit,
      limit: this.#limit,
      remaining: Math.max(this.#limit - window.count, 0),
      resetSeconds: Math.ceil((window.endsAt - nowMs) / 1_000),
    };
  }

  /** Forgets ended windows; if all are open, all of them: bounded memory before exact counts. */
  #sweep(nowMs: number): void {
    for (const [key, window] of this.#windows) if (window.endsAt <= nowMs) this.#windows.delete(key);
    if (this.#windows.size >= keysMax) this.#windows.clear();
  }
}
