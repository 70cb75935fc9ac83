import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compileSchema, parse } from "../src/main.ts";
import type { Json } from "../src/json.ts";
import { readSource } from "../src/source.ts";
import { Random } from "./random-definition.ts";
import { standardExamples } from "./standard-examples.ts";

const text = readFileSync(join(import.meta.dirname, "examples/schema/workflow.schema.yaml"), "utf8");
const { schema, faults } = compileSchema(readSource(text).value);

type Key = string | number;
type Container = Record<Key, Json>;

function placesOf(value: Json, at: Key[] = []): Key[][] {
  if (typeof value !== "object" || value === null) return [at];
  const keys: Key[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [at, ...keys.flatMap((key) => placesOf((value as Container)[key]!, [...at, key]))];
}

/** A definition with one mistake in it, perhaps. */
function spoilt(definition: Json, random: Random): Json {
  const copy = structuredClone(definition);
  const place = random.pick(placesOf(copy).slice(1));
  const key = place.at(-1)!;
  const around = place.slice(0, -1).reduce((part, step) => (part as Container)[step]!, copy) as Container;
  const change = random.below(4);
  if (change === 0 && Array.isArray(around)) around.splice(key as number, 1);
  else if (change === 0) delete around[key];
  else if (change === 1) around[key] = random.pick<Json>([1, null, true, "x", [], {}, "${ .x }"]);
  else if (change === 2) around[Array.isArray(around) ? around.length : "extra"] = {};
  else around[key] = typeof around[key] === "string" ? `${around[key]}!` : [around[key]!];
  return copy;
}

test("the standard's own schema can be judged, and takes its own examples", () => {
  expect(faults).toEqual([]);
  for (const { name, text } of standardExamples) {
    expect(schema.check(parse(text).definition as unknown as Json), name).toEqual([]);
  }
});

// Stricter than the standard's schema: unknown keys everywhere, and names that expressions can say.
const stricter = ["unknown-key", "format", "missing"];

test("definitions with mistakes are judged as the standard's schema judges them, or stricter where we say so", () => {
  const random = new Random(2_026);
  const counts = { both: 0, neither: 0, stricter: 0 };
  for (const { name, text } of standardExamples) {
    const definition = parse(text).definition as unknown as Json;
    for (let i = 0; i < 40; i += 1) {
      const changed = spoilt(definition, random);
      const { problems } = parse(JSON.stringify(changed));
      const isLegal = schema.check(changed).length === 0;
      if (isLegal && problems.length > 0) {
        counts.stricter += 1;
        expect(stricter, `${name}: ${problems[0]?.message}`).toContain(problems[0]?.code);
      } else {
        expect(problems.length === 0, `${name}: ${JSON.stringify(changed)}`).toBe(isLegal);
        counts[isLegal ? "both" : "neither"] += 1;
      }
    }
  }
  expect(counts.both).toBeGreaterThan(400);
  expect(counts.neither).toBeGreaterThan(1_000);
  expect(counts.stricter).toBeLessThan(300);
});
