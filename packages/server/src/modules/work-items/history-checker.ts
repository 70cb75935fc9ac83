import { byKeyViolations } from "./history-keys.ts";
import { type History, type Item, type Line, readHistory, type Transition } from "./history.ts";

/** A broken promise: the invariant by its number in the correctness model, and what broke it. */
export interface Violation {
  invariant: string;
  message: string;
}

/** How far things may be from their ideal before it counts. */
export interface Bounds {
  /** From a lease's end to its being swept, with faults off. */
  sweepMs: number;
  /** How long something ready may wait while somebody who asks gets nothing. */
  unservedMs: number;
}

type Report = (invariant: string, message: string) => void;

/** Judges a history by the invariants I1-I9 and I12; an empty list is a clean bill. */
export function check(lines: readonly Line[], bounds: Bounds): Violation[] {
  const history = readHistory(lines);
  const violations: Violation[] = [];
  const report: Report = (invariant, message) => violations.push({ invariant, message });
  checkPushes(history, report);
  for (const item of history.items.values()) checkTransitions(history, item, report);
  checkClaims(history, report);
  checkExtends(history, report);
  checkFinishes(history, report);
  checkSamples(history, report);
  for (const { key, message } of byKeyViolations(history)) report("I8", `${key}: ${message}`);
  checkNextItems(history, report);
  checkLiveness(history, bounds, report);
  return violations;
}

/** I1 and I2: what was acknowledged is there once, what was refused is not, what nobody knows is there once at most. */
function checkPushes({ pushes, items, itemsFoundTwice, queues }: History, report: Report): void {
  for (const id of itemsFoundTwice) report("I1", `${id} is in two states`);
  const found = new Map<string, Item[]>();
  for (const item of items.values()) {
    if (item.fromItemId === null) found.set(item.tag, [...(found.get(item.tag) ?? []), item]);
  }
  const hopeful = new Set<string>();
  const idOfKey = new Map<string, string>();
  for (const { res, key, asked, answered } of pushes) {
    if (res !== "fail") hopeful.add(asked.tag);
    if (res !== "ok") continue;
    const item = items.get(answered.id);
    if (item === undefined) report("I1", `${answered.id} was acknowledged and is nowhere`);
    else if (item.tag !== asked.tag || item.queueId !== key)
      report("I1", `${answered.id} is not what was pushed`);
    if (asked.idempotencyKey === undefined) continue;
    const name = `${key} ${asked.idempotencyKey}`;
    const before = idOfKey.get(name) ?? answered.id;
    if (before !== answered.id) report("I2", `${name} was acknowledged as ${before} and as ${answered.id}`);
    idOfKey.set(name, before);
  }
  for (const [tag, copies] of found) {
    if (copies.length > 1) report("I2", `${tag} was pushed once and is there ${copies.length} times`);
    if (!hopeful.has(tag)) report("I2", `${tag} was refused, or pushed by nobody, and is there`);
  }
  for (const { id, queueId } of items.values())
    if (!queues.has(queueId)) report("I1", `${id} lies in a queue that is not there`);
}

const edges: Record<string, readonly string[]> = {
  nothing: ["pushed"],
  new: ["claimed", "requeued", "deleted"],
  retry: ["claimed", "requeued", "deleted"],
  processing: ["successful", "failed", "retried", "lease_expired", "released", "abandoned"],
  successful: ["requeued", "deleted"],
  failed: ["requeued", "deleted"],
  abandoned: ["requeued", "deleted"],
};
const ends = ["successful", "failed", "abandoned"];

/** I3, I4, I5 and I6 as the item's own history tells them. */
function checkTransitions({ queues }: History, item: Item, report: Report): void {
  const { attemptsMax = Infinity, acquiredMax = Infinity } = queues.get(item.queueId) ?? {};
  let state = "nothing";
  let attempts = 0;
  let acquired = 0;
  let lease = 0;
  for (const transition of item.transitions) {
    const { type } = transition;
    if (!(edges[state] ?? []).includes(type)) {
      const invariant = ends.includes(type) && ends.includes(state) ? "I3" : "I4";
      report(invariant, `${item.id} went from ${state} by ${type}`);
    }
    if (type === "claimed") {
      if (transition.leaseNumber! <= lease)
        report("I5", `${item.id} has lease ${transition.leaseNumber} after lease ${lease}`);
      lease = transition.leaseNumber!;
      acquired += 1;
    } else if (transition.leaseNumber !== undefined && transition.leaseNumber !== lease) {
      report("I6", `${item.id}: ${type} under lease ${transition.leaseNumber}, but ${lease} was good`);
    }
    if (type === "lease_expired" && acquired >= acquiredMax)
      report("I4", `${item.id} goes on after ${acquired} holders; ${acquiredMax} were allowed`);
    if (type === "requeued" && ends.includes(state)) attempts = acquired = 0;
    if (transition.attempts !== undefined) {
      attempts += 1;
      if (transition.attempts !== attempts)
        report("I4", `${item.id}: attempt ${transition.attempts} follows ${attempts - 1}`);
      if (type === "retried" && attempts >= attemptsMax)
        report("I4", `${item.id} is tried more than ${attemptsMax} times`);
    }
    state = stateAfter(type, state, attempts);
  }
  if (state !== item.state) report("I4", `${item.id} is ${item.state}; its history says ${state}`);
}

function stateAfter(type: string, state: string, attempts: number): string {
  if (type === "pushed") return "new";
  if (type === "claimed") return "processing";
  if (type === "retried") return "retry";
  if (type === "requeued") return ends.includes(state) ? "new" : state;
  if (type === "lease_expired" || type === "released") return attempts > 0 ? "retry" : "new";
  return type;
}

/** I5: a lease has one holder, is in the history, and ends by the clock only after it was promised to end. */
function checkClaims({ claims, items }: History, report: Report): void {
  const holders = new Map<string, string>();
  for (const { res, proc, calledLine, answered } of claims) {
    if (res !== "ok") continue;
    for (const { id, leaseNumber, leaseUntil } of answered.items) {
      const lease = `${id} under lease ${leaseNumber}`;
      if (holders.has(lease)) report("I5", `${lease} was handed to ${holders.get(lease)} and to ${proc}`);
      holders.set(lease, `${proc} (line ${calledLine + 1})`);
      const item = items.get(id);
      if (item === undefined || !has(item, "claimed", leaseNumber))
        report("I4", `${lease} was handed out, and its history knows nothing of it`);
      else if (expiredBefore(item, leaseNumber, leaseUntil))
        report("I5", `${lease} was promised until ${leaseUntil} and taken away before`);
    }
  }
}

/** I5 and I6: an extension that was acknowledged held, and was of a lease that was good. */
function checkExtends({ extends: extensions, items }: History, report: Report): void {
  for (const { res, key, asked, answered, calledAt } of extensions) {
    if (res !== "ok") continue;
    const item = items.get(key);
    if (item === undefined || !has(item, "claimed", asked.leaseNumber)) {
      report("I6", `${key}: lease ${asked.leaseNumber} was extended and never given`);
      continue;
    }
    if (expiredBefore(item, asked.leaseNumber, answered.leaseUntil))
      report("I5", `${key}: lease ${asked.leaseNumber} was extended and taken away before`);
    const later = item.transitions.find((t) => t.type === "claimed" && t.leaseNumber! > asked.leaseNumber);
    if (later !== undefined && later.at < calledAt)
      report("I6", `${key}: lease ${asked.leaseNumber} was extended when ${later.leaseNumber} was good`);
  }
}

function has(item: Item, type: string, leaseNumber: number): boolean {
  return item.transitions.some((t) => t.type === type && t.leaseNumber === leaseNumber);
}

function expiredBefore(item: Item, leaseNumber: number, leaseUntil: number): boolean {
  const taken = item.transitions.find(
    (t) => (t.type === "lease_expired" || t.type === "abandoned") && t.leaseNumber === leaseNumber,
  );
  return taken !== undefined && taken.at < leaseUntil;
}

/** I3, I4 and I6: an acknowledged end is in the history, and saying it again gets the same answer. */
function checkFinishes({ finishes, items }: History, report: Report): void {
  for (const { res, key, asked, answered, returnedAt, calledLine } of finishes) {
    const item = items.get(key);
    const { leaseNumber, outcome } = asked;
    const what = `${key}: ${outcome} under lease ${leaseNumber} (line ${calledLine + 1})`;
    const ending = item?.transitions.find(
      (t) => t.leaseNumber === leaseNumber && ["successful", "failed", "retried"].includes(t.type),
    );
    if (res === "ok") {
      const type = answered.state === "retry" ? "retried" : answered.state;
      if (ending === undefined) report("I6", `${what} was accepted, and there is no such end`);
      else if (ending.type !== type) report("I3", `${what} was answered ${type}, and it is ${ending.type}`);
    }
    if (res === "fail" && answered.code === "lease_lost" && ending !== undefined && fits(ending, outcome)) {
      const later = item!.transitions.find((t) => t.seq > ending.seq);
      if (later === undefined || later.at > returnedAt)
        report("I3", `${what} was refused after it had been accepted`);
    }
  }
}

/** Whether this process said what happened, and not another one that had the same lease. */
function fits({ type }: Transition, outcome: string): boolean {
  return outcome === "successful" ? type === "successful" : type === "failed" || type === "retried";
}

/** I7: at every sample a queue holds what was pushed into it, no less and no more; in the end, state by state. */
function checkSamples({ samples, pushes, items, endedAt, queues }: History, report: Report): void {
  const acknowledged = new Map<string, number>();
  for (const push of pushes) {
    if (push.res !== "ok") continue;
    const at = acknowledged.get(push.answered.id) ?? Infinity;
    acknowledged.set(push.answered.id, Math.min(at, push.returnedAt));
  }
  const bornAt = new Map([...items.values()].map((item) => [item.id, item.transitions[0]?.at ?? Infinity]));
  for (const { key, res, calledAt, returnedAt, answered } of samples) {
    if (res !== "ok") continue;
    const here = [...items.values()].filter((item) => item.queueId === key);
    const least = here.filter((item) => (acknowledged.get(item.id) ?? Infinity) < calledAt).length;
    const most = here.filter((item) => bornAt.get(item.id)! <= returnedAt).length;
    const total = Object.values(answered.counts).reduce((sum, count) => sum + count, 0);
    if (total < least || total > most)
      report("I7", `${key} says ${total} at ${calledAt}; it is ${least} at least and ${most} at most`);
  }
  const last = new Map(samples.filter(({ res }) => res === "ok").map((sample) => [sample.key, sample]));
  for (const queueId of queues.keys()) {
    const sample = last.get(queueId);
    if (sample !== undefined && sample.returnedAt === endedAt)
      checkLastSample(queueId, sample, items, report);
  }
}

function checkLastSample(
  queueId: string,
  { answered }: { answered: { counts: Record<string, number> } },
  items: Map<string, Item>,
  report: Report,
): void {
  const found: Record<string, number> = {};
  for (const { queueId: its, state } of items.values())
    if (its === queueId) found[state] = (found[state] ?? 0) + 1;
  for (const state of new Set([...Object.keys(found), ...Object.keys(answered.counts)])) {
    const [says, is] = [answered.counts[state] ?? 0, found[state] ?? 0];
    if (says !== is) report("I7", `${queueId} says ${says} ${state} in the end; there are ${is}`);
  }
}

/** I9: each end that asks for a next item has made exactly one, where it was asked for, with the same content. */
function checkNextItems({ items, queues }: History, report: Report): void {
  const copies = new Map<string, Item[]>();
  for (const item of items.values()) {
    if (item.fromItemId === null) continue;
    if (!items.has(item.fromItemId))
      report("I9", `${item.id} comes from ${item.fromItemId}, which is nowhere`);
    copies.set(item.fromItemId, [...(copies.get(item.fromItemId) ?? []), item]);
  }
  for (const item of items.values()) {
    const queue = queues.get(item.queueId);
    const wanted: string[] = [];
    for (const { type } of item.transitions) {
      const next =
        type === "successful"
          ? (item.successQueueId ?? queue?.successQueueId)
          : type === "failed" && (item.failedQueueId ?? queue?.failedQueueId);
      if (typeof next === "string") wanted.push(next);
    }
    const made = copies.get(item.id) ?? [];
    const queueIds = made.map((copy) => copy.queueId);
    if (wanted.sort().join() !== queueIds.sort().join())
      report("I9", `${item.id} asked for [${wanted.join()}] and made [${queueIds.join()}]`);
    if (made.some((copy) => copy.tag !== item.tag)) report("I9", `${item.id} went on as something else`);
  }
}

/** I12: with faults off no lease outlives its sweep, nothing ready waits while someone idles, and all ends. */
function checkLiveness(history: History, bounds: Bounds, report: Report): void {
  const { items, quietAt, endedAt } = history;
  if (quietAt === Infinity) return;
  for (const item of items.values()) {
    if (!ends.includes(item.state)) report("I12", `${item.id} is still ${item.state} at ${endedAt}`);
  }
  checkSweeps(history, bounds.sweepMs, report);
  checkUnserved(history, bounds.unservedMs, report);
}

function checkSweeps(
  { items, claims, extends: extensions, quietAt }: History,
  sweepMs: number,
  report: Report,
) {
  const extended = new Set(extensions.map(({ key, asked }) => `${key} ${asked.leaseNumber}`));
  for (const { res, answered } of claims) {
    for (const { id, leaseNumber, leaseUntil } of res === "ok" ? answered.items : []) {
      const end = items
        .get(id)
        ?.transitions.find((t) => t.type !== "claimed" && t.leaseNumber === leaseNumber);
      const swept = end?.type === "lease_expired" || end?.type === "abandoned";
      if (!swept || extended.has(`${id} ${leaseNumber}`)) continue;
      if (end.at - Math.max(leaseUntil, quietAt) > sweepMs)
        report("I12", `${id}: lease ${leaseNumber} ended at ${leaseUntil} and was swept at ${end.at}`);
    }
  }
}

function checkUnserved({ items, claims, quietAt }: History, unservedMs: number, report: Report): void {
  const waits = new Map<string, Wait[]>();
  for (const item of items.values()) {
    const list = waits.get(item.queueId) ?? [];
    list.push(...waitsOf(item));
    waits.set(item.queueId, list);
  }
  for (const { res, proc, key, calledAt, returnedAt, answered } of claims) {
    const since = calledAt - unservedMs;
    if (res !== "ok" || answered.items.length > 0 || since < quietAt) continue;
    const ready = waits.get(key)?.find(({ from, until }) => from <= since && until > returnedAt);
    if (ready !== undefined)
      report("I12", `${proc} got nothing at ${returnedAt} while ${ready.id} was ready`);
  }
}

/** A time through which an item could be claimed. */
interface Wait {
  id: string;
  from: number;
  until: number;
}

const freeing = ["pushed", "retried", "lease_expired", "released", "requeued"];

/** Of items that wait at no key: those of a key may have to wait for others. */
function waitsOf({ id, orderKey, concurrencyKey, transitions }: Item): Wait[] {
  if (orderKey !== null || concurrencyKey !== null) return [];
  return transitions.flatMap(({ type, at, delayMs = 0 }, index) => {
    const until = transitions[index + 1]?.at ?? Infinity;
    return freeing.includes(type) ? [{ id, from: at + delayMs, until }] : [];
  });
}
