import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { sql, textOf } from "../../kit/sql.ts";
import { createTestDatabase, type TestDatabase } from "../../kit/testing.ts";
import { compileFilter } from "./filter.ts";

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

/** What SQL says of one document. */
async function isSelected(filter: unknown, document: object): Promise<boolean | undefined> {
  const statement = sql`select (${compileFilter(filter).where}) as met
    from (select 'id-1' as id, 'film' as type, ${JSON.stringify(document)}::jsonb as document) d`;
  const result = await client.query<{ met: boolean }>({
    text: textOf(statement),
    values: [...statement.values],
  });
  return result.rows[0]?.met;
}

const noon = "2026-01-01T12:00:00Z";
const long = "x".repeat(300);

/** What MongoDB's documentation and source say. */
const meanings: Record<string, [filter: unknown, document: object, matches: boolean][]> = {
  "$eq and plain values": [
    [{ a: 1 }, { a: 1 }, true],
    [{ a: 1 }, { a: "1" }, false],
    [{ a: { $eq: "x" } }, { a: ["y", "x"] }, true],
    [{ a: "x" }, { a: [["x"]] }, false],
    [{ a: [1, 2] }, { a: [1, 2] }, true],
    [{ a: [1, 2] }, { a: [[1, 2]] }, true],
    [{ a: [1, 2] }, { a: [2, 1] }, false],
    [{ a: { b: 1, c: 2 } }, { a: { c: 2, b: 1 } }, true],
    [{ a: { b: 1 } }, { a: { b: 1, c: 2 } }, false],
    [{ a: 1 }, { a: 1.5 }, false],
    [{ a: true }, { a: 1 }, false],
    [{ a: long }, { a: long }, true],
    [{ a: long }, { a: `${long}y` }, false],
    [{ a: {} }, { a: {} }, true],
    [{ a: [] }, { a: [] }, true],
    [{ a: [] }, { a: [[]] }, true],
  ],
  "null and missing": [
    [{ a: null }, {}, true],
    [{ a: null }, { a: null }, true],
    [{ a: null }, { a: 0 }, false],
    [{ a: null }, { a: [] }, false],
    [{ a: null }, { a: [1, null] }, true],
    [{ "a.b": null }, { a: 5 }, true],
    [{ "a.b": null }, { a: [{ b: 1 }, {}] }, true],
    [{ "a.b": null }, { a: [{ b: 1 }] }, false],
    [{ "a.b": null }, { a: [] }, false],
    [{ "a.b": null }, { a: [1] }, false],
    [{ a: { $ne: null } }, {}, false],
    [{ a: { $in: [null] } }, {}, true],
    [{ a: { $gte: null } }, {}, true],
    [{ a: { $gt: null } }, { a: 1 }, false],
  ],
  "dotted paths": [
    [{ "a.b": 1 }, { a: { b: 1 } }, true],
    [{ "a.b": 1 }, { a: [{ b: 2 }, { b: 1 }] }, true],
    [{ "a.b": 1 }, { a: [{ b: [3, 1] }] }, true],
    [{ "a.b": 1 }, { a: [[{ b: 1 }]] }, false],
    [{ "a.0": 1 }, { a: [1, 2] }, true],
    [{ "a.1": 1 }, { a: [1, 2] }, false],
    [{ "a.0": 1 }, { a: { 0: 1 } }, true],
    [{ "a.0.b": 1 }, { a: [{ b: 1 }] }, true],
    [{ "a.0.0": 1 }, { a: [[1]] }, true],
    [{ "a.00": 1 }, { a: [1] }, false],
    [{ "a.length": 1 }, { a: [1] }, false],
    [{ "a.b": 1 }, { "a.b": 1 }, false],
  ],
  "ranges stay within a type": [
    [{ a: { $gt: 5 } }, { a: 6 }, true],
    [{ a: { $gt: 5 } }, { a: "6" }, false],
    [{ a: { $lt: "b" } }, { a: "a" }, true],
    [{ a: { $lt: "b" } }, { a: 1 }, false],
    [{ a: { $lt: "a" } }, { a: "B" }, true],
    [{ a: { $gt: "\uffff" } }, { a: "\u{1f600}" }, true],
    [{ a: { $gt: 4, $lt: 6 } }, { a: [3, 7] }, true],
    [{ a: { $gt: 4, $lt: 6 } }, { a: [7] }, false],
    [{ a: { $gte: false } }, { a: true }, true],
    [{ a: { $lt: { b: 2 } } }, { a: { b: 1 } }, true],
    [{ a: { $gt: [1] } }, { a: [2] }, true],
    [{ a: { $gt: long } }, { a: `${long}y` }, true],
    [{ a: { $gt: `${long}y` } }, { a: long }, false],
  ],
  "dates compare as instants": [
    [{ a: noon }, { a: "2026-01-01T13:00:00+01:00" }, true],
    [{ a: noon }, { a: "2026-01-01T12:00:00.000Z" }, true],
    [{ a: { $gt: noon } }, { a: "2026-01-01T12:00:00.001Z" }, true],
    [{ a: { $gt: "2026-01-01T00:00:00+02:00" } }, { a: "2025-12-31T23:00:00Z" }, true],
    [{ a: { $gt: "2026-01-01T00:00:00+02:00" } }, { a: "2025-12-31T21:00:00Z" }, false],
    [{ a: { $lt: { $date: noon } } }, { a: "2026-01-01T11:59:59Z" }, true],
    [{ a: { $lt: { $date: "2026-01-02" } } }, { a: noon }, true],
    [{ a: { $gt: "2025" } }, { a: noon }, false],
    [{ a: { $gt: noon } }, { a: "zzz" }, false],
    [{ a: { $gt: noon } }, { a: "2026-02-30T00:00:00Z" }, false],
    [{ a: { $in: [noon] } }, { a: ["2026-01-01T11:00:00-01:00"] }, true],
    [{ a: { b: noon } }, { a: { b: "2026-01-01T13:00:00+01:00" } }, true],
    [{ a: { $type: "date" } }, { a: noon }, true],
    [{ a: { $type: "string" } }, { a: noon }, false],
    [{ a: { $regex: "^2026" } }, { a: noon }, true],
  ],
  "$ne, $nin and $not": [
    [{ a: { $ne: 1 } }, { a: [1, 2] }, false],
    [{ a: { $ne: 1 } }, {}, true],
    [{ a: { $nin: [1, 2] } }, { a: 3 }, true],
    [{ a: { $nin: [null] } }, {}, false],
    [{ a: { $not: { $gt: 5 } } }, { a: "x" }, true],
    [{ a: { $not: { $gt: 5 } } }, { a: [1, 6] }, false],
    [{ a: { $not: { $regex: "^x" } } }, { a: "xy" }, false],
    [{ a: { $not: { $gt: long } } }, { a: `${long}y` }, false],
  ],
  $in: [
    [{ a: { $in: [1, "x", [2]] } }, { a: [2] }, true],
    [{ a: { $in: [] } }, { a: 1 }, false],
    [{ a: { $in: [{ b: 1 }] } }, { a: [{ b: 1 }] }, true],
  ],
  "$and, $or, $nor": [
    [{ $or: [{ a: 1 }, { b: 2 }] }, { b: 2 }, true],
    [{ $and: [{ a: 1 }, { b: 2 }] }, { b: 2 }, false],
    [{ $nor: [{ a: 1 }, { b: 2 }] }, { a: 3 }, true],
    [{ a: 1, $or: [{ b: 1 }, { $and: [{ c: 1 }, { c: { $ne: 2 } }] }] }, { a: 1, c: 1 }, true],
    [{}, {}, true],
    [{ $comment: "why" }, {}, true],
  ],
  "$exists and $type": [
    [{ a: { $exists: true } }, { a: null }, true],
    [{ a: { $exists: false } }, {}, true],
    [{ "a.b": { $exists: true } }, { a: [{ c: 1 }, { b: 1 }] }, true],
    [{ "a.b": { $exists: false } }, { a: [1] }, true],
    [{ a: { $type: "number" } }, { a: ["x", 1] }, true],
    [{ a: { $type: "array" } }, { a: [] }, true],
    [{ a: { $type: ["string", "null"] } }, { a: null }, true],
    [{ a: { $type: "null" } }, {}, false],
    [{ a: { $type: "int" } }, { a: 1.5 }, false],
    [{ a: { $type: 8 } }, { a: false }, true],
  ],
  $regex: [
    [{ a: { $regex: "b" } }, { a: "abc" }, true],
    [{ a: { $regex: "^B", $options: "i" } }, { a: "bc" }, true],
    [{ a: { $regex: "k", $options: "i" } }, { a: "\u212a" }, true],
    [{ a: { $regex: "a.c" } }, { a: "a\nc" }, false],
    [{ a: { $regex: "a.c", $options: "s" } }, { a: "a\nc" }, true],
    [{ a: { $regex: "^c", $options: "m" } }, { a: "a\nc" }, true],
    [{ a: { $regex: "^\\d{2}-\\w+$" } }, { a: "12-ab" }, true],
    [{ a: { $regex: "b" } }, { a: [1, "abc"] }, true],
    [{ a: { $regex: "1" } }, { a: 1 }, false],
    [{ a: { $regex: "a\\.b" } }, { a: "axb" }, false],
    [{ a: /^x/i }, { a: "Xy" }, true],
    [{ a: { $regex: "^ab?c" } }, { a: "ac" }, true],
    [{ a: { $regex: "^a|b" } }, { a: "xb" }, true],
    [{ a: { $regex: "(?i)x" } }, { a: "X" }, true],
  ],
  "$size, $all, $elemMatch": [
    [{ a: { $size: 2 } }, { a: [1, 2] }, true],
    [{ a: { $size: 0 } }, {}, false],
    [{ "a.b": { $size: 1 } }, { a: [{ b: [1] }] }, true],
    [{ a: { $all: [1, 2] } }, { a: [2, 3, 1] }, true],
    [{ a: { $all: [1] } }, { a: 1 }, true],
    [{ a: { $all: [] } }, { a: [] }, false],
    [{ a: { $all: [[1, 2]] } }, { a: [1, 2] }, true],
    [
      { a: { $all: [{ $elemMatch: { b: 1 } }, { $elemMatch: { b: 2 } }] } },
      { a: [{ b: 1 }, { b: 2 }] },
      true,
    ],
    [{ a: { $elemMatch: { $gt: 4, $lt: 6 } } }, { a: [3, 7] }, false],
    [{ a: { $elemMatch: { $gt: 4, $lt: 6 } } }, { a: [5] }, true],
    [{ a: { $elemMatch: { b: 1, c: 2 } } }, { a: [{ b: 1 }, { c: 2 }] }, false],
    [{ a: { $elemMatch: { b: 1, c: 2 } } }, { a: [{ b: 1, c: 2 }] }, true],
    [{ a: { $elemMatch: { b: { $elemMatch: { c: { $gt: 1 } } } } } }, { a: [{ b: [{ c: 2 }] }] }, true],
    [{ a: { $elemMatch: { $or: [{ b: 1 }, { b: 2 }] } } }, { a: [{ b: 2 }] }, true],
    [{ a: { $elemMatch: { $eq: 1 } } }, { a: [[1]] }, false],
    [{ a: { $elemMatch: { $gt: 0 } } }, { a: 5 }, false],
    [{ a: { $elemMatch: { b: null } } }, { a: [{}] }, true],
    [{ a: { $elemMatch: { $not: { $gt: 5 } } } }, { a: [6, 3] }, true],
  ],
  "$mod and bits": [
    [{ a: { $mod: [4, 1] } }, { a: 5 }, true],
    [{ a: { $mod: [4, 1] } }, { a: 5.9 }, true],
    [{ a: { $mod: [4, -1] } }, { a: -5 }, true],
    [{ a: { $mod: [2, 1] } }, { a: true }, false],
    [{ a: { $bitsAllSet: 5 } }, { a: 7 }, true],
    [{ a: { $bitsAllSet: [0, 3] } }, { a: 7 }, false],
    [{ a: { $bitsAllClear: 8 } }, { a: 7 }, true],
    [{ a: { $bitsAnySet: 9 } }, { a: 7 }, true],
    [{ a: { $bitsAnyClear: [3] } }, { a: 7 }, true],
    [{ a: { $bitsAllSet: [40] } }, { a: 2 ** 40 }, true],
  ],
  "system fields": [
    [{ _id: "id-1" }, { _id: "id-1" }, true],
    [{ _id: { $in: ["x", null, 3] } }, { _id: "id-1" }, false],
    [{ _type: { $ne: "film" } }, { _type: "film" }, false],
    [{ _id: { $gt: "id-0", $lt: "id-2" } }, { _id: "id-1" }, true],
    [{ _id: { $exists: true } }, { _id: "id-1" }, true],
  ],
  "$expr and $text": [
    [{ $expr: { $gt: ["$a", "$b"] } }, { a: 2, b: 1 }, true],
    [{ $expr: { $lt: ["$a", noon] } }, { a: "2026-01-01T12:00:00+01:00" }, true],
    [{ $expr: { $regexMatch: { input: "$a", regex: "^x" } } }, { a: "xy" }, true],
    [{ $text: { $search: "Ann bob" } }, { a: { b: ["was Bob's"] } }, true],
    [{ $text: { $search: '"was bob" -ann' } }, { a: "was Bob", b: "Ann" }, false],
  ],
};

describe.each(Object.entries(meanings))("%s", (_name, rows) => {
  test.each(rows)("%j on %j: %s", async (filter, document, expected) => {
    const compiled = compileFilter(filter);
    expect(compiled.matches(document)).toBe(expected);
    const selected = await isSelected(filter, document);
    if (compiled.exact) expect(selected).toBe(expected);
    else if (expected) expect(selected).toBe(true);
    expect(compiled.reasons.length === 0).toBe(compiled.exact);
  });
});

test("what SQL cannot decide is named, and only that", () => {
  const { exact, reasons } = compileFilter({ a: 1, $expr: { $gt: ["$a", 1] }, b: { $bitsAllSet: 1 } });
  expect({ exact, reasons }).toEqual({ exact: false, reasons: ["$expr", "$bitsAllSet"] });
});
