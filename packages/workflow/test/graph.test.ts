import { expect, test } from "vitest";
import { endId, graph, parse, startId } from "../src/main.ts";
import { DefinitionMaker, Random } from "./random-definition.ts";
import { head, nameOf } from "./playing.ts";

function drawn(text: string) {
  const { nodes, edges } = graph(parse(head + text).definition!);
  const name = (id: string) => (id.startsWith("/") ? nameOf(id) : id);
  return {
    nodes: nodes.map(
      ({ id, kind, container }) => `${kind} ${name(id)} in ${container === null ? "-" : name(container)}`,
    ),
    edges: edges.map(({ from, to, kind, label }) => `${name(from)} -${label ?? kind}-> ${name(to)}`),
  };
}

test("tasks in a row lead from the start to the end", () => {
  expect(
    drawn(
      "do: [{ a: { set: { x: 1 } } }, { b: { if: .x, wait: PT1S, then: end } }, { c: { set: { x: 1 } } }]",
    ),
  ).toEqual({
    nodes: ["start start in -", "end end in -", "set a in -", "wait b in -", "set c in -"],
    edges: ["start -enter-> a", "a -next-> b", "b -then-> end", "b -skipped-> c", "c -leave-> end"],
  });
  expect(drawn("do: []").edges).toEqual(["start -next-> end"]);
});

test("containers hold what is in them, and their inner ways lead out to themselves", () => {
  expect(
    drawn(`
do:
- t:
    try: [{ a: { call: f } }]
    catch: { do: [{ h: { raise: { error: { type: "https://x", status: 500 } } } }] }
- f: { fork: { branches: [{ x: { call: f } }, { y: { do: [{ z: { call: f, then: exit } }] } }] } }`),
  ).toEqual({
    nodes: [
      "start start in -",
      "end end in -",
      "try t in -",
      "call a in t",
      "raise h in t",
      "fork f in -",
      "call x in f",
      "do y in f",
      "call z in y",
    ],
    edges: [
      "start -enter-> t",
      "t -enter-> a",
      "a -leave-> t",
      "t -catch-> h",
      "f -branch-> x",
      "f -branch-> y",
      "y -enter-> z",
      "z -then-> y",
      "x -leave-> f",
      "y -leave-> f",
      "t -next-> f",
      "f -leave-> end",
    ],
  });
});

test("cases are edges with their names; without a default the way on is one too", () => {
  const text =
    "do: [{ s: { switch: [{ one: { when: .x, then: b } }, { two: { when: .y, then: end } }] } }, " +
    "{ b: { wait: PT1S } }]";
  expect(drawn(text).edges).toEqual([
    "start -enter-> s",
    "s -one-> b",
    "s -two-> end",
    "s -next-> b",
    "b -leave-> end",
  ]);
});

test("ids are JSON Pointers of tasks, every edge has both ends, whatever the definition", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const { definition } = parse(JSON.stringify(new DefinitionMaker(new Random(seed)).definition()));
    const { nodes, edges } = graph(definition!);
    const ids = new Set(nodes.map(({ id }) => id));
    expect(ids.size).toBe(nodes.length);
    for (const { from, to } of edges) expect(ids.has(from) && ids.has(to), `${from} ${to}`).toBe(true);
    for (const { id } of nodes) {
      if (id === startId || id === endId) continue;
      const value = id
        .slice(1)
        .split("/")
        .reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], definition);
      expect(value, id).toBeTypeOf("object");
    }
  }
});
