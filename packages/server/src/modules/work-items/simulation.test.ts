import { expect, test } from "vitest";
import { check, type Violation } from "./history-checker.ts";
import type { Line } from "./history.ts";
import { type Mutant, mutants } from "./simulation-queues.ts";
import { simulate, sweepEveryMs } from "./simulation.ts";

/** `SEEDS=50000` plays more seeds; `SEED=1234` plays only that one. */
const only = process.env.SEED === undefined ? undefined : Number(process.env.SEED);
const seedsMax = Number(process.env.SEEDS ?? 2_000);
const seeds = only === undefined ? Array.from({ length: seedsMax }, (_, index) => index + 1) : [only];

/** A sweep comes round every second on each node; a worker asks several queues in turn. */
const bounds = { sweepMs: sweepEveryMs + 100, unservedMs: 100 };

function judge(lines: readonly Line[]): Violation[] {
  return check(lines, bounds);
}

function report(seed: number, violations: readonly Violation[]): string {
  const list = violations.slice(0, 10).map(({ invariant, message }) => `${invariant}: ${message}`);
  return [`seed ${seed} breaks invariants; replay it alone with SEED=${seed}`, ...list].join("\n");
}

test("no seed breaks an invariant, and what happens in the runs is worth judging", () => {
  const seen = new Map<string, number>();
  for (const seed of seeds) {
    const lines = simulate(seed);
    const violations = judge(lines);
    if (violations.length > 0) expect.fail(report(seed, violations));
    for (const name of lines.flatMap(namesOf)) seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  if (seeds.length < 100) return;
  for (const name of worthJudging) expect.soft(seen.get(name) ?? 0, name).toBeGreaterThan(0);
});

const worthJudging =
  `claimed,successful,failed,retried,lease_expired,abandoned,released,requeued,push ok,push fail,
push info,finish ok,finish fail,finish info,extend ok,extend fail`.split(/,\s*/);

function namesOf({ op, res, arg }: Line): string[] {
  if (op === "item") return (arg as { transitions: { type: string }[] }).transitions.map(({ type }) => type);
  return res === undefined ? [] : [`${op} ${res}`];
}

test("a seed replays to the letter, and another one is another story", () => {
  const seed = only ?? 7;
  const once = JSON.stringify(simulate(seed));
  expect(JSON.stringify(simulate(seed))).toBe(once);
  expect(JSON.stringify(simulate(seed + 1))).not.toBe(once);
});

/** Each mistake, and the invariant that it must be seen to break. */
const caughtBy: Record<Mutant, string> = {
  "the lease number is not looked at": "I6",
  "an acknowledgement said again is refused": "I3",
  "an acknowledgement said again is written again": "I9",
  "the sweep forgets its first page": "I12",
  "the next item is pushed after the commit": "I9",
  "the next item is pushed twice": "I9",
  "an expired lease keeps its number": "I6",
  "a lease is swept before its end": "I5",
  "an order key lets in two": "I8",
  "an order key lets in the youngest": "I8",
  "a call is acknowledged before its commit": "I1",
  "an idempotency key is not kept": "I2",
  "a claim leaves the item where it was": "I4",
  "an expired lease is not counted": "I7",
  "a poison item is handed out for ever": "I4",
};

const mutantSeeds = Array.from({ length: 2_000 }, (_, index) => index + 1);

test.each(mutants)("the checker notices when %s", (mutant) => {
  const found = mutantSeeds.some((seed) =>
    judge(simulate(seed, mutant)).some(({ invariant }) => invariant === caughtBy[mutant]),
  );
  expect(found).toBe(true);
});
