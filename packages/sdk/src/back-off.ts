import { MillraceError } from "./errors.ts";

const firstMs = 100;
const longestMs = 10_000;
/** A server that asks for more than this is not waited for in one go. */
const retryAfterMaxSeconds = 60;

/** The pause after so many failures, half of it left to chance so that clients do not come back all at once. */
export function backOffMs(failures: number, error?: unknown): number {
  const whole = Math.min(firstMs * 2 ** Math.min(failures, 20), longestMs);
  const asked = error instanceof MillraceError ? (error.retryAfterSeconds ?? 0) : 0;
  const askedMs = Math.min(asked, retryAfterMaxSeconds) * 1_000;
  return Math.max(whole * (0.5 + Math.random() / 2), askedMs * (1 + Math.random() / 10));
}

/** Waits; an abort ends it at once, with the signal's reason. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
