import { describe, expect, test } from "vitest";
import { begin, eventTrigger, limits } from "../src/main.ts";
import { outputOf, Play, play, workflowOf } from "./playing.ts";

const spec = "https://serverlessworkflow.io/spec/1.0.0/errors/";
const busy = { type: `${spec}communication`, status: 503, title: "Busy" };

describe("data flow", () => {
  test("a task's output is the next one's input, the last one's the run's", () => {
    expect(outputOf("do:\n- a: { set: { n: 1 } }\n- b: { set: { n: '${ .n + 1 }' } }")).toEqual({ n: 2 });
  });

  test("input.from, output.as and export.as shape what goes in, out and into the context", () => {
    const text = `
do:
- a:
    input: { from: .order }
    set: { id: "\${ .id }", raw: "\${ $task.input.order.id }" }
    output: { as: "{ id, raw, in: $input.id }" }
    export: { as: "$context + { seen: .in, out: $output.raw }" }
- b: { set: "\${ { previous: ., context: $context } }" }`;
    expect(outputOf(text, { order: { id: 7 } })).toEqual({
      previous: { id: 7, raw: 7, in: 7 },
      context: { seen: 7, out: 7 },
    });
  });

  test("the workflow's own input and output are shaped too, and $workflow.input is what came in", () => {
    const text = `
input: { from: .order }
output: { as: "{ result: . }" }
do:
- a: { set: "\${ [.id, $workflow.input.order.id, $workflow.definition.document.name, $workflow.id] }" }`;
    expect(outputOf(text, { order: { id: 7 } })).toEqual({ result: [7, 7, "played", "run-1"] });
  });

  test("what does not fit its schema is a validation error of the task", () => {
    const rule = "schema: { document: { type: object, required: [id] } }";
    for (const key of ["input", "output", "export"]) {
      const as = key === "export" ? `${key}: { ${rule}, as: . }` : `${key}: { ${rule} }`;
      const { error } = play(`do:\n- a: { set: { x: 1 }, ${as} }`);
      expect(error, key).toMatchObject({ type: `${spec}validation`, status: 400, instance: "/do/0/a" });
      expect(error?.detail).toContain("`id` is missing");
    }
    expect(play(`input: { ${rule} }\ndo: []`).error?.type).toBe(`${spec}validation`);
    expect(play(`output: { ${rule} }\ndo: []`).error?.type).toBe(`${spec}validation`);
  });

  test("an expression that fails is an expression error with the task's pointer", () => {
    expect(play("do:\n- a: { set: { x: '${ .a + {} }' } }", { a: 1 }).error).toMatchObject({
      type: `${spec}expression`,
      status: 400,
      instance: "/do/0/a",
    });
  });

  test("the time that expressions see is that of the event", () => {
    const run = play(
      "do:\n- a: { wait: PT10S }\n- b: { set: '${ [now, $workflow.startedAt.epoch.seconds] }' }",
    );
    expect(run.fire().output).toEqual([1010, 1000]);
  });

  test("a definition without tasks gives its input back", () => {
    expect(outputOf("do: []", { a: 1 })).toEqual({ a: 1 });
  });
});

describe("flow", () => {
  test("a task whose condition does not hold is left out, and its directive too", () => {
    const text = "do:\n- a: { if: .no, set: { x: 1 }, then: end }\n- b: { set: '${ . + { b: 1 } }' }";
    expect(outputOf(text, { k: 1 })).toEqual({ k: 1, b: 1 });
  });

  test("`then` leads to a task by name, out of the list, or to the end", () => {
    const list = (then: string) => `
do:
- outer:
    do:
    - a: { set: { at: [a] }, then: ${then} }
    - b: { set: { at: "\${ .at + [\\"b\\"] }" } }
    - c: { set: { at: "\${ .at + [\\"c\\"] }" } }
- d: { set: { at: "\${ .at + [\\"d\\"] }" } }`;
    expect(outputOf(list("continue"))).toEqual({ at: ["a", "b", "c", "d"] });
    expect(outputOf(list("c"))).toEqual({ at: ["a", "c", "d"] });
    expect(outputOf(list("exit"))).toEqual({ at: ["a", "d"] });
    expect(outputOf(list("end"))).toEqual({ at: ["a"] });
  });

  test("a directive that names no task of its list is an error of what is around it", () => {
    const text = "do: [{ o: { do: [{ a: { set: { x: 1 }, then: nobody } }, { b: { set: { x: 2 } } }] } }]";
    expect(play(text).error).toMatchObject({
      type: `${spec}configuration`,
      instance: "/do/0/o",
      detail: "`then` leads to `nobody`, which is no task of its list",
    });
  });

  test("switch takes the first case that holds, the one without a condition otherwise, and passes its input on", () => {
    const text = `
do:
- which:
    switch:
    - big: { when: .n > 10, then: big }
    - small: { when: .n < 3, then: small }
    - other: { then: end }
- big: { set: { is: big }, then: end }
- small: { set: { is: small }, then: end }`;
    expect(outputOf(text, { n: 11 })).toEqual({ is: "big" });
    expect(outputOf(text, { n: 1 })).toEqual({ is: "small" });
    expect(outputOf(text, { n: 5 })).toEqual({ n: 5 });
  });

  test("a loop goes through a list, each turn from what the one before gave, while its condition holds", () => {
    const text = `
do:
- loop:
    for: { each: n, in: .numbers, at: i }
    while: .sum < 6
    do:
    - add: { set: "\${ { numbers: .numbers, sum: (.sum + $n), at: $i } }" }`;
    expect(outputOf(text, { numbers: [1, 2, 3, 4], sum: 0 })).toMatchObject({ sum: 6, at: 2 });
    expect(outputOf(text, { numbers: [], sum: 0 })).toEqual({ numbers: [], sum: 0 });
    expect(play(text, { numbers: { a: 1 }, sum: 0 }).error?.detail).toBe("for.in: .numbers: gives no list");
  });

  test("`exit` within a loop ends the turn, not the loop", () => {
    const text = `
do:
- loop:
    for: { in: "[1, 2, 3]" }
    do:
    - odd: { if: $item == 2, set: "\${ . }", then: exit }
    - add: { set: "\${ . + [$item] }" }`;
    expect(outputOf(text, [])).toEqual([1, 3]);
  });

  test("the end within a loop, a branch or a function ends the run, and whatever else is under way", () => {
    const run = play(`
use: { functions: { stop: { set: { stopped: true }, then: end } } }
do:
- both:
    fork:
      branches:
      - slow: { call: slow }
      - quick: { do: [{ wait: { wait: PT1S } }, { stop: { call: stop } }] }
- never: { call: never }`);
    expect(run.waiting()).toEqual(["call slow", "wait wait"]);
    run.fire();
    expect(run.output).toEqual({ stopped: true });
    expect(run.waiting()).toEqual([]);
    expect(run.commands.filter(({ kind }) => kind === "cancel")).toHaveLength(1);
  });

  test("10,000 turns of a loop and jumps back and forth take no stack", () => {
    const loop = "do:\n- l: { for: { in: '[range(10000)]' }, do: [{ s: { set: '${ $item }' } }] }";
    expect(play(loop).fire().output).toBe(9_999);
    const jump = "do:\n- a: { set: '${ { n: (.n + 1) } }' }\n- b: { if: .n < 5000, set: '${ . }', then: a }";
    expect(outputOf(jump, { n: 0 })).toEqual({ n: 5_000 });
  });
});

describe("what touches the outside", () => {
  test("a call is a command with its arguments, and its end is the output", () => {
    const run = play(
      "do:\n- a: { call: http, with: { method: get, endpoint: 'https://x/{id}/{a.b}', body: { n: '${ .n }' } } }",
      { id: "a b", n: 2, a: { b: 3 } },
    );
    expect(run.of("a")).toEqual({
      id: 3,
      kind: "call",
      task: "/do/0/a",
      function: "http",
      arguments: { method: "get", endpoint: "https://x/a%20b/3", body: { n: 2 } },
    });
    expect(run.complete("a", { ok: true }).output).toEqual({ ok: true });
    expect(run.state).toMatchObject({ status: "completed", frames: {}, pending: {}, agenda: [] });
  });

  test("a name of the endpoint that the input has not is an error that says so", () => {
    const { error } = play("do:\n- a: { call: http, with: { method: get, endpoint: 'https://x/{id}' } }");
    expect(error?.detail).toBe("https://x/{id}: the input has no `id`");
  });

  test("a name of the endpoint is looked for in the context and in what the workflow was begun with as well", () => {
    const run = play(
      `
do:
- a: { set: { here: 1 }, export: { as: "{ there: 2, first: 2 }" } }
- b: { call: http, with: { method: get, endpoint: "https://x/{here}/{there}/{first}/{begun}" } }`,
      { begun: 3, first: 3, here: 3 },
    );
    expect(run.of("b")).toMatchObject({ arguments: { endpoint: "https://x/1/2/2/3" } });
  });

  test("a function of the definition is a task that gets what it is called with", () => {
    const run = play(
      `
use:
  functions:
    double:
      input: { schema: { document: { required: [n] } } }
      set: { n: "\${ .n * 2 }" }
do:
- a: { call: double, with: { n: "\${ .start }" } }
- b: { call: double, with: { wrong: 1 } }`,
      { start: 4 },
    );
    expect(run.changes.find(({ task, kind }) => task === "/do/0/a" && kind === "completed")?.value).toEqual({
      n: 8,
    });
    expect(run.error).toMatchObject({ type: `${spec}validation`, instance: "/use/functions/double" });
  });

  test("a function that calls itself ends with an error, not with the stack", () => {
    const { error } = play("use: { functions: { f: { call: f } } }\ndo:\n- a: { call: f }");
    expect(error?.detail).toBe(`tasks stand deeper than ${limits.depth} within each other`);
  });

  test("an event is emitted with what CloudEvents need, and nothing is waited for", () => {
    const run = play(
      "do:\n- a: { emit: { event: { with: { source: 'https://s', type: t, data: '${ .n }' } } } }",
      { n: 1 },
    );
    expect(run.commands[0]).toMatchObject({
      kind: "emit",
      event: {
        specversion: "1.0",
        id: "run-1/3",
        source: "https://s",
        type: "t",
        data: 1,
        time: "1970-01-01T00:16:40.000Z",
      },
    });
    expect(run.output).toEqual({ n: 1 });
  });

  test("a wait is a command with an instant", () => {
    const run = play("do:\n- a: { wait: { minutes: 1, seconds: 30 } }", { k: 1 });
    expect(run.of("a")).toMatchObject({ kind: "wait", until: 1_090_000, reason: "wait" });
    expect(run.fire().output).toEqual({ k: 1 });
    expect(outputOf("do:\n- a: { wait: PT0S }", { k: 1 })).toEqual({ k: 1 });
    expect(play("do:\n- a: { wait: '${ .pause }' }", { pause: "PT2S" }).of("a")).toMatchObject({
      until: 1_002_000,
    });
  });

  test("of a process that ended a task gives back what it says", () => {
    const result = { code: 3, stdout: "out", stderr: "oh no" };
    const end = (rule: string, code: number) =>
      play(`do:\n- a: { run: { shell: { command: x }${rule} } }`, { in: 1 }).complete("a", {
        ...result,
        code,
      });
    expect(end("", 0).output).toBe("out");
    expect(end(", return: stderr", 0).output).toBe("oh no");
    expect(end(", return: none", 0).output).toEqual({ in: 1 });
    expect(end(", return: code", 3).output).toBe(3);
    expect(end(", return: all", 3).output).toEqual(result);
    expect(end("", 3).error?.detail).toBe("the process ended with code 3: oh no");
  });

  test("another workflow is run with its input, awaited or not", () => {
    const text = (more: string) =>
      `do:\n- a: { run: { workflow: { namespace: n, name: w, version: latest, input: { x: '\${ .x }' } }${more} } }`;
    const run = play(text(""), { x: 1 });
    expect(run.of("a")).toMatchObject({
      kind: "run",
      process: "workflow",
      await: true,
      arguments: { input: { x: 1 } },
    });
    expect(run.complete("a", "child").output).toBe("child");
    expect(play(text(", await: false"), { x: 1 }).output).toEqual({ x: 1 });
  });

  test("events about commands that are over, or of the wrong kind, change nothing", () => {
    const run = play("do:\n- a: { call: f, timeout: { after: PT1M } }\n- b: { call: g }");
    const [timer, call] = run.commands.map(({ id }) => id);
    run.say({ kind: "completed", at: 1, command: timer!, output: "no" });
    run.say({ kind: "fired", at: 1, command: call! });
    run.say({ kind: "received", at: 1, command: call!, event: {} });
    run.say({ kind: "completed", at: 1, command: 99, output: "no" });
    expect(run.state.status).toBe("running");
    run.say({ kind: "completed", at: 1, command: call!, output: "yes" });
    run.say({ kind: "completed", at: 1, command: call!, output: "again" });
    run.say({ kind: "fired", at: 1, command: timer! });
    expect(run.complete("b", "end").output).toBe("end");
  });
});

describe("forks", () => {
  const fork = (more: string) =>
    `do:
- f: { fork: { ${more}branches: [{ a: { call: a } }, { b: { call: b } }, { c: { set: 3 } }] } }`.replace(
      "set: 3",
      "set: '${ 3 }'",
    );

  test("the output is the list of the branches' outputs in their order", () => {
    const run = play(fork("")).complete("b", 2);
    expect(run.waiting()).toEqual(["call a"]);
    expect(run.complete("a", 1).output).toEqual([1, 2, 3]);
  });

  test("an error of one branch ends the others", () => {
    const run = play(fork("")).fail("b", busy);
    expect(run.waiting()).toEqual([]);
    expect(run.error).toEqual({ ...busy, instance: "/do/0/f/fork/branches/1/b" });
    expect(run.changes.filter(({ kind }) => kind === "cancelled").map(({ task }) => task)).toEqual([
      "/do/0/f/fork/branches/0/a",
    ]);
  });

  test("in a race the first to end well wins, the others are cancelled", () => {
    const run = play(
      "do:\n- f: { fork: { compete: true, branches: [{ a: { call: a } }, { b: { call: b } }] } }",
    );
    const loser = run.of("a").id;
    expect(run.complete("b", "won").output).toBe("won");
    expect(run.commands.filter(({ kind }) => kind === "cancel")).toMatchObject([{ command: loser }]);
  });

  test("in a race whoever fails drops out, and the last one's error is the fork's", () => {
    const race = "do:\n- f: { fork: { compete: true, branches: [{ a: { call: a } }, { b: { call: b } }] } }";
    expect(play(race).fail("a", busy).complete("b", "won").output).toBe("won");
    expect(
      play(race)
        .fail("a", busy)
        .fail("b", { ...busy, status: 500 }).error?.status,
    ).toBe(500);
  });

  test("what a branch has asked for in the very turn in which it loses is never issued", () => {
    const run = play(fork("compete: true, "));
    expect(run.commands).toMatchObject([{ kind: "complete", output: 3 }]);
  });
});

describe("timeouts", () => {
  test("a task that takes too long fails, and what it asked for is cancelled", () => {
    const run = play("do:\n- a: { timeout: { after: PT5S }, do: [{ b: { call: f } }] }");
    run.fire();
    expect(run.error).toMatchObject({ type: `${spec}timeout`, status: 408, instance: "/do/0/a" });
    expect(run.waiting()).toEqual([]);
  });

  test("a task in time cancels its timer", () => {
    const run = play(
      "use: { timeouts: { short: { after: PT5S } } }\ndo:\n- a: { timeout: short, call: f }",
    ).complete("a", 1);
    expect(run.output).toBe(1);
    expect(run.waiting()).toEqual([]);
  });

  test("the workflow's own timeout ends everything", () => {
    const run = play("timeout: { after: PT1H }\ndo:\n- a: { call: f }");
    expect(run.fire().error).toMatchObject({ type: `${spec}timeout`, instance: "" });
    expect(run.waiting()).toEqual([]);
  });
});

test("a run that is cancelled gives up what it asked for and says no more", () => {
  const run = play("do:\n- f: { fork: { branches: [{ a: { call: a } }, { b: { wait: PT1H } }] } }").cancel();
  expect(run.state.status).toBe("cancelled");
  expect(run.waiting()).toEqual([]);
  expect(run.commands.slice(2).map(({ kind }) => kind)).toEqual(["cancel", "cancel"]);
});

describe("extensions", () => {
  const extended = (then: string) => `
use:
  extensions:
  - outer: { extend: all, before: [{ o1: { emit: { event: { with: { source: 's://s', type: before } } } } }] }
  - inner:
      extend: call
      when: ($task.with.x | startswith("a"))
      before: [{ i1: { set: { mocked: true }${then} } }]
      after: [{ i2: { set: { dropped: true } } }]
do:
- a: { call: f, with: { x: abc } }
- b: { call: f, with: { x: [] } }`;

  test("stand around the tasks they mean, and their outputs are dropped", () => {
    const run = play(extended("")).complete("a", 1).complete("b", 2);
    expect(run.output).toBe(2);
    const done = run.changes
      .filter(({ kind }) => kind === "completed")
      .map(({ task }) => task.split("/").at(-1));
    expect(done).toEqual(["o1", "i1", "a", "i2", "o1", "b"]);
  });

  test("leave the task out by `exit`, and give its output", () => {
    const run = play(extended(", then: exit"));
    expect(run.waiting()).toEqual(["call b"]);
    const output = run.changes.find(({ kind, task }) => kind === "started" && task === "/do/1/b")?.value;
    expect(output).toEqual({ mocked: true });
  });
});

describe("how a run begins and what its commands carry", () => {
  const text = "do:\n- a: { call: f }\n- b: { set: '${ { in: ., context: $context } }' }";

  test("a run may begin with a later task, as if the others had been gone through", () => {
    const workflow = workflowOf(text);
    const started = { kind: "started", at: 0, run: { id: "r" }, input: { whole: 1 }, seed: 1 } as const;
    const from = { task: "/do/1/b", input: "edited", context: { k: 1 } };
    expect(begin(workflow, { ...started, from }).state.output).toEqual({ in: "edited", context: { k: 1 } });
    const { error } = begin(workflow, { ...started, from: { task: "/do/9/z", input: null } }).state;
    expect(error?.detail).toBe("/do/9/z is no task of the workflow's own list, so no run begins there");
  });

  test("an author's idempotency key comes with the command", () => {
    const keyed = (key: string) =>
      `do: [{ a: { call: f, metadata: { millrace: { idempotencyKey: '${key}' } } } }]`;
    expect(play(keyed('"order-\\(.id)"'), { id: 7 }).of("a")).toMatchObject({ idempotencyKey: "order-7" });
    expect(play(keyed(".id"), { id: 7 }).error?.detail).toBe(".id: gives no text for a key");
  });

  test("the events of a schedule are waited for like those of a listen", () => {
    const { definition } = workflowOf(
      "schedule: { on: { one: { with: { type: a, data: '${ .n > 1 }' } } } }\ndo: []",
    );
    const trigger = eventTrigger(definition)!;
    const run = new Play(trigger, null);
    run.receive("on", { type: "a", data: { n: 1 } }).receive("on", { type: "a", data: { n: 2 } });
    expect(run.output).toEqual([{ type: "a", data: { n: 2 } }]);
    expect(eventTrigger(workflowOf("do: []").definition)).toBeNull();
  });
});
