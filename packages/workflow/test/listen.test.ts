import { describe, expect, test } from "vitest";
import type { Json } from "../src/json.ts";
import { limits } from "../src/main.ts";
import { play } from "./playing.ts";

const event = (type: string, data: Json = null, more: object = {}): Json => ({
  specversion: "1.0",
  id: "e",
  source: "https://s",
  type,
  data,
  ...more,
});

const listen = (to: string, more = "") => `do:\n- l: { listen: { to: ${to} }${more} }`;

describe("listen", () => {
  test("to one event: it says what it wants to hear, and refuses what does not fit", () => {
    const run = play(listen("{ one: { with: { type: a, data: '${ .n > 1 }' } } }"));
    expect(run.of("l")).toMatchObject({ kind: "listen", filters: [{ type: "a" }] });
    run
      .receive("l", event("b", { n: 5 }))
      .receive("l", event("a", { n: 1 }))
      .receive("l", event("a", null));
    expect(run.state.status).toBe("running");
    run.receive("l", event("a", { n: 2 }));
    expect(run.output).toEqual([{ n: 2 }]);
    expect(run.waiting()).toEqual([]);
    expect(run.commands.at(1)).toMatchObject({ kind: "cancel" });
  });

  test("an event on which a filter fails is not taken, and does no harm", () => {
    const filter = "{ with: { type: a, data: '${ .n > 1 }' }, correlate: { c: { from: .data.c.d } } }";
    const run = play(listen(`{ one: ${filter} }`));
    run.receive("l", event("a", "text")).receive("l", event("a", { n: 2, c: [] }));
    expect(run.state.status).toBe("running");
    expect(run.receive("l", event("a", { n: 2 })).output).toEqual([{ n: 2 }]);
  });

  test("reads the whole event where it is asked to", () => {
    const run = play("do:\n- l: { listen: { to: { one: { with: { type: a } } }, read: envelope } }").receive(
      "l",
      event("a", 1),
    );
    expect(run.output).toEqual([event("a", 1)]);
  });

  test("to any of some, or to any event at all", () => {
    const any = listen("{ any: [{ with: { type: a } }, { with: { type: b } }] }");
    expect(play(any).receive("l", event("c")).receive("l", event("b", 2)).output).toEqual([2]);
    expect(play(listen("{ any: [] }")).receive("l", event("x", 3)).output).toEqual([3]);
  });

  test("to all: one event for each, in the order in which they are asked for", () => {
    const run = play(listen("{ all: [{ with: { type: a } }, { with: { type: b } }] }"));
    run.receive("l", event("b", 2)).receive("l", event("b", 3));
    expect(run.state.status).toBe("running");
    expect(run.receive("l", event("a", 1)).output).toEqual([1, 2]);
  });

  test("an event without data counts like any other", () => {
    const run = play(listen("{ all: [{ with: { type: a } }, { with: { type: b } }] }"));
    run.receive("l", { type: "a" }).receive("l", { type: "a", data: 1 });
    expect(run.receive("l", event("b", 2)).output).toEqual([null, 2]);
  });

  test("until a condition on what was consumed holds", () => {
    const run = play(listen("{ any: [], until: '( . | length ) > 2' }"));
    expect(
      run.receive("l", event("a", 1)).receive("l", event("a", 2)).receive("l", event("a", 3)).output,
    ).toEqual([1, 2, 3]);
  });

  test("until another event", () => {
    const run = play(listen("{ any: [{ with: { type: a } }], until: { one: { with: { type: stop } } } }"));
    expect(run.of("l")).toMatchObject({ filters: [{ type: "a" }, { type: "stop" }] });
    expect(
      run.receive("l", event("a", 1)).receive("l", event("a", 2)).receive("l", event("stop")).output,
    ).toEqual([1, 2]);
  });

  test("correlated events are those that agree with the first, or with what is expected", () => {
    const both = `{ all: [
      { with: { type: a }, correlate: { room: { from: .room } } },
      { with: { type: b }, correlate: { room: { from: .room } } }] }`;
    const run = play(listen(both));
    run.receive("l", event("a", 1, { room: "x" })).receive("l", event("b", 2, { room: "y" }));
    expect(run.state.status).toBe("running");
    expect(run.receive("l", event("b", 3, { room: "x" })).output).toEqual([1, 3]);
    const expected =
      "{ one: { with: { type: a }, correlate: { room: { from: .room, expect: '${ $input.room }' } } } }";
    const strict = play(listen(expected), { room: "z" }).receive("l", event("a", 1, { room: "x" }));
    expect(strict.receive("l", event("a", 2, { room: "z" })).output).toEqual([2]);
  });

  test("foreach goes through the events one after the other, and gives what each gave", () => {
    const run = play(`
do:
- l:
    listen: { to: { any: [], until: "\${ $context.count == 3 }" } }
    foreach:
      item: e
      at: i
      do: [{ c: { call: f, with: { e: "\${ $e }", i: "\${ $i }" } } }]
      output: { as: "{ got: . }" }
      export: { as: "{ count: (($context.count // 0) + 1) }" }`);
    run
      .receive("l", event("a", "x"))
      .receive("l", event("a", "y"))
      .receive("l", event("a", "z"))
      .receive("l", event("a", "w"));
    expect(run.of("c")).toMatchObject({ arguments: { e: "x", i: 0 } });
    run.complete("c", 1);
    expect(run.of("c")).toMatchObject({ arguments: { e: "y", i: 1 } });
    expect(run.complete("c", 2).complete("c", 3).output).toEqual([{ got: 1 }, { got: 2 }, { got: 3 }]);
    expect(run.waiting()).toEqual([]);
  });

  test("a listener for ever keeps little of what it heard", () => {
    const run = play(
      listen("{ any: [], until: '${ false }' }", ", foreach: { do: [{ s: { set: '${ $item }' } }] }"),
    );
    for (let i = 0; i < 1_000; i += 1) run.receive("l", event("a", i));
    const stream = Object.values(run.state.frames).find((frame) => frame.stream !== undefined)?.stream;
    expect(stream).toMatchObject({ count: 1_000, queue: [] });
    expect(stream?.outputs).toHaveLength(limits.eventsKept);
  });

  test("so does one that another event will end some day", () => {
    const rule = "{ any: [{ with: { type: a } }], until: { one: { with: { type: stop } } } }";
    const run = play(listen(rule, ", foreach: { do: [{ s: { set: '${ $index }' } }] }"));
    for (let i = 0; i < 150; i += 1) run.receive("l", event("a", i));
    run.receive("l", event("stop"));
    expect(run.output).toEqual(Array.from({ length: limits.eventsKept }, (_, i) => i + 50));
  });

  test("one that gathers more than it may fails", () => {
    const run = play(listen("{ any: [], until: '${ false }' }"));
    for (let i = 0; i < limits.eventsGathered; i += 1) run.receive("l", event("a", i));
    expect(run.error).toBeUndefined();
    expect(run.receive("l", event("a", 0)).error?.detail).toContain("events were gathered");
  });
});

describe("a call that subscribes", () => {
  const subscribe = (rule: string) =>
    `
do:
- s:
    call: asyncapi
    with: { document: { endpoint: "https://x" }, operation: o, subscription: { ${rule} } }`;

  test("consumes an amount of messages that pass its filter", () => {
    const run = play(subscribe("filter: '${ .n > 1 }', consume: { amount: 2 }"));
    expect(run.of("s")).toMatchObject({ kind: "call", function: "asyncapi", subscribes: true });
    run.receive("s", { n: 2 }).receive("s", { n: 1 }).receive("s", { n: 3 });
    expect(run.output).toEqual([{ n: 2 }, { n: 3 }]);
    expect(run.waiting()).toEqual([]);
  });

  test("consumes while a condition holds, or until one does before a message", () => {
    const run = play(subscribe("consume: { while: '${ length < 2 }' }")).receive("s", 1).receive("s", 2);
    expect(run.output).toEqual([1, 2]);
    const until = play(subscribe("consume: { until: '${ length == 1 }' }")).receive("s", 1).receive("s", 2);
    expect(until.output).toEqual([1]);
  });

  test("ends when its time is up, or when there will be no more", () => {
    const text = subscribe("consume: { amount: 5, for: PT1M }");
    const run = play(text).receive("s", 1).fire();
    expect(run.output).toEqual([1]);
    expect(run.waiting()).toEqual([]);
    expect(play(text).receive("s", 1).complete("s").output).toEqual([1]);
  });

  test("goes through its messages with foreach", () => {
    const run = play(
      subscribe(
        "consume: { amount: 2 }, foreach: { item: m, do: [{ c: { call: f, with: { m: '${ $m }' } } }] }",
      ),
    );
    run.receive("s", "a").receive("s", "b");
    expect(run.waiting()).toEqual(["call c"]);
    expect(run.complete("c", 1).complete("c", 2).output).toEqual([1, 2]);
  });
});
