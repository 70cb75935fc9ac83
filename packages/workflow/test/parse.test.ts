import { expect, test } from "vitest";
import { parse, problemLine } from "../src/main.ts";
import { standardExamples } from "./standard-examples.ts";

const head = "document: { dsl: 1.0.3, namespace: test, name: a, version: 1.0.0 }";

function linesOf(text: string): string[] {
  return parse(text).problems.map(problemLine);
}

test("all 66 examples of the standard are read", () => {
  expect(standardExamples).toHaveLength(66);
  for (const { name, text } of standardExamples) {
    expect(linesOf(text), name).toEqual([]);
    expect(parse(text).definition, name).not.toBeNull();
  }
});

test("a definition reads the same from JSON as from YAML", () => {
  for (const { text } of standardExamples) {
    const { definition } = parse(text);
    expect(parse(JSON.stringify(definition, null, 2)).definition).toEqual(definition);
  }
});

test("every version 1.0.x of the language is taken, and no other", () => {
  const of = (dsl: string) => linesOf(head.replace("1.0.3", dsl) + "\ndo: []");
  for (const dsl of ["1.0.0", "1.0.12", "1.0.0-alpha5"]) expect(of(dsl), dsl).toEqual([]);
  for (const dsl of ["1.1.0", "0.9.0", "2.0.0"]) {
    expect(of(dsl)).toEqual([`line 1, column 18: "${dsl}" is not a version of the language, \`1.0.x\``]);
  }
});

/** What stands under `do:`, indented by two, and what is said about it. */
const tasks: readonly [string, ...string[]][] = [
  [
    "- getPet:\n    cal: http\n    with: {}",
    "line 4, column 5: task `getPet`: `cal` is not a task kind; did you mean `call`?",
  ],
  [
    "- a:\n    set: { x: 1 }\n    thne: end",
    "line 5, column 5: task `a`: `thne` is not known here; did you mean `then`?",
  ],
  ["- a: {}", "line 3, column 3: task `a`: says not what it does, like `call` or `set`"],
  [
    "- a: { set: { x: 1 }, wait: PT1S }",
    "line 3, column 3: task `a`: is `set` and `wait` at once; a task is one of them",
  ],
  [
    "- a: { set: { x: 1 } }\n  b: { set: { x: 1 } }",
    "line 3, column 3: member 1 must be one named task, not 2; each task is a member of the list of its own",
  ],
  [
    "- a: { set: { x: 1 } }\n- a: { set: { x: 1 } }",
    "line 4, column 3: two tasks of this list are named `a`",
  ],
  [
    "- a: { wait: 30 seconds }",
    'line 3, column 14: task `a`: "30 seconds" is not a duration like `PT30S` or `seconds: 30`',
  ],
  [
    "- a: { wait: { second: 3 } }",
    "line 3, column 16: task `a`: `second` is not known here; did you mean `seconds`?",
  ],
  ["- a: { wait: { seconds: -1 } }", "line 3, column 25: task `a`: `seconds` must be 0 or more, not -1"],
  ["- a: { call: http, with: { method: get } }", "line 3, column 20: task `a`: `endpoint` is missing"],
  ["- a: { call: http }", "line 3, column 3: task `a`: `with` is missing"],
  [
    "- a: { call: http, with: { method: get, endpoint: example.com } }",
    'line 3, column 51: task `a`: "example.com" is not a URI like `https://...` or ${ ... }',
  ],
  [
    "- a: { call: http, with: { method: get, endpoint: 'http://x', output: contents } }",
    'line 3, column 71: task `a`: "contents" is not known here; did you mean `content`?',
  ],
  [
    "- a: { run: { shell: { command: x }, script: { language: js, code: x } } }",
    "line 3, column 8: task `a`: exactly one of `container`, `script`, `shell`, `workflow` must be here; 2 are",
  ],
  [
    "- a: { try: [], catch: { as: my-error } }",
    'line 3, column 30: task `a`: "my-error" is not a name like `item`',
  ],
  [
    "- a: { if: true, set: { x: 1 } }",
    "line 3, column 12: task `a`: `if` must be a text, not the boolean true; write it in quotes",
  ],
  ["- a: { switch: [] }", "line 3, column 16: task `a`: `switch` must have at least one member"],
  [
    "- a: { listen: { to: { one: { with: {} } } } }",
    "line 3, column 37: task `a`: `with` must name an attribute",
  ],
  [
    "- outer:\n    do:\n      - inner: { sett: {} }",
    "line 5, column 18: task `inner`: `sett` is not a task kind; did you mean `set`?",
  ],
];

for (const [text, ...lines] of tasks) {
  test(`it is told: ${lines[0]}`, () => {
    expect(linesOf(`${head}\ndo:\n${text}`)).toEqual(lines);
  });
}

test("every mistake is told at once, in the order of the text", () => {
  const text =
    "document: { dsl: 1.0.0, nam: a }\ndo:\n- a: { cal: x }\n- b: { wait: soon }\nuse: { secret: [] }";
  expect(linesOf(text)).toEqual([
    "line 1, column 1: `namespace` is missing",
    "line 1, column 1: `name` is missing",
    "line 1, column 1: `version` is missing",
    "line 1, column 25: `nam` is not known here; did you mean `name`?",
    "line 3, column 8: task `a`: `cal` is not a task kind; did you mean `call`?",
    'line 4, column 14: task `b`: "soon" is not a duration like `PT30S` or `seconds: 30`',
    "line 5, column 8: `secret` is not known here; did you mean `secrets`?",
  ]);
});

test("a text that is no YAML is told with its place", () => {
  expect(linesOf("document: [a\ndo: b")[0]).toMatch(/^line \d, column \d+: /);
  expect(linesOf("a: 1\na: 2")).toContain("line 2, column 1: `a` stands here twice");
  expect(linesOf("")).toEqual(["line 1, column 1: a definition must be an object, not empty"]);
});

test("hostile texts are refused and do no harm", () => {
  const bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 12; i += 1) bomb.push(`a${i}: &a${i} [${`*a${i - 1},`.repeat(9)}]`);
  expect(linesOf(bomb.join("\n"))[0]).toMatch(/more than 100000 values/);
  expect(linesOf("[".repeat(500) + "]".repeat(500))[0]).toMatch(/nested deeper than 100/);
  expect(linesOf("x".repeat(500_001))[0]).toMatch(/longer than 500000 characters/);
  expect(linesOf("__proto__: { a: 1 }\ndo: []")[0]).toBe("line 1, column 1: `__proto__` cannot be a key");
  expect(linesOf("a: &a [*a]")[0]).toMatch(/./);
  expect(({} as Record<string, unknown>).a).toBeUndefined();
  const many = Array.from({ length: 500 }, (_, i) => `- a${i}: { cal: x }`).join("\n");
  expect(linesOf(`${head}\ndo:\n${many}`)).toHaveLength(100);
});
