import type { Position } from "../events/model.ts";

/** A PostgreSQL snapshot: every transaction below `max` is seen but those that were open. */
export interface Snapshot {
  max: bigint;
  open: ReadonlySet<bigint>;
}

const digitsMax = 18;

/** Reads `xmin:xmax:xip,...`; undefined if PostgreSQL would refuse it. */
export function parseSnapshot(text: string): Snapshot | undefined {
  const [min = "", max = "", open, ...more] = text.split(":");
  const listed = open === undefined || open === "" ? [] : open.split(",");
  const numbers = [min, max, ...listed];
  if (
    open === undefined ||
    more.length > 0 ||
    numbers.some((number) => !/^\d+$/.test(number) || number.length > digitsMax)
  ) {
    return undefined;
  }
  const [low = 0n, high = 0n, ...ids] = numbers.map(BigInt);
  const isAscending = ids.every(
    (id, index) => id >= low && id < high && (index === 0 || id > ids[index - 1]!),
  );
  return low > 0n && low <= high && isAscending ? { max: high, open: new Set(ids) } : undefined;
}

/** Whether what the transaction wrote was visible. */
export function sees(snapshot: Snapshot, transaction: bigint): boolean {
  return transaction < snapshot.max && !snapshot.open.has(transaction);
}

/** Whether everything that `other` saw was visible in `snapshot` too. */
export function covers(snapshot: Snapshot, other: Snapshot): boolean {
  if (snapshot.max < other.max) return false;
  return [...snapshot.open].every((id) => id >= other.max || other.open.has(id));
}

/** Whether the feed can be read from there. */
export function isReadable({ done, until }: Position): boolean {
  return parseSnapshot(done) !== undefined && (until === undefined || parseSnapshot(until) !== undefined);
}
