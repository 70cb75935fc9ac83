import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compile, JqError, type Json, toJson } from "../src/main.ts";
import { jqjs } from "./jqjs.ts";

const seed = 1_700;

const scalar = fc.constantFrom<Json>(null, true, false, 0, 1, -2, 2.5, "", "a", "b c", "10");
const keys = ["a", "b", "c"];
const { input } = fc.letrec<{ input: Json }>((tie) => ({
  input: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    fc.array(tie("input"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...keys), tie("input"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

const leaves = [
  ".",
  ".a",
  ".b",
  ".[0]",
  ".[-1]",
  ".[1:]",
  ".[]?",
  "..",
  "1",
  '"a"',
  "null",
  "[]",
  "{}",
  "empty",
];
const functions = [
  "length",
  "keys",
  "type",
  "not",
  "add",
  "reverse",
  "sort",
  "unique",
  "tojson",
  "tostring",
  "to_entries",
  "min",
  "max",
  "flatten",
  "any",
  "all",
  "first",
  "last",
  "floor",
  "explode",
  "ascii_upcase",
];

/** Programs of the parts that all implementations have, each part in its brackets. */
function programs(updates: boolean) {
  const { program } = fc.letrec<{ program: string }>((tie) => {
    const inner = tie("program");
    const two = fc.tuple(inner, inner);
    const forms = [
      two.map(([one, other]) => `(${one} | ${other})`),
      two.map(([one, other]) => `(${one}, ${other})`),
      fc
        .tuple(inner, fc.constantFrom("+", "-", "==", "!=", "<", ">=", "and", "or"), inner)
        .map((parts) => `(${parts.join(" ")})`),
      inner.map((one) => `[${one}]`),
      two.map(([one, other]) => `{a: (${one}), b: (${other})}`),
      inner.map((one) => `(map(${one})?)`),
      inner.map((one) => `select(${one})`),
      fc.tuple(inner, inner, inner).map(([one, two, three]) => `(if ${one} then ${two} else ${three} end)`),
      two.map(([one, other]) => `(${one} as $x | ${other} | [., $x])`),
      two.map(([one, other]) => `(try (${one}) catch (${other} | empty))`),
      inner.map((one) => `(reduce (${one}) as $x (0; [., $x] | length))`),
      inner.map((one) => `[limit(2; ${one})]`),
      inner.map((one) => `first(${one})`),
      inner.map((one) => `(([paths]?) // (${one}))`),
    ];
    if (updates) {
      forms.push(
        inner.map((one) => `(.a? |= ${one})`),
        inner.map((one) => `(.[]? |= (${one}))`),
        inner.map((one) => `(.b? = ${one})`),
        fc.constant("del(.a?, .[0]?)"),
        inner.map((one) => `[path(.. | select(${one}))]`),
        inner.map((one) => `(sort_by(${one}) | group_by(${one}))?`),
        inner.map((one) => `[foreach .[]? as $x (0; . + 1; [$x, ${one}])]`),
        inner.map((one) => `(with_entries(.value |= [${one}])?)`),
      );
    }
    return {
      program: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.constantFrom(...leaves, ...functions),
        ...forms,
      ),
    };
  });
  return program;
}

/** The outputs, and whether an error came behind them. What an error says differs between versions. */
function answer(act: (emit: (value: Json) => void) => void): string {
  const outputs: string[] = [];
  try {
    act((value) => {
      outputs.push(toJson(value, Infinity, true));
    });
  } catch (error) {
    if (error instanceof JqError && error.kind === "budget") return "budget";
    outputs.push("error");
  }
  return outputs.join(" ");
}

const ours = (text: string, given: Json) =>
  answer((emit) => {
    compile(text).each(given, (value) => emit(value));
  });

/** Where jqjs does not do what jq does, by the parts of a program that show it. */
const known: readonly (readonly [RegExp, string])[] = [
  [/\btry\b/, "a handler is not parsed as far as it goes"],
  [/\breduce\b/, "the state of a fold is not its input"],
  [/\$x/, "what is bound reaches other parts of a pipe"],
  [/\bif\b/, "a condition with several outputs counts once"],
  [/\.\[1:\]/, "a slice of an object is nothing and no error"],
  [/\bkeys\b/, "the keys of an array are strings"],
  [/\b(floor|explode|ascii_upcase)\b/, "other types are taken for numbers and strings"],
  [
    /\b(any|all|add|min|max|flatten|reverse|last|first|sort|unique)\b/,
    "other types are lists, or end quietly",
  ],
  [/\.\[-1\]/, "the last of an empty list is no value at all"],
  [/\bnot\b/, "a zero counts as false"],
  [/\blength\b/, "a number has no length"],
  [/\band\b|\bor\b/, "the right side is asked first"],
];

test("random programs that end well answer as another implementation in JavaScript answers", () => {
  let compared = 0;
  fc.assert(
    fc.property(programs(false), input, (given, value) => {
      // It takes values of any type in most places, so only what raises no error can be compared.
      const text = given.replaceAll("?", "");
      const mine = ours(text, value);
      if (known.some(([pattern]) => pattern.test(text)) || mine.endsWith("error")) return;
      const theirs = answer((emit) => {
        for (const output of jqjs.compile(text)(value)) emit(output);
      });
      compared += 1;
      expect(mine, text).toBe(theirs);
    }),
    { seed, numRuns: 5_000 },
  );
  expect(compared).toBeGreaterThan(300);
});

const version = spawnSync("jq", ["--version"], { encoding: "utf8" }).stdout?.trim() ?? "";
/** Up to 1.6 a `?` or `try` also caught what was raised behind it, lists had no entries, and strings no reverse. */
const isOld = /^jq-1\.[0-6]/.test(version);
const changedSince = /\btry\b|with_entries|reverse/;

test("random programs answer as the real jq answers", (context) => {
  if (version === "") context.skip("there is no jq on the PATH to compare with");
  const cases = fc.sample(fc.tuple(programs(true), input), { seed, numRuns: 300 });
  let compared = 0;
  for (const [given, value] of cases) {
    const text = isOld ? given.replaceAll("?", "") : given;
    if (isOld && changedSince.test(text)) continue;
    const run = spawnSync("jq", ["-cS", text], {
      input: JSON.stringify(value),
      encoding: "utf8",
      timeout: 2_000,
    });
    // What has no end there has one here, by the budget.
    if (run.error !== undefined) continue;
    const lines = run.stdout.split("\n").filter((line) => line !== "");
    const theirs = [...lines, ...(run.status === 0 ? [] : ["error"])].join(" ");
    compared += 1;
    expect(ours(text, value), `${text} of ${JSON.stringify(value)}`).toBe(theirs);
  }
  expect(compared).toBeGreaterThan(100);
});
