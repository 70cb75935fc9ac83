import { expect, test } from "vitest";
import { check } from "./history-checker.ts";
import {
  type ItemLine,
  type Line,
  parseLines,
  type PushLine,
  type Result,
  type Transition,
} from "./history.ts";

const bounds = { sweepMs: 1_000, unservedMs: 1_000 };
const queue = {
  successQueueId: null,
  failedQueueId: null,
  attemptsMax: 3,
  acquiredMax: 3,
  concurrencyPerKey: 1,
  leaseMs: 5_000,
};

/** Lines of a history, one each 10 ms. */
function write(...lines: Omit<Line, "t" | "proc">[]): Line[] {
  return [{ op: "queue", key: "q", arg: queue }, ...lines].map((line, index) => {
    return { t: index * 10, proc: line.op === "claim" ? "worker" : "producer", ...line };
  });
}

function push(asked: PushLine, res: Result, answered: object = {}): Omit<Line, "t" | "proc">[] {
  return [
    { op: "push", key: "q", arg: asked },
    { op: "push", key: "q", arg: answered, res },
  ];
}

function item(id: string, transitions: Omit<Transition, "seq">[], more: Partial<ItemLine> = {}) {
  const arg: ItemLine = {
    queueId: "q",
    state: "successful",
    tag: id,
    orderKey: null,
    concurrencyKey: null,
    fromItemId: null,
    successQueueId: null,
    failedQueueId: null,
    transitions: transitions.map((transition) => ({ seq: transition.at, ...transition })),
    ...more,
  };
  return { op: "item", key: id, arg };
}

const life = (from = 20): Omit<Transition, "seq">[] => [
  { at: from, type: "pushed" },
  { at: from + 10, type: "claimed", leaseNumber: 1 },
  { at: from + 20, type: "successful", leaseNumber: 1, attempts: 1 },
];

const invariants = (lines: Line[]) => check(lines, bounds).map(({ invariant }) => invariant);

test("an item that was pushed, claimed and ended gives no alarm, also when it was read from text", () => {
  const lines = write(...push({ tag: "a" }, "ok", { id: "a" }), item("a", life()));
  expect(check(lines, bounds)).toEqual([]);
  expect(parseLines(lines.map((line) => `${JSON.stringify(line)}\n`).join(""))).toEqual(lines);
});

test("a push that was acknowledged and is nowhere, or is something else, is noticed", () => {
  const pushed = push({ tag: "a" }, "ok", { id: "a" });
  expect(invariants(write(...pushed))).toEqual(["I1"]);
  expect(invariants(write(...pushed, item("a", life(), { queueId: "gone" })))).toContain("I1");
});

test("a push that was refused and is there is noticed; one that nobody knows of may be there once", () => {
  expect(invariants(write(...push({ tag: "a" }, "fail"), item("a", life())))).toEqual(["I2"]);
  const unknown = push({ tag: "a" }, "info");
  expect(invariants(write(...unknown))).toEqual([]);
  expect(invariants(write(...unknown, item("a", life())))).toEqual([]);
  const twice = [item("a", life()), item("b", life(), { tag: "a" })];
  expect(invariants(write(...unknown, ...twice))).toEqual(["I2"]);
});

test("two ends, a lease number that does not grow, and a write under an old one are told apart", () => {
  const pushed = push({ tag: "a" }, "ok", { id: "a" });
  const judged = (...more: Omit<Transition, "seq">[]) =>
    invariants(write(...pushed, item("a", [...life().slice(0, 2), ...more])));
  const end = { type: "successful", leaseNumber: 1, attempts: 1 };
  expect(judged({ at: 40, ...end }, { at: 50, ...end, attempts: 2 })).toEqual(["I3"]);
  const lost = { at: 40, type: "lease_expired", leaseNumber: 1 };
  const again = { at: 50, type: "claimed", leaseNumber: 1 };
  expect(judged(lost, again, { at: 60, ...end })).toEqual(["I5"]);
  expect(judged(lost, { ...again, leaseNumber: 3 }, { at: 60, ...end })).toEqual(["I6"]);
});

test("one lease in two hands, and a lease that ends before its time, are noticed", () => {
  const claim = (until: number) => [
    { op: "claim", key: "q", arg: {} },
    {
      op: "claim",
      key: "q",
      arg: { items: [{ id: "a", leaseNumber: 1, leaseUntil: until }] },
      res: "ok" as const,
    },
  ];
  const pushed = push({ tag: "a" }, "ok", { id: "a" });
  expect(invariants(write(...pushed, ...claim(90), ...claim(90), item("a", life())))).toEqual(["I5"]);
  const swept: Omit<Transition, "seq">[] = [
    ...life().slice(0, 2),
    { at: 80, type: "abandoned", leaseNumber: 1 },
  ];
  expect(invariants(write(...pushed, ...claim(90), item("a", swept, { state: "abandoned" })))).toEqual([
    "I5",
  ]);
});

test("a queue that counts more or less than it holds is noticed", () => {
  const sample = (counts: object) => [
    { op: "sample", key: "q", arg: {} },
    { op: "sample", key: "q", arg: { counts }, res: "ok" as const },
  ];
  const pushed = push({ tag: "a" }, "ok", { id: "a" });
  const judged = (counts: object) => invariants(write(...pushed, ...sample(counts), item("a", life())));
  expect(judged({ new: 1 })).toEqual([]);
  expect(judged({ new: 0 })).toEqual(["I7"]);
  expect(judged({ new: 1, retry: 1 })).toEqual(["I7"]);
});

test("an item that overtakes another one of its order key, or joins it at work, is noticed", () => {
  const pushes = [
    ...push({ tag: "a", orderKey: "k" }, "ok", { id: "a" }),
    ...push({ tag: "b", orderKey: "k" }, "ok", { id: "b" }),
  ];
  const judged = (a: number, b: number) =>
    invariants(
      write(...pushes, item("a", life(a), { orderKey: "k" }), item("b", life(b), { orderKey: "k" })),
    );
  expect(judged(20, 50)).toEqual([]);
  expect(judged(50, 20)).toEqual(["I8"]);
  expect(judged(20, 25)).toEqual(["I8"]);
});

test("an end that asked for a next item and made none, or two, is noticed", () => {
  const pushed = push({ tag: "a" }, "ok", { id: "a" });
  const first = item("a", life(), { successQueueId: "q" });
  const copy = (id: string) => item(id, life(60), { tag: "a", fromItemId: "a" });
  expect(invariants(write(...pushed, first, copy("b")))).toEqual([]);
  expect(invariants(write(...pushed, first))).toEqual(["I9"]);
  expect(invariants(write(...pushed, first, copy("b"), copy("c")))).toEqual(["I9"]);
});

test("with faults off, an item that stays, and one that waits while somebody gets nothing, are noticed", () => {
  const pushed = push({ tag: "a" }, "ok", { id: "a" });
  const quiet = { op: "quiet", key: "", arg: {} };
  const stays = item("a", life().slice(0, 1), { state: "new" });
  expect(invariants(write(...pushed, quiet, stays))).toEqual(["I12"]);
  const empty = [
    { t: 2_000, proc: "worker", op: "claim", key: "q", arg: {} },
    { t: 2_010, proc: "worker", op: "claim", key: "q", arg: { items: [] }, res: "ok" as const },
  ];
  const late = life().map((transition, index) => ({ ...transition, at: transition.at + index * 3_000 }));
  const lines = [...write(...pushed, quiet), ...empty, ...write(item("a", late)).slice(1)];
  expect(check(lines, bounds)).toMatchObject([{ invariant: "I12", message: /got nothing/ }]);
});
