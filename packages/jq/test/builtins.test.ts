import { expect, test } from "vitest";
import { compile, type Json } from "../src/main.ts";

/** What the vectors of jq leave open, as the real jq answers it. */
test.each<[string, Json, Json[]]>([
  ["[limit(4; repeat(. * 2, 0))]", 1, [[2, 0, 2, 0]]],
  ["[leaf_paths]", ["a", null, [1]], [[[0], [2, 0]]]],
  ['has("a"), has(0)', null, [false, false]],
  ['indices("b"), index("b")', { b: 1 }, [1, null]],
  ["isinfinite, isnan, isnormal", "abc", [false, false, false]],
  ["[.[] | normals]", [1, "a", 0, null], [[1]]],
  ["try transpose catch 0", [{ a: 1 }], [0]],
  ["[(1, 2) + (10, 20)]", null, [[11, 12, 21, 22]]],
  [
    "[{a: (1, 2), b: (3, 4)} | [.a, .b]]",
    null,
    [
      [
        [1, 3],
        [1, 4],
        [2, 3],
        [2, 4],
      ],
    ],
  ],
  ["[pow(2, 3; 1, 2)]", null, [[2, 3, 4, 9]]],
  ['["\\(1, 2)-\\(3, 4)"]', null, [["1-3", "2-3", "1-4", "2-4"]]],
  ["[.[(0, 1):(2, 3)]]", [1, 2, 3], [[[1, 2], [1, 2, 3], [2], [2, 3]]]],
  ["[.[] as [$a] ?// $a | $a]", [[1, 2], 3], [[1, 3]]],
  ["1 # a comment \\\n goes on \n + 1", null, [2]],
  ["[5 % 2.7, -5 % 3, 5 % -3]", null, [[1, -2, 2]]],
  [
    "[1e17, 1e15, 0.00001, 3e100, 1e1000 | tojson]",
    null,
    [["1e+17", "1000000000000000", "1e-05", "3e+100", "1.7976931348623157e+308"]],
  ],
  ['strftime("%A %e %j %U %V %G %u %w")', 0, ["Thursday  1 001 00 01 1970 4 4"]],
  ["frexp, logb, significand", 8, [[0.5, 4], 3, 1]],
  [
    "[tostream]",
    { a: [1, { b: 2 }] },
    [[[["a", 0], 1], [["a", 1, "b"], 2], [["a", 1, "b"]], [["a", 1]], [["a"]]]],
  ],
  ["try error catch .", { a: 1 }, [{ a: 1 }]],
  ["env, $ENV, input_filename", null, [{}, {}, null]],
  ["@base32, (@base32 | @base32d)", "abc", ["MFRGG===", "abc"]],
])("%s of %j gives %j", (program, input, outputs) => {
  expect(compile(program).run(input)).toEqual(outputs);
});

test("every function that is named can be called", () => {
  const [names] = compile("builtins").run(null) as [string[]];
  for (const name of names) {
    const [word, arity] = name.split("/") as [string, string];
    const args = Array.from({ length: Number(arity) }, () => ".").join("; ");
    expect(() => compile(args === "" ? word : `${word}(${args})`), name).not.toThrow();
  }
});
