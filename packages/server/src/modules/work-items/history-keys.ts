import type { History, Item, Push } from "./history.ts";

/** What was wrong at an order key or a concurrency key. */
export interface KeyViolation {
  key: string;
  message: string;
}

interface Step {
  seq: number;
  item: Item;
  type: string;
}

/** I8: an order key has one item at work at a time, in the order of pushing; a concurrency key has so many at most. */
export function byKeyViolations(history: History): KeyViolation[] {
  const groups = new Map<string, Item[]>();
  for (const item of history.items.values()) {
    const name = keyOf(item);
    if (name !== undefined) groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  const violations: KeyViolation[] = [];
  for (const [key, items] of groups) {
    const ordered = items[0]!.orderKey !== null;
    const limit = ordered ? 1 : (history.queues.get(items[0]!.queueId)?.concurrencyPerKey ?? 1);
    const messages = crowded(items, limit, ordered);
    if (ordered) messages.push(...overtaken(items, history.pushes));
    violations.push(...messages.map((message) => ({ key, message })));
  }
  return violations;
}

function keyOf({ queueId, orderKey, concurrencyKey }: Item): string | undefined {
  if (orderKey !== null) return `order key ${orderKey} of ${queueId}`;
  return concurrencyKey === null ? undefined : `concurrency key ${concurrencyKey} of ${queueId}`;
}

const leaving = ["successful", "failed", "abandoned", "deleted"];

/** An item is in from its claim to its end; under an order key a retry keeps it in. */
function crowded(items: readonly Item[], limit: number, ordered: boolean): string[] {
  const inside = new Set<string>();
  const messages: string[] = [];
  for (const { item, type } of stepsOf(items)) {
    const leaves = leaving.includes(type) || (!ordered && type !== "claimed");
    if (leaves) inside.delete(item.id);
    if (type !== "claimed") continue;
    inside.add(item.id);
    if (inside.size > limit) messages.push(`${[...inside].join(" and ")} were at work at once`);
  }
  return messages;
}

function stepsOf(items: readonly Item[]): Step[] {
  const steps = items.flatMap((item) => item.transitions.map(({ seq, type }) => ({ seq, item, type })));
  return steps.sort((a, b) => a.seq - b.seq);
}

/** Of two pushes of which one had been acknowledged before the other was asked for, the first is claimed first. */
function overtaken(items: readonly Item[], pushes: readonly Push[]): string[] {
  const spans = spansOf(items, pushes);
  const byReturn = [...spans].sort((a, b) => a.returned - b.returned);
  const messages: string[] = [];
  let next = 0;
  let last = { id: "", claimed: -Infinity };
  for (const span of spans.sort((a, b) => a.called - b.called)) {
    while (next < byReturn.length && byReturn[next]!.returned < span.called) {
      if (byReturn[next]!.claimed > last.claimed) last = byReturn[next]!;
      next += 1;
    }
    if (span.claimed < last.claimed) messages.push(`${span.id} overtook ${last.id}`);
  }
  return messages;
}

interface Span {
  id: string;
  /** Of the first call that pushed it, and of the first return that said so: lines of the history. */
  called: number;
  returned: number;
  claimed: number;
}

/** Items that were due at once, with when they were pushed; a push that is repeated under its key is one push. */
function spansOf(items: readonly Item[], pushes: readonly Push[]): Span[] {
  const byTag = new Map<string, Span>();
  for (const item of items) {
    if (item.fromItemId !== null) continue;
    const claimed = firstClaimOf(item);
    byTag.set(item.tag, { id: item.id, called: Infinity, returned: Infinity, claimed });
  }
  for (const { res, asked, calledLine, returnedLine } of pushes) {
    const span = byTag.get(asked.tag);
    if (span === undefined) continue;
    if ((asked.delayMs ?? 0) > 0) byTag.delete(asked.tag);
    span.called = Math.min(span.called, calledLine);
    if (res === "ok") span.returned = Math.min(span.returned, returnedLine);
  }
  return [...byTag.values()];
}

function firstClaimOf(item: Item): number {
  const claims = item.transitions.filter(({ type }) => type === "claimed").map(({ seq }) => seq);
  return claims.length === 0 ? Infinity : Math.min(...claims);
}
