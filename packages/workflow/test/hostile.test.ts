import { expect, test } from "vitest";
import type { Json } from "../src/json.ts";
import { limits, parse, restore, snapshot, validate } from "../src/main.ts";
import { Random } from "./random-definition.ts";
import { standardExamples } from "./standard-examples.ts";
import { outputOf, Play, play, workflowOf } from "./playing.ts";

const polluting = JSON.parse(
  '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}',
) as Json;

test("names that objects inherit are keys like any other, wherever data goes", () => {
  const run = play(
    `
do:
- keep: { set: "\${ . }", export: { as: "$context + . " } }
- call: { call: f, with: { all: "\${ . }" } }
- hear: { listen: { to: { any: [] }, read: envelope } }
- last: { set: "\${ { context: $context, heard: .[0].data } }" }`,
    polluting,
  );
  run.complete("call", polluting).receive("hear", { type: "t", data: polluting });
  const again = restore(snapshot(run.state));
  expect(JSON.stringify(again.output)).toBe(JSON.stringify({ context: polluting, heard: polluting }));
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect(play("do: [{ a: { set: { x: '${ .toString }', y: '${ .constructor }' } } }]").output).toEqual({
    x: null,
    y: null,
  });
});

test("a value that looks like a snapshot's own mark comes back as it was", () => {
  const shared = { text: "x".repeat(100), "@value": 0 };
  const input = { a: shared, b: shared, "@value": { "@value": 1 } };
  const run = play("do: [{ w: { wait: PT1S } }, { s: { set: '${ [., $workflow.input] }' } }]", input);
  const state = restore(snapshot(run.state));
  expect(state).toEqual(run.state);
});

test("an expression that would never end, or fill the memory, is an error of its task", () => {
  const bombs = [
    "[range(1e9)]",
    "def f: f + 1; f",
    "[limit(1e9; repeat(1))] | length",
    "until(false; .)",
    '"a" * 1e9',
  ];
  for (const bomb of [...bombs, '("a" * 5000) | test("^(a|aa)+$|(a*)*\\\\1b")']) {
    const run = play(`do: [{ a: { set: ${JSON.stringify(`\${ ${bomb} }`)} } }]`);
    if (run.error !== undefined) expect(run.error.type).toMatch(/errors\/(expression|runtime)$/);
    else expect(JSON.stringify(run.output).length).toBeLessThan(limits.value);
  }
});

test("a value that doubles or deepens with every turn ends at a limit", () => {
  const grow = (made: string) =>
    play(`do: [{ a: { set: ${made} } }, { b: { set: "\${ . }", then: a } }]`, { text: "x" }).error?.detail;
  expect(grow('{ one: "${ . }", other: "${ . }" }')).toBe(
    `the output is larger than ${limits.value} characters`,
  );
  expect(grow('{ one: "${ . }" }')).toBe(`the output has more than ${limits.levels} levels`);
});

test("an input, an output or an event that is too large or too deep is refused", () => {
  const large = "x".repeat(limits.value);
  let deep: Json = 1;
  for (let level = 0; level < 5_000; level += 1) deep = [deep];
  for (const value of [large, deep]) {
    expect(play("do: []", value).error?.detail).toMatch(/^the input (?:is larger|has more)/);
    expect(play("do: [{ a: { call: f } }]").complete("a", value).error?.detail).toMatch(
      /^the output (?:is|has)/,
    );
    const listening = play("do: [{ a: { listen: { to: { any: [] } } } }]");
    expect(listening.receive("a", { type: "t", data: value }).error?.detail).toMatch(/^the event (?:is|has)/);
  }
});

test("a run that goes round for ever lets others go first, and ends at a limit", () => {
  const run = play("do: [{ a: { set: '${ . }' } }, { b: { set: '${ . }', then: a } }]");
  let turns = 1;
  while (run.state.status === "running") {
    expect(run.waiting()).toEqual(["wait "]);
    run.fire();
    turns += 1;
  }
  expect(run.error?.detail).toBe(`${limits.steps} steps led to nothing outside of the run`);
  expect(turns).toBe(limits.steps / limits.turnSteps + 1);
});

test("what one event leads to is bounded, emitted events too", () => {
  const run = play("do: [{ a: { emit: { event: { with: { source: 's://s', type: t } } }, then: a } }]");
  expect(run.commands.length).toBeLessThanOrEqual(limits.turnSteps);
  run.cancel();
  expect(run.waiting()).toEqual([]);
});

test("a run that computes much lets others go first, and its expressions count", () => {
  const heavy = "[range(20000)] | add";
  const run = play(`do: [{ a: { for: { in: "[range(500)]" }, do: [{ s: { set: "\${ ${heavy} }" } }] } }]`);
  let turns = 1;
  while (run.state.status === "running") {
    run.fire();
    turns += 1;
  }
  expect(run.output).toBe(199_990_000);
  expect(turns).toBeGreaterThan(9);
  const endless = play(`do: [{ a: { set: "\${ ${heavy} }", then: a } }]`);
  while (endless.state.status === "running") endless.fire();
  expect(endless.changes.length).toBeLessThan(limits.steps / 50);
});

test("another event may come while a run has let others go first", () => {
  const run = play(`
do:
- f:
    fork:
      branches:
      - slow: { for: { in: "[range(15000)]" }, do: [{ s: { set: "\${ $item }" } }] }
      - call: { call: f }`);
  expect(run.waiting()).toEqual(["wait "]);
  run.fire();
  run.complete("call", "done");
  expect(run.output).toEqual([14_999, "done"]);
  expect(run.waiting()).toEqual([]);
});

test("forks within forks end at a limit", () => {
  const branches = Array.from({ length: 150 }, (_, i) => `{ b${i}: { call: g } }`).join(", ");
  const { error } = play(`
use:
  functions:
    f: { fork: { branches: [${branches}] } }
    g: { fork: { branches: [${branches.replaceAll("call: g", "call: h")}] } }
do: [{ a: { call: f } }]`);
  expect(error?.detail).toBe(`more than ${limits.frames} tasks are under way`);
});

test("events of the wrong shape do no harm", () => {
  const text = "do: [{ l: { listen: { to: { one: { with: { type: t } } } } } }, { c: { call: f } }]";
  const run = play(text);
  for (const event of [null, 1, "x", [], {}, { type: 1 }] as Json[]) run.receive("l", event);
  run.receive("l", { type: "t" });
  const { id } = run.of("c");
  const before = snapshot(run.state);
  run.say({ kind: "failed", at: run.now, command: id, error: undefined as never });
  expect(run.error).toMatchObject({ status: 500, detail: "it failed", instance: "/do/1/c" });
  const other = restore(before);
  expect(other.status).toBe("running");
});

test("what a flat flow holds does not grow with its history", () => {
  const run = play("do: [{ a: { call: f } }, { b: { set: '${ . }', then: a } }]");
  const sizes = new Set<number>();
  for (let i = 0; i < 2_000; i += 1) {
    run.complete("a", 1);
    sizes.add(snapshot(run.state).replaceAll(/\d+/g, "0").length);
  }
  expect(sizes.size).toBe(1);
});

test("a fork of a thousand branches writes its input once", () => {
  const branches = Array.from({ length: 1_000 }, (_, i) => `- b${i}: { call: f }`).join("\n      ");
  const workflow = workflowOf(`do:\n- f:\n    fork:\n      branches:\n      ${branches}`);
  const run = new Play(workflow, { text: "x".repeat(10_000) });
  const written = snapshot(run.state);
  expect(written.length).toBeLessThan(400_000);
  expect(restore(written)).toEqual(run.state);
  expect(outputOf("do: [{ a: { set: '${ . }' } }]", 1)).toBe(1);
});

test("texts with mistakes of any kind are told about, and never make the reader fail", () => {
  const random = new Random(7);
  const pieces = [
    "{",
    "}",
    "[",
    "]",
    ":",
    "- ",
    "\n",
    "  ",
    "${ ",
    "|",
    "&a ",
    "*a",
    "'",
    '"',
    "#",
    "\t",
    "null",
    "do:",
  ];
  let broken = 0;
  for (const { text } of standardExamples) {
    for (let i = 0; i < 15; i += 1) {
      const at = random.below(text.length);
      const changed = text.slice(0, at) + random.pick(pieces) + text.slice(at + random.below(4));
      const problems = validate(parse(changed));
      if (problems.length > 0) broken += 1;
      for (const { line, column, message } of problems) {
        expect(line >= 1 && column >= 1 && message !== "", changed).toBe(true);
      }
    }
  }
  expect(broken).toBeGreaterThan(300);
});
