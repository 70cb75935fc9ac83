import { inspect } from "node:util";

import { expect, test } from "vitest";

import { AppError } from "../../kit/errors.ts";
import { compileFilter } from "./filter.ts";
import { splitPipeline } from "./pipeline.ts";
import { compileProjection } from "./projection.ts";
import { compileSort } from "./sort.ts";
import { applyUpdate } from "./update.ts";

type Refused = [input: unknown, field: string, message: RegExp];

function refusalOf(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

function titled(refused: Refused): [title: string, refused: Refused] {
  return [inspect(refused[0], { breakLength: Number.POSITIVE_INFINITY }).slice(0, 60), refused];
}

function nested(depth: number): unknown {
  return depth === 0 ? { a: 1 } : { $and: [nested(depth - 1)] };
}

const own = (json: string): unknown => JSON.parse(json);

const filters: Refused[] = [
  [5, "filter", /object/],
  [[], "filter", /object/],
  [{ $wher: 1 }, "filter.$wher", /no operator \$wher/],
  [{ a: { $gtt: 1 } }, "filter.a.$gtt", /did you mean \$gt\?/],
  [{ a: { $regx: "x" } }, "filter.a.$regx", /did you mean \$regex\?/],
  [{ $where: "1" }, "filter.$where", /runs no code/],
  [{ $or: [{ a: 1 }, { $expr: { $function: {} } }] }, "filter.$or[1].$expr.$function", /runs no code/],
  [{ a: { $gt: 1, b: 2 } }, "filter.a.b", /beside/],
  [{ a: { $in: 1 } }, "filter.a.$in", /list/],
  [{ a: { $in: [{ $gt: 1 }] } }, "filter.a.$in[0].$gt", /value is wanted/],
  [{ a: { $in: Array(10_001).fill(1) } }, "filter.a.$in", /10000/],
  [{ $or: [] }, "filter.$or", /at least one/],
  [{ $or: Array.from({ length: 1001 }, () => ({ a: 1 })) }, "filter.$or[499]", /1000/],
  [nested(33), "", /64 levels/],
  [{ "a..b": 1 }, "filter.a..b", /segment is empty/],
  [{ "a.$b": 1 }, "filter.a.$b", /begins with \$/],
  [{ "": 1 }, "filter.", /segment is empty/],
  [{ "a.__proto__.b": 1 }, "filter.a.__proto__.b", /__proto__/],
  [own('{"__proto__": {"x": 1}}'), "filter", /__proto__/],
  [own('{"a": {"$eq": {"__proto__": {"x": 1}}}}'), "filter.a.$eq", /__proto__/],
  [{ a: "x\0" }, "filter.a", /NUL/],
  [{ "a\0": 1 }, "filter", /NUL/],
  [{ a: "\ud800" }, "filter.a", /Unicode/],
  [{ a: Number.NaN }, "filter.a", /finite/],
  [{ a: Number.POSITIVE_INFINITY }, "filter.a", /finite/],
  [{ a: undefined }, "filter.a", /undefined/],
  [{ a: 5n }, "filter.a", /bigint/],
  [{ a: { $size: -1 } }, "filter.a.$size", /whole/],
  [{ a: { $mod: [0, 1] } }, "filter.a.$mod", /divisor/],
  [{ a: { $type: "strin" } }, "filter.a.$type", /not a type/],
  [{ a: { $regex: "(" } }, "filter.a.$regex", /regular expression/],
  [{ a: { $regex: "(?=x)" } }, "filter.a.$regex", /look-around/],
  [{ a: { $regex: "(a)\\1" } }, "filter.a.$regex", /back references/],
  [{ a: { $regex: "x".repeat(1001) } }, "filter.a.$regex", /1000/],
  [{ a: { $regex: "x", $options: "g" } }, "filter.a.$regex", /options/],
  [{ a: { $options: "i" } }, "filter.a.$options", /beside \$regex/],
  [{ a: { $date: "yesterday" } }, "filter.a.$date", /date/],
  [{ a: { $not: 5 } }, "filter.a.$not", /operators/],
  [{ a: { $elemMatch: 5 } }, "filter.a.$elemMatch", /object/],
  [{ $jsonSchema: {} }, "filter.$jsonSchema", /not supported/],
  [{ [Array(40).fill("a").join(".")]: 1 }, "", /32 segments/],
  [{ "a.0.0.0.0.0": 1 }, "filter.a.0.0.0.0.0", /4 array positions/],
  [{ $expr: { $ad: [1] } }, "filter.$expr.$ad", /did you mean \$add/],
  [{ $expr: "$constructor.name" }, "filter.$expr", /not a field/],
];

test.each(filters.map(titled))("the filter %s is refused", (_title, [input, field, message]) => {
  const error = refusalOf(() => compileFilter(input));
  expect(error.code).toBe("invalid_input");
  expect(error.message).toMatch(message);
  if (field !== "") expect(error.details.field).toBe(field);
});

const updates: Refused[] = [
  [{ a: 1 }, "update", /use replace/],
  [{}, "update", /at least one operator/],
  [[{ $set: { a: 1 } }], "update", /pipeline/],
  [{ $set: { a: 1 }, b: 2 }, "update.b", /beside operators/],
  [{ $sett: { a: 1 } }, "update.$sett", /did you mean \$set\?/],
  [{ $set: 5 }, "update.$set", /object of fields/],
  [{ $set: { _id: "x" } }, "update.$set._id", /system field/],
  [{ $unset: { _version: "" } }, "update.$unset._version", /system field/],
  [{ $set: { "_createdby.x": 1 } }, "update.$set._createdby.x", /system field/],
  [{ $rename: { a: "_modified" } }, "update.$rename.a", /system field/],
  [{ $set: { "a.$": 1 } }, "update.$set.a.$", /positional/],
  [{ $set: { "a.$[].b": 1 } }, "update.$set.a.$[].b", /positional/],
  [{ $set: { a: 1, "a.b": 2 } }, "update.$set.a.b", /lies in a/],
  [{ $set: { a: 1 }, $inc: { a: 2 } }, "update.$inc.a", /twice/],
  [{ $set: { a: { $inc: 1 } } }, "update.$set.a.$inc", /begin with \$/],
  [{ $set: own('{"a": {"__proto__": 1}}') }, "update.$set.a", /__proto__/],
  [{ $set: { "__proto__.x": 1 } }, "update.$set.__proto__.x", /__proto__/],
  [{ $inc: { a: "1" } }, "update.$inc.a", /number/],
  [{ $inc: { text: 1 } }, "update.$inc.text", /number in the field/],
  [{ $mul: { big: 1e300 } }, "update.$mul.big", /finite/],
  [{ $push: { text: 1 } }, "update.$push.text", /not a list/],
  [{ $push: { list: { $each: 1 } } }, "update.$push.list.$each", /list/],
  [{ $push: { list: { $each: [], $foo: 1 } } }, "update.$push.list.$foo", /beside \$each/],
  [{ $pop: { list: 2 } }, "update.$pop.list", /1 for the last/],
  [{ $set: { "text.b": 1 } }, "update.$set.text.b", /inside a string/],
  [{ $set: { "list.x": 1 } }, "update.$set.list.x", /positions/],
  [{ $set: { "list.999999": 1 } }, "update.$set.list.999999", /far beyond/],
  [{ $pull: { list: { $where: "1" } } }, "update.$pull.list.$where", /runs no code/],
];

test.each(updates.map(titled))("the update %s is refused", (_title, [input, field, message]) => {
  const document = { text: "x", big: 1e300, list: [1] };
  const error = refusalOf(() => applyUpdate(document, input, { now: new Date(0) }));
  expect(error.message).toMatch(message);
  expect(error.details.field).toBe(field);
  expect(document).toEqual({ text: "x", big: 1e300, list: [1] });
});

const pipelines: Refused[] = [
  [{}, "pipeline", /list of stages/],
  [[{ $match: {}, $limit: 1 }], "pipeline[0]", /one operator/],
  [[{ $lookup: {} }], "pipeline[0].$lookup", /access check/],
  [[{ $unionWith: "x" }], "pipeline[0].$unionWith", /access check/],
  [[{ $facet: { x: [{ $out: "x" }] } }], "pipeline[0].$facet.x[0].$out", /access check/],
  [[{ $graphLookup: {} }], "pipeline[0].$graphLookup", /access check/],
  [[{ $merge: "x" }], "pipeline[0].$merge", /access check/],
  [[{ $grop: {} }], "pipeline[0].$grop", /did you mean \$group\?/],
  [[{ $match: { a: { $gtt: 1 } } }], "pipeline[0].$match.a.$gtt", /did you mean/],
  [[{ $group: { _id: 1, x: { $accumulator: {} } } }], "pipeline[0].$group.x.$accumulator", /runs no code/],
  [[{ $project: { x: "$__proto__.y" } }], "pipeline[0].$project.x", /not a field/],
  [[{ $project: { "constructor.x": 1 } }], "pipeline[0].$project.constructor.x", /not a field/],
  [[{ $limit: -1 }], "pipeline[0].$limit", /whole number/],
  [Array.from({ length: 101 }, () => ({ $match: {} })), "pipeline", /100 stages/],
];

test.each(pipelines.map(titled))("the pipeline %s is refused", (_title, [input, field, message]) => {
  const error = refusalOf(() => splitPipeline(input));
  expect(error.message).toMatch(message);
  expect(error.details.field).toBe(field);
});

test("bad sorts and projections are refused at their place", () => {
  expect(refusalOf(() => compileSort({ a: 2 })).details.field).toBe("sort.a");
  expect(refusalOf(() => compileSort({ "a.$b": 1 })).details.field).toBe("sort.a.$b");
  expect(refusalOf(() => compileSort(5)).details.field).toBe("sort");
  expect(refusalOf(() => compileProjection({ a: 1, b: 0 })).details.field).toBe("projection");
  expect(refusalOf(() => compileProjection({ a: 1, "a.b": 1 })).details.field).toBe("projection.a.b");
  expect(refusalOf(() => compileProjection({ "a.$": 1 })).details.field).toBe("projection.a.$");
  expect(refusalOf(() => compileProjection({ a: { $function: {} } })).details.field).toBe(
    "projection.a.$function",
  );
});

test("nothing that was sent reaches a prototype", () => {
  const hostile = own(
    '{"$set": {"constructor": {"prototype": {"x": 1}}, "toString": 1, "a.constructor.prototype": 2}}',
  );
  const document = applyUpdate({}, hostile, { now: new Date(0) });
  expect(document["constructor"]).toEqual({ prototype: { x: 1 } });
  expect(compileFilter({ "constructor.name": "Object" }).matches({})).toBe(false);
  expect(compileFilter({ toString: { $exists: true } }).matches({})).toBe(false);
  expect(compileProjection({ constructor: 1 }).project({ a: 1 })).toEqual({});
  expect(compileSort({ constructor: 1 }).compare({ _id: 1 }, { _id: 2 })).toBeLessThan(0);
  expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
});

const slowPatterns = [
  "(a+)+$",
  "(a|a)*$",
  "(a*)*b",
  "^(([a-z])+.)+[A-Z]([a-z])+$",
  "(.*a){20}",
  "([a-zA-Z]+)*$",
  "a{1,500}a{1,500}b",
];

test.each(slowPatterns)("the pattern %s ends quickly on a text made for it", (pattern) => {
  const { matches } = compileFilter({ a: { $regex: pattern } });
  const begin = performance.now();
  matches({ a: `${"a".repeat(5000)}!` });
  expect(performance.now() - begin).toBeLessThan(100);
});
