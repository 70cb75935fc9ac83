import { expect, test } from "vitest";
import { compile, JqError, parse } from "../src/main.ts";

function errorOf(act: () => unknown): JqError {
  try {
    act();
  } catch (error) {
    if (error instanceof JqError) return error;
    throw error;
  }
  throw new Error("there was no error");
}

test.each([
  [".a | .b |", 1, 10, "unexpected end of file"],
  ["{a: 1,, b}", 1, 7, "unexpected ','"],
  [".a\n| foo", 2, 3, "foo/0 is not defined"],
  [".a\n| map($x)", 2, 7, "$x is not defined"],
  ['"a \\q"', 1, 4, "invalid escape"],
  ['"abc', 1, 5, "unterminated string"],
  ["1 == 1 == 1", 1, 8, "unexpected '=='"],
  [". as [] | 1", 1, 7, "unexpected ']'"],
  ["if . then 1", 1, 12, "end of file"],
  ["break $out", 1, 1, "$*label-out is not defined"],
  ["{(1): 2}", 1, 3, "Cannot use number (1) as object key"],
  ["@foo", 1, 1, "foo is not a valid format"],
  ['import "a" as a; .', 1, 1, "modules are not available"],
  [". ^ 2", 1, 3, 'unexpected "^"'],
])("%s is wrong at line %i, column %i: %s", (program, line, column, message) => {
  const error = errorOf(() => compile(program));
  expect(error).toMatchObject({ kind: "syntax", line, column });
  expect(error.message).toContain(message);
});

test.each([
  [".a", 1, 'Cannot index number with string ("a")'],
  [".[0]", {}, "Cannot index object with number (0)"],
  [".[]", 1, "Cannot iterate over number (1)"],
  [". + 1", "a", 'string ("a") and number (1) cannot be added'],
  [". - 1", null, "null (null) and number (1) cannot be subtracted"],
  ['error("no")', null, "no"],
  ["error({a: 1})", null, '{"a":1} (not a string)'],
  ["error(null)", null, "null (not a string)"],
  ["tonumber", "abc", 'string ("abc") cannot be parsed as a number'],
  ["now", null, "the time is not known to this run"],
  ["input", null, "No more inputs"],
  ["halt_error", "end", "end"],
  ["try halt_error catch 1", "end", "end"],
])("%s of %j fails with: %s", (program, input, message) => {
  const error = errorOf(() => compile(program).run(input));
  expect(error).toMatchObject({ kind: "failed", message });
});

test("what was raised comes with the error, and the outputs before it were given", () => {
  const outputs: unknown[] = [];
  const program = compile("1, 2, error({code: 7}), 3");
  const error = errorOf(() =>
    program.each(null, (value) => {
      outputs.push(value);
    }),
  );
  expect(outputs).toEqual([1, 2]);
  expect(error.value).toEqual({ code: 7 });
});

test("a consumer may stop, and the first output needs no other", () => {
  const seen: unknown[] = [];
  compile("range(10), error").each(null, (value) => {
    seen.push(value);
    return seen.length === 3;
  });
  expect(seen).toEqual([0, 1, 2]);
  expect(compile("1, error").first(null)).toBe(1);
  expect(compile("empty").first(null)).toBeUndefined();
});

test("variables, functions and the time come from the run", () => {
  const program = compile("$who, greet($who), (now | todate)", {
    variables: ["who"],
    functions: { "greet/1": (_input, who) => `hello ${String(who)}` },
  });
  expect(program.run(null, { variables: { who: "Ada" }, now: 0 })).toEqual([
    "Ada",
    "hello Ada",
    "1970-01-01T00:00:00Z",
  ]);
  expect(compile("$a", { variables: ["a"] }).run(null)).toEqual([null]);
});

test("a function of the host may fail so that a program can catch it", () => {
  const functions = {
    "no/0": () => {
      throw new JqError("failed", "not today");
    },
  };
  expect(compile("try no catch .", { functions }).run(null)).toEqual(["not today"]);
});

test("the tree says which names a program takes from outside, and where", () => {
  const { variables, functions, tree } = parse(
    ". as $a | def f(g): g + $a + $b; f(length) | slug($c; .) | f",
  );
  expect(tree.kind).toBe("bind");
  expect(variables.map(({ name, start }) => [name, start])).toEqual([
    ["b", 29],
    ["c", 50],
  ]);
  expect(functions.map(({ name, arity }) => `${name}/${arity}`)).toEqual(["length/0", "slug/2", "f/0"]);
});

test("a meter counts the steps of all runs that share it, of those that fail too", () => {
  const meter = { steps: 0 };
  const sum = compile("[range(1000)] | add");
  sum.first(null, { meter });
  const once = meter.steps;
  expect(once).toBeGreaterThan(1_000);
  sum.run(null, { meter });
  sum.each(null, () => true, { meter });
  expect(meter.steps).toBe(3 * once);
  expect(() => compile("[repeat(1)]").run(null, { meter, budget: { steps: 500 } })).toThrow(JqError);
  expect(meter.steps).toBeGreaterThanOrEqual(3 * once + 500);
});
