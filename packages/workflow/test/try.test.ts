import { describe, expect, test } from "vitest";
import { limits } from "../src/main.ts";
import { outputOf, Play, play, workflowOf } from "./playing.ts";

const spec = "https://serverlessworkflow.io/spec/1.0.0/errors/";
const busy = { type: `${spec}communication`, status: 503, title: "Busy", detail: "try again" };

describe("raise", () => {
  test("an error that nothing catches ends the run, with the task's pointer", () => {
    const { error, commands } = play(
      `
do:
- a:
    do:
    - b: { raise: { error: { type: "https://x/y", status: 400, title: T, detail: '\${ "n is \\(.n)" }' } } }`,
      { n: 1 },
    );
    expect(error).toEqual({
      type: "https://x/y",
      status: 400,
      title: "T",
      detail: "n is 1",
      instance: "/do/0/a/do/0/b",
    });
    expect(commands).toMatchObject([{ kind: "fail", error }]);
  });

  test("an error may stand under `use.errors`", () => {
    const text =
      "use: { errors: { gone: { type: 'https://x/gone', status: 410 } } }\ndo:\n- a: { raise: { error: gone } }";
    expect(play(text).error).toMatchObject({ type: "https://x/gone", status: 410 });
  });
});

/** One call under `try`, with a catch as given. */
const attempt = (rule: string) => `
do:
- t:
    try: [{ a: { call: f } }]
    catch: { ${rule} }
- next: { set: "\${ { after: ., context: $context } }" }`;

describe("catch", () => {
  test("a caught error leads on with the task's input", () => {
    expect(play(attempt(""), { in: 1 }).fail("a", busy).output).toEqual({ after: { in: 1 }, context: {} });
  });

  test("an error is caught by what it is", () => {
    const caught = (rule: string) => play(attempt(rule)).fail("a", busy).error === undefined;
    expect(caught(`errors: { with: { status: 503, type: '${spec}communication' } }`)).toBe(true);
    expect(caught("errors: { with: { status: 500 } }")).toBe(false);
    expect(caught("errors: { with: { instance: /do/0/t/try/0/a } }")).toBe(true);
    expect(caught("errors: { with: { details: try again } }")).toBe(true);
    expect(caught("when: $error.status == 503")).toBe(true);
    expect(caught("when: $error.status == 500")).toBe(false);
    expect(caught("as: problem, exceptWhen: $problem.status == 503")).toBe(false);
  });

  test("`do` handles it, and reads the error by its name", () => {
    const run = play(
      attempt("as: e, do: [{ h: { set: '${ { status: $e.status, in: .in } }', export: { as: . } } }]"),
      { in: 1 },
    );
    const handled = { status: 503, in: 1 };
    expect(run.fail("a", busy).output).toEqual({ after: handled, context: handled });
  });

  test("an error within `do` is not caught again, and a condition that fails raises its own", () => {
    expect(
      play(attempt("do: [{ h: { raise: { error: { type: 'https://x/h', status: 499 } } } }]")).fail("a", busy)
        .error,
    ).toMatchObject({
      status: 499,
    });
    expect(play(attempt("when: (1 | keys)")).fail("a", busy).error?.type).toBe(`${spec}expression`);
  });

  test("the innermost catch that fits takes it", () => {
    const text = `
do:
- outer:
    try:
    - inner:
        try: [{ a: { raise: { error: { type: 'https://x/y', status: 500 } } } }]
        catch: { errors: { with: { status: 404 } } }
    catch: { do: [{ h: { set: { by: outer } } }] }`;
    expect(outputOf(text)).toEqual({ by: "outer" });
  });

  test("an error that a branch or an element raises ends what is around it up to the catch", () => {
    const run = play(`
do:
- t:
    try:
    - f: { fork: { branches: [{ a: { call: a } }, { l: { for: { in: "[1, 2]" }, do: [{ b: { call: b } }] } }] } }
    catch: { do: [{ h: { call: h } }] }`);
    run.fail("b", busy);
    expect(run.waiting()).toEqual(["call h"]);
    expect(run.complete("h", "done").output).toBe("done");
  });

  test("a timeout within is an error like any other", () => {
    const text =
      "do:\n- t: { try: [{ a: { call: f, timeout: { after: PT1S } } }], catch: { errors: { with: { status: 408 } } } }";
    expect(play(text, 1).fire().output).toBe(1);
  });
});

describe("retry", () => {
  /** The pauses before each attempt, until the policy gives up. */
  function pauses(policy: string, seed = 1): number[] {
    const run = new Play(workflowOf(attempt(`retry: { ${policy} }`)), {}, seed);
    const found: number[] = [];
    while (run.error === undefined) {
      run.fail("a", busy);
      if (run.error !== undefined) break;
      const before = run.now;
      run.fire("t");
      found.push(run.now - before);
    }
    return found;
  }

  test("the pause is constant, grows in a line, or doubles", () => {
    const three = "limit: { attempt: { count: 3 } }";
    expect(pauses(`delay: PT2S, ${three}`)).toEqual([2000, 2000, 2000]);
    expect(pauses(`delay: PT2S, backoff: { constant: {} }, ${three}`)).toEqual([2000, 2000, 2000]);
    expect(pauses(`delay: PT2S, backoff: { linear: {} }, ${three}`)).toEqual([2000, 4000, 6000]);
    expect(pauses(`delay: PT2S, backoff: { exponential: {} }, ${three}`)).toEqual([2000, 4000, 8000]);
  });

  test("jitter lies within its range and comes from the run's seed", () => {
    const policy = "delay: PT1S, jitter: { from: PT0S, to: PT1S }, limit: { attempt: { count: 20 } }";
    const once = pauses(policy, 7);
    expect(once).toEqual(pauses(policy, 7));
    expect(once).not.toEqual(pauses(policy, 8));
    for (const pause of once) expect(pause >= 1000 && pause < 2000, String(pause)).toBe(true);
    expect(new Set(once).size).toBeGreaterThan(15);
  });

  test("no attempt begins behind the limit of duration", () => {
    expect(pauses("delay: PT2S, limit: { duration: PT5S }")).toEqual([2000, 2000]);
  });

  test("an attempt that takes too long is one that failed", () => {
    const run = play(attempt("retry: { delay: PT1S, limit: { attempt: { count: 1, duration: PT5S } } }"));
    run.fire().fire("t").fire();
    expect(run.error).toMatchObject({ type: `${spec}timeout`, status: 408 });
    expect(run.changes.filter(({ kind, task }) => kind === "started" && task.endsWith("/a"))).toHaveLength(2);
    expect(run.waiting()).toEqual([]);
  });

  test("an attempt that failed in time takes its timer with it", () => {
    const run = play(attempt("retry: { delay: PT1S, limit: { attempt: { duration: PT5S } } }")).fail(
      "a",
      busy,
    );
    expect([...run.open.values()].map((command) => (command.kind === "wait" ? command.reason : ""))).toEqual([
      "retry",
    ]);
  });

  test("a later attempt that ends well is the task's end", () => {
    const run = play(attempt("retry: { delay: PT1S }")).fail("a", busy).fire().complete("a", 5);
    expect(run.output).toEqual({ after: 5, context: {} });
  });

  test("when the policy gives up `do` handles it; without it the error goes on", () => {
    const give = (rule: string) =>
      play(attempt(`retry: { limit: { attempt: { count: 0 } } }${rule}`)).fail("a", busy);
    expect(give(", do: [{ h: { set: { handled: true } } }]").output).toMatchObject({
      after: { handled: true },
    });
    expect(give("").error).toMatchObject({ status: 503 });
  });

  test("a policy may choose by the error, and stand under `use.retries`", () => {
    const retried = (rule: string) =>
      play(attempt(`retry: { delay: PT1S, ${rule} }`)).fail("a", busy).error === undefined;
    expect(retried("when: $error.status == 503")).toBe(true);
    expect(retried("when: $error.status == 500")).toBe(false);
    expect(retried("exceptWhen: $error.status == 503")).toBe(false);
    const named = `use: { retries: { slow: { delay: PT9S } } }${attempt("retry: slow")}`;
    expect(play(named).fail("a", busy).of("t")).toMatchObject({
      kind: "wait",
      reason: "retry",
      until: 1_009_000,
    });
  });

  test("a retry without pause and limit ends at a limit", () => {
    const text =
      "do:\n- t: { try: [{ a: { raise: { error: { type: 'https://x/y', status: 500 } } } }], catch: { retry: {} } }";
    const run = play(text);
    expect(run.error?.status).toBe(500);
    expect(run.changes.filter(({ kind }) => kind === "retried")).toHaveLength(limits.attempts);
  });
});

test("what was done is undone by catch: the pattern of a saga", () => {
  const run = play(
    `
do:
- order:
    try:
    - charge: { call: charge, export: { as: "$context + { charged: .id }" } }
    - reserve: { call: reserve, export: { as: "$context + { reserved: .id }" } }
    - ship: { call: ship }
    catch:
      do:
      - release: { if: "$context.reserved != null", call: release, with: { id: "\${ $context.reserved }" } }
      - refund: { if: "$context.charged != null", call: refund, with: { id: "\${ $context.charged }" } }
      - report: { raise: { error: { type: "https://x/order-failed", status: 500, detail: "\${ $error.title }" } } }`,
    {},
  );
  run.complete("charge", { id: "c1" }).complete("reserve", { id: "r1" }).fail("ship", busy);
  expect(run.of("release")).toMatchObject({ arguments: { id: "r1" } });
  run.complete("release");
  expect(run.of("refund")).toMatchObject({ arguments: { id: "c1" } });
  expect(run.complete("refund").error).toMatchObject({ type: "https://x/order-failed", detail: "Busy" });
  expect(play("do: []").error).toBeUndefined();
});
