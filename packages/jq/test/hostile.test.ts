import { expect, test } from "vitest";
import { compile, JqError, type Json } from "../src/main.ts";

/** What a run ends with: the name of the budget it spent, the kind of another error, or its outputs. */
function ending(program: string, input: Json = null): unknown {
  try {
    return compile(program).run(input);
  } catch (error) {
    if (!(error instanceof JqError)) throw error;
    return error.budget ?? error.kind;
  }
}

const bombs: readonly (readonly [string, string])[] = [
  ["[repeat(1)]", "steps"],
  ["until(false; .)", "steps"],
  ["[range(1e12)]", "steps"],
  ["first(range(1e12) | select(false))", "steps"],
  ["[while(true; . + 1)]", "steps"],
  ["label $out | repeat(1)", "outputs"],
  ["try repeat(1) catch .", "outputs"],
  ['"x" * 1e9', "size"],
  ['"abc" * 1e9', "failed"],
  [".[3e8] = 1", "size"],
  [".[1e9] = 1", "failed"],
  ['reduce range(100) as $i ("x"; . + .)', "size"],
  ["reduce range(100) as $i ([1]; . + .)", "steps"],
  ["reduce range(100) as $i ([]; [., .])", "size"],
  ["reduce range(100) as $i ([]; [., .]) | tojson", "steps"],
  ["reduce range(100) as $i ({}; {a: ., b: .}) | tostring", "steps"],
  ["[reduce range(60) as $i ([]; [., .]), reduce range(60) as $i ([]; [., .])] | .[0] == .[1]", "steps"],
  ["[reduce range(60) as $i ([]; [., .]), reduce range(60) as $i ([]; [., .])] | sort", "steps"],
  ["reduce range(60) as $i ([]; [., .]) | [..]", "steps"],
  ["reduce range(60) as $i ([]; [., .]) | flatten", "steps"],
  ["def f: f; f", "depth"],
  ["def f: 1 + f; f", "depth"],
  ["def f: [f]; f", "depth"],
  ["def f: ., f; [f]", "depth"],
  ["def f(g): f(g | g); f(.)", "depth"],
  ["def f(g): g | f(g); f(.)", "depth"],
  ["def f: try f catch .; f", "depth"],
  ["def f: f?; f", "depth"],
  ["def f: (f // f); f", "depth"],
  ["[range(20) | [range(20)]] | [combinations]", "steps"],
];

test.each(bombs)("%s ends with: %s", (program, budget) => {
  expect(ending(program)).toBe(budget);
});

const long = "a".repeat(30);

test.each([
  ["^(a+)+$", false],
  ["^(a|a)*$", false],
  ["(.*)*(.*)*(.*)*b", false],
  ["^(a|a)*\\1$", "steps"],
  ["^(?=(a+)+$)", "steps"],
  ["^((a+)+)\\2$", "steps"],
])("the pattern %s against a text that almost fits ends with: %s", (pattern, found) => {
  const end = ending(`test(${JSON.stringify(pattern)})`, `${long}!`);
  expect(end).toEqual(typeof found === "string" ? found : [found]);
});

test("a pattern on a long text takes no stack", () => {
  expect(compile('test("^(?:a|b)*$")').run("ab".repeat(20_000), { budget: { steps: 1e7 } })).toEqual([true]);
});

test.each([
  "(".repeat(5_000) + ")".repeat(5_000),
  "[".repeat(5_000),
  "{a:".repeat(3_000),
  '"\\('.repeat(3_000),
  "if . then ".repeat(3_000),
  `${"1+".repeat(40_000)}1`,
  `${".|".repeat(40_000)}.`,
  `${"1,".repeat(40_000)}1`,
  "def f: ".repeat(3_000),
  "-".repeat(5_000),
  "x".repeat(200_000),
])("a program nested or long beyond all reason is a syntax error", (program) => {
  expect(ending(program)).toBe("syntax");
});

test("the names of what every host object has are keys like any other", () => {
  const keys = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];
  for (const key of keys) {
    expect(compile(`.${key}`).run({})).toEqual([null]);
    expect(compile(".[$key]", { variables: ["key"] }).run({}, { variables: { key } })).toEqual([null]);
    expect(compile(`has("${key}")`).run({})).toEqual([false]);
    expect(compile(`.${key}?`).run([])).toEqual([]);
    expect(compile(`{${key}: 1} | .${key}, keys[0]`).run(null)).toEqual([1, key]);
    expect(compile(`.${key} = 1 | .${key}`).run({})).toEqual([1]);
    expect(compile(`[{key: "${key}", value: 2}] | from_entries | .${key}`).run(null)).toEqual([2]);
    expect(compile(`. as {${key}: $x} | $x`).run({})).toEqual([null]);
    expect(() => compile(key)).toThrow("is not defined");
    expect(() => compile(`@${key}`)).toThrow("is not a valid format");
    expect(() => compile(`$${key}`)).toThrow("is not defined");
    expect(ending(`"a" | test("a"; "${key}")`)).toBe("failed");
  }
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test("what is written under __proto__ stays in the value", () => {
  const input = JSON.parse('{"__proto__": {"polluted": 1}}') as Json;
  for (const program of [
    ". * .",
    ". + .",
    "{} + .",
    ".a = 1",
    "map_values(.)",
    "with_entries(.)",
    "tojson | fromjson",
  ]) {
    const [made] = compile(program).run(input);
    expect(Object.hasOwn(made as object, "__proto__"), program).toBe(true);
    expect((made as { polluted?: unknown }).polluted, program).toBeUndefined();
  }
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test("a value nested ten thousand deep is read, compared, written and changed, or refused with a clear error", () => {
  const deep = (levels: number): Json => {
    let value: Json = 1;
    for (let level = 0; level < levels; level += 1) value = [value];
    return value;
  };
  const input = deep(10_000);
  const options = { budget: { steps: 1e8 } };
  expect(compile(". == .").run(input)).toEqual([true]);
  expect(compile("[., .] | .[0] == .[1]").run(input)).toEqual([true]);
  expect(compile("[..] | length").run(input, options)).toEqual([10_001]);
  expect(compile("flatten").run(input)).toEqual([[1]]);
  expect(compile("tojson | fromjson | flatten").run(input, options)).toEqual([[1]]);
  expect(compile("getpath([range(10000) | 0])").run(input, options)).toEqual([1]);
  expect(compile("setpath([range(10000) | 0]; 2) | flatten").run(input, options)).toEqual([[2]]);
  expect(ending("walk(.)", input)).toBe("depth");
  expect(ending("[tostream]", input)).toMatch(/depth|steps/);
  expect(ending("[leaf_paths] | length", input)).toEqual([1]);
});

test("a run that was stopped leaves the program as it was", () => {
  const program = compile("if . then [repeat(1)] else 2 end");
  expect(() => program.run(true)).toThrow("more steps");
  expect(program.run(false)).toEqual([2]);
});

test("a budget is the run's own, and each limit can be set", () => {
  expect(() => compile("[range(100)]").run(null, { budget: { steps: 10 } })).toThrow("steps");
  expect(() => compile("range(100)").run(null, { budget: { outputs: 10 } })).toThrow("outputs");
  expect(() => compile('"abc" + "def"').run(null, { budget: { size: 5 } })).toThrow("larger");
  expect(() =>
    compile("def f: if . > 9 then . else . + 1 | f end; 0 | f").run(null, { budget: { depth: 5 } }),
  ).toThrow("deeper");
  expect(compile("def f: if . > 500 then . else . + 1 | f end; 0 | f").run(null)).toEqual([501]);
});

test("a fold that changes its state in place does not change what others hold", () => {
  const input = { list: [1], map: { a: 1 } };
  const text = JSON.stringify(input);
  const programs: readonly (readonly [string, Json])[] = [
    ["reduce range(3) as $i (.list; . + [$i])", [1, 0, 1, 2]],
    ['reduce range(3) as $i (.map; .["k\\($i)"] = $i) | length', 4],
    ["reduce range(3) as $i (.; .map.a += $i) | .map.a", 4],
    ["reduce range(2) as $i ({}; .a = [$i] | .b = .a | .a[0] = 9) | .b", [1]],
    ["reduce range(3) as $i ([]; .[$i] = .)", [[], [[]], [[], [[]]]]],
    ["reduce range(2) as $i ({}; .a += [$i] | .b = .a | .a += [7]) | .b", [0, 7, 1]],
    ["reduce range(2) as $i ({}; .a[$i] = $i | (.b, .a[0]) = .a) | .b", [[0], 1]],
    [". as $x | reduce range(2) as $i ([]; . + $x.list) | ., $x.list | length", 2],
    ["[[]] | reduce range(2) as $i (.; .[0] |= . + [$i] | .[1] = .[0] | .[0] += [5]) | .[1]", [0, 5, 1]],
    ["[1, 2] as $x | reduce range(3) as $i ($x; . + [$i]) | $x", [1, 2]],
  ];
  for (const [program, output] of programs) expect(compile(program).first(input), program).toEqual(output);
  expect(JSON.stringify(input)).toBe(text);
});
