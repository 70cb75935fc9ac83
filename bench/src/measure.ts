import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The middle of several runs, and how far they lay apart. */
export interface Summary {
  median: number;
  min: number;
  max: number;
}

export function summarise(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1]!, min: sorted[0]!, max: sorted.at(-1)! };
}

/** The value below which this share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

/**
 * Lets `callers` call `act` over and over until `total` things are done; answers how many were done a second. `act`
 * answers how many it did; 0 ends its caller.
 */
export async function rateOf(total: number, callers: number, act: () => Promise<number>): Promise<number> {
  let started = 0;
  let done = 0;
  const startedAt = performance.now();
  const caller = async () => {
    while (started < total) {
      started += 1;
      const count = await act();
      if (count === 0) return;
      started += count - 1;
      done += count;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (done / (performance.now() - startedAt)) * 1_000;
}

/** How often a second this disk takes a block and says that it is safe. */
export function fsyncRate(): number {
  const file = join(tmpdir(), `millrace-fsync-${process.pid}`);
  const handle = openSync(file, "w");
  const block = Buffer.alloc(8_192);
  const startedAt = performance.now();
  let count = 0;
  while (performance.now() - startedAt < 1_000) {
    writeSync(handle, block, 0, block.length, 0);
    fdatasyncSync(handle);
    count += 1;
  }
  closeSync(handle);
  rmSync(file);
  return Math.round(count / ((performance.now() - startedAt) / 1_000));
}

/** A number for people: `12,345`, or with a decimal when it is small. */
export function show(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toFixed(value >= 10 ? 1 : 2);
}
