import { describe, expect, test } from "vitest";
import { compile, CompileError, graph, type Known, parse, problemLine, validate } from "../src/main.ts";
import { standardExamples } from "./standard-examples.ts";

const head = "document: { dsl: 1.0.3, namespace: test, name: a, version: 1.0.0 }\n";

function linesOf(text: string, known?: Known): string[] {
  return validate(parse(text), known).map((problem) => `${problem.severity}, ${problemLine(problem)}`);
}

test("all 66 examples of the standard are valid, and can be drawn and compiled", () => {
  const told: Record<string, string[]> = {};
  for (const { name, text } of standardExamples) {
    const parsed = parse(text);
    const lines = linesOf(text);
    if (lines.length > 0) told[name] = lines;
    expect(() => compile(parsed.definition!), name).not.toThrow();
    expect(graph(parsed.definition!).nodes.length, name).toBeGreaterThan(2);
  }
  const bare = (text: string) => `"${text}" is taken as it stands; an expression is written \${ ${text} }`;
  expect(told).toEqual({
    "conditional-task.yaml": [
      `warning, line 21, column 21: task \`placeBet\`: ${bare(".customer")}`,
      `warning, line 22, column 16: task \`placeBet\`: ${bare(".bet")}`,
    ],
    "run-subflow.yaml": [`warning, line 14, column 23: task \`registerCustomer\`: ${bare(".user")}`],
  });
});

const known: Known = {
  functions: { "crm.lookup": { type: "object", required: ["id"], properties: { id: { type: "integer" } } } },
  secrets: ["payments"],
  connections: ["crm"],
  runners: ["eu-1", "linux"],
  workflows: ["test/child"],
};

/** What stands under the head, and what is said about it. The first line of the text is line 2. */
const table: readonly [about: string, text: string, ...lines: string[]][] = [
  ["a function that is there", "do: [{ a: { call: crm.lookup, with: { id: 1 } } }]"],
  [
    "a function that is not there",
    "do: [{ a: { call: crm.lokup } }]",
    "error, line 2, column 19: task `a`: no function is named `crm.lokup`; did you mean `crm.lookup`?",
  ],
  [
    "a function of the platform by a wrong name",
    "do: [{ a: { call: millrace.workitem.psuh } }]",
    "error, line 2, column 19: task `a`: no function is named `millrace.workitem.psuh`; " +
      "did you mean `millrace.workitem.push`?",
  ],
  [
    "arguments that do not fit",
    "do:\n- a: { call: millrace.workitem.push, with: { queue: q, payload: { x: '${ . }' }, prio: 3 } }",
    "error, line 3, column 44: task `a`: millrace.workitem.push: `prio` is not known here",
  ],
  [
    "arguments that are missing",
    "do: [{ a: { call: crm.lookup } }]",
    "error, line 2, column 19: task `a`: crm.lookup: `id` is missing",
  ],
  ["arguments that expressions give", "do: [{ a: { call: crm.lookup, with: { id: '${ .id }' } } }]"],
  [
    "a function by its address, and one of a catalog",
    "do: [{ a: { call: 'https://x/f.yaml' } }, { b: { call: 'log:1.0.0@default' } }]",
  ],
  [
    "a catalog that is not there",
    "do: [{ a: { call: 'log:1.0.0@mine' } }]",
    "error, line 2, column 19: task `a`: no catalog is named `mine` under `use.catalogs`",
  ],
  [
    "a workflow that is not there",
    "do: [{ a: { run: { workflow: { namespace: test, name: chidl, version: latest } } } }]",
    "error, line 2, column 55: task `a`: no workflow is named `test/chidl`; did you mean `test/child`?",
  ],
  [
    "an expression that does not parse, with its place in the text",
    'do:\n- a:\n    if: .x ==\n    set: { y: "${ .a | }" }',
    "error, line 4, column 14: task `a`: syntax error, unexpected end of file",
    "error, line 5, column 24: task `a`: syntax error, unexpected end of file",
  ],
  [
    "an expression on several lines",
    "do:\n- a:\n    set:\n      x: |-\n        ${\n          .a | foo\n        }",
    "error, line 7, column 16: task `a`: foo/0 is not defined",
  ],
  [
    "texts that are expressions in part only",
    "do:\n- a: { set: { x: 'Dear ${ .name },', y: '${ .a } and ${ .b }' } }",
    'warning, line 3, column 18: task `a`: "Dear ${ .name }," is taken as it stands; ' +
      'an expression is the whole text, as in ${ "Dear \\(.name)" }',
    "error, line 3, column 48: task `a`: syntax error, unexpected '}', expecting end of file; " +
      'a text is one expression, which joins by "\\(.a) \\(.b)"',
  ],
  [
    "a variable that is not there",
    "do: [{ l: { for: { each: pet, in: .pets }, do: [{ a: { set: { x: '${ $pte.id }' } } }] } }]",
    "error, line 2, column 70: task `a`: $pte is not defined; did you mean `$pet`?",
  ],
  [
    "a variable outside of its loop",
    "do: [{ l: { for: { in: .x }, do: [] } }, { a: { set: { x: '${ $item }' } } }]",
    "error, line 2, column 63: task `a`: $item is not defined",
  ],
  [
    "a way that leads nowhere",
    "do: [{ first: { set: { x: 1 }, then: secnd } }, { second: { set: { x: 1 } } }]",
    "error, line 2, column 38: task `first`: `then` leads to `secnd`, which is no task of this list; " +
      "did you mean `second`?",
    "warning, line 2, column 51: task `second`: nothing leads here",
  ],
  [
    "a case that leads nowhere",
    "do: [{ s: { switch: [{ c: { when: .x, then: no } }] } }]",
    "error, line 2, column 45: task `s`: `then` leads to `no`, which is no task of this list",
  ],
  [
    "a task that nothing leads to",
    "do: [{ a: { set: { x: 1 }, then: end } }, { b: { set: { x: 1 } } }, { c: { if: .x, set: { x: 1 }, then: b } }]",
    "warning, line 2, column 45: task `b`: nothing leads here",
    "warning, line 2, column 71: task `c`: nothing leads here",
  ],
  [
    "a task behind one that may be skipped",
    "do: [{ a: { if: .x, set: { x: 1 }, then: end } }, { b: { set: { x: 1 } } }]",
  ],
  [
    "a branch that leads to another one",
    "do: [{ f: { fork: { branches: [{ a: { set: { x: 1 }, then: b } }, { b: { set: { x: 1 } } }] } } }]",
    "error, line 2, column 60: task `a`: a branch leads to no other one: " +
      "`then` may be `continue`, `exit` or `end`, not `b`",
  ],
  [
    "the context, read before it is set",
    "do:\n- a: { set: '${ $context.id }' }\n- b: { set: { id: 1 }, export: { as: '$context + { id }' } }",
    "warning, line 3, column 17: task `a`: `$context.id` is read before any task has exported `id`",
  ],
  [
    "the context, where nobody sets the key",
    "do:\n- b: { set: { id: 1 }, export: { as: { order: '${ .id }' } } }\n- a: { set: '${ $context.ordre }' }",
    "warning, line 4, column 17: task `a`: `$context.ordre` is read, but no task exports `ordre`; " +
      "did you mean `order`?",
  ],
  [
    "the context, where nobody exports",
    "do: [{ a: { set: '${ $context.x }' } }]",
    "warning, line 2, column 22: task `a`: `$context.x` is read, but no task exports anything to the context",
  ],
  [
    "the context, where it cannot be told",
    "do: [{ b: { call: crm.lookup, with: { id: 1 }, export: { as: . } } }, { a: { set: '${ $context.x }' } }]",
  ],
  [
    "secrets where they would be recorded",
    "use: { secrets: [payments] }\ndo:\n- a: { set: { x: '${ $secrets.payments }' } }\n- b: { if: " +
      "$secrets.payments, wait: PT1S }",
    "error, line 4, column 18: task `a`: secrets may be read only in what a `call` or a process is given, " +
      "where they are not recorded",
    "error, line 5, column 12: task `b`: secrets may be read only in what a `call` or a process is given, " +
      "where they are not recorded",
  ],
  [
    "secrets in a call",
    "use: { secrets: [payments] }\ndo: [{ a: { call: crm.lookup, with: { id: '${ $secrets.payments }' } } }]",
  ],
  [
    "secrets that are not listed, or not there",
    "use: { secrets: [paymnts] }\ndo: [{ a: { call: crm.lookup, with: { id: '${ $secrets.payments }' } } }]",
    "error, line 2, column 18: no secret is named `paymnts`; did you mean `payments`?",
    "error, line 3, column 47: task `a`: the secret `payments` is not listed under `use.secrets`; " +
      "did you mean `paymnts`?",
  ],
  [
    "secrets and connections of an authentication",
    "do:\n- a: { call: http, with: { method: get, endpoint: { uri: 'http://x', authentication: { use: crm } } } }\n" +
      "- b: { call: http, with: { method: get, endpoint: { uri: 'http://x', authentication: { use: cmr } } } }\n" +
      "- c: { call: http, with: { method: get, endpoint: { uri: 'http://x', authentication: { basic: " +
      "{ use: s } } } } }",
    "error, line 4, column 93: task `b`: no authentication and no connection is named `cmr`; did you mean `crm`?",
    "error, line 5, column 95: task `c`: the secret `s` is not listed under `use.secrets`",
  ],
  [
    "what the standard lacks",
    "do: [{ a: { wait: PT1S, metadata: { millrace: { runner: eu-2, retries: 3 } } } }]",
    "error, line 2, column 57: task `a`: no runner has the name or label `eu-2`; did you mean `eu-1`?",
    "error, line 2, column 47: task `a`: `retries` is not known here",
  ],
  [
    "policies and times that make no sense",
    "timeout: { after: PT1M }\ndo:\n- a: { wait: PT1H }\n" +
      "- b: { call: http, timeout: { after: PT0S }, with: { method: get, endpoint: 'http://x' } }\n" +
      "- t: { try: [], catch: { retry: { jitter: { from: PT9S, to: PT1S }, backoff: { linear: { by: 2 } } } } }",
    "warning, line 4, column 14: task `a`: the workflow's timeout comes before this wait is over",
    "error, line 5, column 38: task `b`: a timeout of no time always ends it",
    "warning, line 6, column 33: task `t`: it is tried again without a pause and without a limit",
    "error, line 6, column 43: task `t`: `from` is longer than `to`",
    "warning, line 6, column 88: task `t`: what stands in here has no effect",
  ],
  [
    "references to what is not there",
    "do:\n- a: { timeout: long, raise: { error: gone } }\n- t: { try: [], catch: { retry: slow } }",
    "error, line 3, column 17: task `a`: no timeout is named `long` under `use.timeouts`",
    "error, line 3, column 39: task `a`: no error is named `gone` under `use.errors`",
    "warning, line 4, column 3: task `t`: nothing leads here",
    "error, line 4, column 33: task `t`: no retry policy is named `slow` under `use.retries`",
  ],
  [
    "names that stand twice or hide others",
    "use: { secrets: [payments, payments] }\ndo:\n- l: { for: { each: x, at: x, in: '[]' }, do: [] }\n" +
      "- m: { for: { each: input, in: '[]' }, do: [] }\n" +
      "- s: { switch: [{ c: { then: end } }, { c: { then: end } }] }",
    "error, line 2, column 28: two secrets are named `payments`",
    "error, line 4, column 28: task `l`: both variables are named `x`",
    "error, line 5, column 21: task `m`: `$input` is the standard's own; take another name",
    "error, line 6, column 39: task `s`: two cases are named `c`",
  ],
  [
    "a schedule that never comes",
    "schedule: { cron: '0 0 30 2 *', every: { milliseconds: 5 } }\ndo: []",
    "error, line 2, column 19: this cron expression never comes",
    "error, line 2, column 40: it must be a second or more",
  ],
  [
    "a schema that cannot be judged",
    "input: { schema: { document: { type: text } } }\noutput: { schema: { resource: { endpoint: " +
      "'https://x/s' } } }\ndo: []",
    'error, line 2, column 38: "text" is no type of JSON',
    "error, line 3, column 31: the schema it names has not been loaded",
  ],
];

describe("it is told before the first run:", () => {
  for (const [about, text, ...lines] of table) {
    test(about, () => {
      expect(linesOf(head + text, known).sort()).toEqual([...lines].sort());
    });
  }

  test("in the order of the text, with what the definition's own block says", () => {
    const text = `document:
  dsl: 1.0.0
  namespace: n
  name: a
  version: 1.0.0
  metadata:
    millrace:
      concurrency: { key: ".customer |", limit: 0, full: queue }
      throttle: { limit: 5, period: often }
      schedule: { timeZone: Mars/Olympus }
do: []`;
    expect(linesOf(text)).toEqual([
      "error, line 8, column 39: syntax error, unexpected end of file",
      "error, line 8, column 49: `limit` must be 1 or more",
      "error, line 9, column 37: `period` must be a duration like `PT30S` or `seconds: 30`",
      "error, line 10, column 29: `Mars/Olympus` is no time zone like `Europe/Berlin`",
    ]);
  });
});

test("a text that is no definition is told by what is wrong with it", () => {
  expect(linesOf("do: []")).toEqual(["error, line 1, column 1: `document` is missing"]);
});

test("what cannot be compiled is refused by compile as well, all of it", () => {
  const { definition } = parse(`${head}do: [{ a: { set: '\${ $no }', timeout: none } }]`);
  const error = (() => {
    try {
      return compile(definition!);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(CompileError);
  expect((error as CompileError).faults.map(({ pointer, code }) => `${code} ${pointer}`)).toEqual([
    "reference /do/0/a/timeout",
    "expression /do/0/a/set",
  ]);
});

test("a schema that is named is used where it has been loaded", () => {
  const text = `${head}input: { schema: { resource: { endpoint: 'https://x/s' } } }\ndo: []`;
  expect(linesOf(text, { schemas: { "https://x/s": { type: "object" } } })).toEqual([]);
});
