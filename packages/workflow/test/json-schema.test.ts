import { Validator } from "@cfworker/json-schema";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compileSchema } from "../src/main.ts";
import type { Json, JsonObject } from "../src/json.ts";

function breaches(schema: Json, value: Json): string[] {
  return compileSchema(schema)
    .schema.check(value)
    .map(({ pointer, message }) => `${pointer}: ${message}`);
}

test("what is wrong is told with its place, all of it", () => {
  const schema = {
    type: "object",
    properties: {
      id: { type: "integer", minimum: 1 },
      name: true,
      tags: { type: "array", items: { type: "string" } },
    },
    required: ["id", "name"],
    additionalProperties: false,
  };
  expect(breaches(schema, { id: 0, tags: ["a", 1], x: 1 })).toEqual([
    "/id: must be 1 or more",
    "/tags/1: must be string",
    ": `name` is missing",
    ": `x` is not known here",
  ]);
  expect(breaches(schema, { id: 1, name: "a" })).toEqual([]);
});

test("patterns look at the whole text, and `^` is no beginning of a line", () => {
  expect(breaches({ pattern: "^b$" }, "a\nb")).toEqual([": must match ^b$"]);
  expect(breaches({ pattern: "^[$^]$" }, "$")).toEqual([]);
  expect(breaches({ pattern: "b" }, "abc")).toEqual([]);
});

test("references within the schema are followed, those out of it are refused", () => {
  const schema = {
    $defs: { name: { $anchor: "n", type: "string" } },
    prefixItems: [{ $ref: "#n" }, { $ref: "#/$defs/name" }],
  };
  expect(breaches(schema, ["a", 1])).toEqual(["/1: must be string"]);
  expect(compileSchema({ properties: { a: { $ref: "https://x/y" } } }).faults).toEqual([
    { pointer: "/properties/a/$ref", message: "`https://x/y` leads outside of the schema" },
  ]);
});

test("a schema that cannot work is found without a value", () => {
  const messages = compileSchema({ type: "text", pattern: "(", items: [3], properties: [] }).faults.map(
    ({ pointer }) => pointer,
  );
  expect(messages).toEqual(["/type", "/pattern", "/properties", "/items/0"]);
});

test("bombs of references and patterns end at the budget", () => {
  const $defs: JsonObject = { d40: { type: "string" } };
  for (let i = 0; i < 40; i += 1)
    $defs[`d${i}`] = { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] };
  const spent = [": judging it takes more steps than a schema may take"];
  expect(breaches({ $defs, $ref: "#/$defs/d0" }, 1)).toEqual(spent);
  expect(breaches({ $ref: "#" }, 1)).toEqual(spent);
  expect(breaches({ pattern: "^(?:(a|a)*)*\\1b$" }, "a".repeat(2000))).toHaveLength(1);
});

test("names that objects inherit are names like any other", () => {
  const schema = { properties: { a: true }, additionalProperties: false };
  expect(breaches(schema, JSON.parse('{"__proto__": 1, "constructor": 2}') as Json)).toHaveLength(2);
  expect(breaches({ required: ["toString"] }, {})).toEqual([": `toString` is missing"]);
});

const scalar = fc.constantFrom<Json>(null, true, 0, 1, 2.5, "", "a", "ab");
const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    scalar,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value"), { maxKeys: 3 }),
  ),
})).value;

const schema: fc.Arbitrary<Json> = fc.letrec<{ schema: Json }>((tie) => {
  const parts = fc.dictionary(fc.constantFrom("a", "b"), tie("schema"), { maxKeys: 2 });
  const some = fc.array(tie("schema"), { minLength: 1, maxLength: 2 });
  const keyword = fc.oneof(
    fc.record({ type: fc.constantFrom("null", "boolean", "number", "integer", "string", "array", "object") }),
    fc.record({ const: value }),
    fc.record({ enum: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
    fc.record({ minimum: fc.integer({ min: 0, max: 2 }) }),
    fc.record({ maxLength: fc.integer({ min: 0, max: 2 }) }),
    fc.record({ pattern: fc.constantFrom("^a", "b$", "^(a|b)*$") }),
    fc.record({ required: fc.constantFrom(["a"], ["b", "c"]) }),
    fc.record({ properties: parts }),
    fc.record({ properties: parts, additionalProperties: tie("schema") }),
    fc.record({
      patternProperties: fc.record({ "^[ab]": tie("schema") }),
      unevaluatedProperties: tie("schema"),
    }),
    fc.record({ properties: parts, unevaluatedProperties: fc.constant(false) }),
    fc.record({ prefixItems: some, items: tie("schema") }),
    fc.record({ prefixItems: some, unevaluatedItems: fc.constant(false) }),
    fc.record({ contains: tie("schema") }),
    fc.record({ uniqueItems: fc.constant(true) }),
    fc.record({ allOf: some }),
    fc.record({ anyOf: some }),
    fc.record({ oneOf: some }),
    fc.record({ not: tie("schema") }),
    fc.record({ if: tie("schema"), then: tie("schema"), else: tie("schema") }),
    fc.record({ propertyNames: fc.constant({ maxLength: 0 }) }),
    fc.record({ dependentRequired: fc.constant({ a: ["b"] }) }),
  );
  return { schema: fc.oneof({ depthSize: "small" }, fc.boolean(), keyword) as fc.Arbitrary<Json> };
}).schema;

test("it judges as another implementation of the standard judges", () => {
  let fitting = 0;
  fc.assert(
    fc.property(schema, value, (rules, given) => {
      const expected = new Validator(rules as boolean, "2020-12", false).validate(given).valid;
      if (expected) fitting += 1;
      expect(breaches(rules, given).length === 0).toBe(expected);
    }),
    { numRuns: 3_000, seed: 20_260 },
  );
  expect(fitting).toBeGreaterThan(500);
});
