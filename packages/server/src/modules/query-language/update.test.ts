import { expect, test } from "vitest";

import { applyUpdate } from "./update.ts";

const early = "2026-01-01T00:00:00+02:00";
const late = "2025-12-31T23:00:00Z";

const rows: [update: object, before: Record<string, unknown>, after: Record<string, unknown>][] = [
  [{ $set: { a: 1, "b.c": 2 } }, {}, { a: 1, b: { c: 2 } }],
  [{ $set: { a: { $date: "2026-01-01T00:00:00Z" } } }, {}, { a: "2026-01-01T00:00:00Z" }],
  [{ $set: { a: early } }, {}, { a: early }],
  [{ $set: { "a.1": 9 } }, { a: [1, 2] }, { a: [1, 9] }],
  [{ $set: { "a.3": 9 } }, { a: [1] }, { a: [1, null, null, 9] }],
  [{ $set: { "a.0.b": 9 } }, { a: [{ b: 1, c: 2 }] }, { a: [{ b: 9, c: 2 }] }],
  [{ $unset: { a: "", "b.c": 1, "x.y": 1 } }, { a: 1, b: { c: 1, d: 2 } }, { b: { d: 2 } }],
  [{ $unset: { "a.0": "" } }, { a: [1, 2] }, { a: [null, 2] }],
  [{ $inc: { a: 2, b: -1 } }, { a: 1 }, { a: 3, b: -1 }],
  [{ $mul: { a: 3, b: 3 } }, { a: 2 }, { a: 6, b: 0 }],
  [{ $min: { a: 1, b: 5, c: 7 } }, { a: 2, b: 4 }, { a: 1, b: 4, c: 7 }],
  [{ $max: { a: 3, b: 1 } }, { a: 2, b: 4 }, { a: 3, b: 4 }],
  [{ $min: { a: early } }, { a: late }, { a: early }],
  [{ $max: { a: late } }, { a: early }, { a: late }],
  [{ $rename: { a: "b.c" } }, { a: 1 }, { b: { c: 1 } }],
  [{ $rename: { x: "y" } }, { a: 1 }, { a: 1 }],
  [{ $push: { a: 3, b: 1 } }, { a: [1] }, { a: [1, 3], b: [1] }],
  [{ $push: { a: [3] } }, { a: [1] }, { a: [1, [3]] }],
  [{ $push: { a: { $each: [5, 3], $position: 0 } } }, { a: [4] }, { a: [5, 3, 4] }],
  [{ $push: { a: { $each: [5, 3], $sort: 1, $slice: 2 } } }, { a: [4] }, { a: [3, 4] }],
  [
    { $push: { a: { $each: [{ n: 1 }], $sort: { n: -1 }, $slice: -1 } } },
    { a: [{ n: 2 }] },
    { a: [{ n: 1 }] },
  ],
  [{ $push: { a: { $each: [], $slice: 0 } } }, { a: [4] }, { a: [] }],
  [{ $addToSet: { a: 1, b: 2 } }, { a: [1] }, { a: [1], b: [2] }],
  [{ $addToSet: { a: { $each: [1, 2, 2] } } }, { a: [1] }, { a: [1, 2] }],
  [{ $addToSet: { a: { x: 1, y: 2 } } }, { a: [{ y: 2, x: 1 }] }, { a: [{ y: 2, x: 1 }] }],
  [{ $pop: { a: 1, b: -1, c: 1 } }, { a: [1, 2], b: [1, 2] }, { a: [1], b: [2] }],
  [{ $pull: { a: 1 } }, { a: [1, 2, 1] }, { a: [2] }],
  [{ $pull: { a: { $gt: 1 } } }, { a: [1, 2, 3, "x"] }, { a: [1, "x"] }],
  [{ $pull: { a: { x: 1 } } }, { a: [{ x: 1, y: 2 }, { x: 2 }, 1] }, { a: [{ x: 2 }, 1] }],
  [{ $pull: { a: { $in: ["x"] } } }, { a: ["x", "y"] }, { a: ["y"] }],
  [{ $pullAll: { a: [1, 2] } }, { a: [1, 2, 3] }, { a: [3] }],
  [{ $bit: { a: { or: 4 }, b: { and: 6 }, c: { xor: 1 } } }, { a: 1, b: 3, c: 3 }, { a: 5, b: 2, c: 2 }],
  [
    { $currentDate: { a: true, b: { $type: "date" } } },
    {},
    { a: "2026-05-05T00:00:00.000Z", b: "2026-05-05T00:00:00.000Z" },
  ],
  [{ $setOnInsert: { a: 1 } }, { b: 1 }, { b: 1 }],
  [
    { $set: { _acl: [], _type: "x", name: "n", _encrypt: ["p"] } },
    {},
    { _acl: [], _type: "x", name: "n", _encrypt: ["p"] },
  ],
];

test.each(rows)("%j on %j", (update, before, after) => {
  const document = structuredClone(before);
  expect(applyUpdate(document, update, { now: new Date("2026-05-05T00:00:00Z") })).toEqual(after);
  expect(document).toEqual(before);
});
