import { expect, test } from "vitest";
import { compileFilter } from "../../modules/query-language/filter.ts";
import { filterOfPaths } from "./path-filters.ts";
import { readFilter, readOrder } from "./query-texts.ts";

const document = { _type: "test", name: "it's", n: 3, done: false, a: { b: [{ c: "x" }] } };
const matches = (filter: unknown) => filter === undefined || compileFilter(filter).matches(document);

test.each([
  ["$.[?(@._type == 'test')]", true],
  ["$[?(@._type == 'other')]", false],
  ["$..[?(@.n >= 3 && @.n < 4)]", true],
  ["$.[?(2 < @.n)]", true],
  ["$.[?(@.n > 3 || @.name == 'it\\'s')]", true],
  ['$.[?(@.a.b[0].c === "x")]', true],
  ["$.[?(@['a']['b'][0]['c'] != 'x')]", false],
  ["$.[?(@.done)]", false],
  ["$.[?(!@.done && !(@.n == 1 || @.n == 2))]", true],
  ["$.[?(@.missing == null)]", true],
  ['{"_type": "test"}', true],
  ['[{"$match": {"fullDocument._type": "other"}}]', false],
  ["", true],
])("%s is %s", (path, expected) => {
  expect(matches(filterOfPaths([path]))).toBe(expected);
});

test("of several paths any counts, and one that asks for everything makes the others needless", () => {
  const [no, yes] = ["$.[?(@.n == 1)]", "$.[?(@.n == 3)]"];
  expect(matches(filterOfPaths([no, yes]))).toBe(true);
  expect(matches(filterOfPaths([no]))).toBe(false);
  expect(filterOfPaths([no, ""])).toBeUndefined();
});

test("a regular expression travels as text, alone, negated and in lists", () => {
  const named = (condition: unknown) => matches(readFilter(JSON.stringify({ name: condition })));
  expect(named("__REGEXP /^IT/i")).toBe(true);
  expect(named("__REGEXP /^IT/g")).toBe(false);
  expect(named({ $not: "__REGEXP /^it/" })).toBe(false);
  expect(named({ $in: ["other", "__REGEXP /s$/"] })).toBe(true);
  expect(named({ $in: ["other", "__REGEXP /z$/"] })).toBe(false);
  expect(() => readFilter('{"name": "__REGEXP nonsense"}')).toThrow(/is no regular expression/);
});

test("an order is JSON or the bare name of a field", () => {
  expect(readOrder("name")).toEqual({ name: 1 });
  expect(readOrder("-name")).toEqual({ name: -1 });
  expect(readOrder('"name"')).toEqual({ name: 1 });
  expect(readOrder('{"n": -1}')).toEqual({ n: -1 });
  expect(readOrder("")).toBeUndefined();
  expect(readOrder("{}")).toBeUndefined();
});
