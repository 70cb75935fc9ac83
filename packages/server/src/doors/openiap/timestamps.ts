import type { Timestamp } from "./messages.ts";

const nanosPerMs = 1_000_000;

/** A time of the house (ISO 8601) as it travels, in milliseconds; null stays. */
export function writtenTime(time: string | null): Timestamp | null {
  if (time === null) return null;
  const ms = Date.parse(time);
  const seconds = Math.floor(ms / 1_000);
  return { seconds, nanos: (ms - seconds * 1_000) * nanosPerMs };
}

/** A time as it came, as the house takes it; undefined where none was sent. */
export function readTime(time: Timestamp | null): string | undefined {
  if (time === null || (time.seconds === 0 && time.nanos === 0)) return undefined;
  const date = new Date(time.seconds * 1_000 + Math.trunc(time.nanos / nanosPerMs));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
