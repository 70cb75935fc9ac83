import { expect, test } from "vitest";

import { compileProjection } from "./projection.ts";

const document = {
  _id: "1",
  name: "Ann",
  at: "2026-03-04T05:06:07+02:00",
  inner: { x: 1, y: { z: 2, w: 3 } },
  list: [{ x: 1, y: 2 }, 5, { y: 3 }, [{ x: 4, y: 5 }]],
  numbers: [1, 2, 3, 4, 5],
};

const rows: [projection: unknown, expected: object][] = [
  [undefined, document],
  [{}, document],
  [{ name: 1 }, { _id: "1", name: "Ann" }],
  [{ name: true, _id: 0 }, { name: "Ann" }],
  [{ _id: 1 }, { _id: "1" }],
  [{ missing: 1 }, { _id: "1" }],
  [{ "inner.y.z": 1 }, { _id: "1", inner: { y: { z: 2 } } }],
  [{ inner: { x: 1, y: { w: 1 } }, _id: 0 }, { inner: { x: 1, y: { w: 3 } } }],
  [{ "list.x": 1, _id: 0 }, { list: [{ x: 1 }, {}, [{ x: 4 }]] }],
  [{ "name.x": 1 }, { _id: "1" }],
  [{ _id: 0, name: 0, at: 0, list: 0, numbers: 0, "inner.y": 0 }, { inner: { x: 1 } }],
  [
    { _id: false, name: false, at: 0, inner: 0, numbers: 0, "list.y": 0 },
    { list: [{ x: 1 }, 5, {}, [{ x: 4 }]] },
  ],
  [
    { numbers: { $slice: 2 }, inner: 0, list: 0, at: 0 },
    { _id: "1", name: "Ann", numbers: [1, 2] },
  ],
  [
    { name: 1, numbers: { $slice: -2 }, _id: 0 },
    { name: "Ann", numbers: [4, 5] },
  ],
  [
    { name: 1, numbers: { $slice: [1, 2] }, _id: 0 },
    { name: "Ann", numbers: [2, 3] },
  ],
  [{ list: { $elemMatch: { y: { $gt: 2 } } }, _id: 0 }, { list: [{ y: 3 }] }],
  [{ numbers: { $elemMatch: { $gt: 3 } } }, { _id: "1", numbers: [4] }],
  [{ numbers: { $elemMatch: { $gt: 9 } } }, { _id: "1" }],
  [
    { year: { $year: "$at" }, who: "$name", _id: 0 },
    { year: 2026, who: "Ann" },
  ],
  [
    { at: 1, day: { $substr: ["$at", 0, 10] }, _id: 0 },
    { at: document.at, day: "2026-03-04" },
  ],
  [{ copy: "$inner", _id: 0 }, { copy: { x: 1, y: { z: 2, w: 3 } } }],
];

test.each(rows)("%j", (projection, expected) => {
  const before = structuredClone(document);
  expect(compileProjection(projection).project(document)).toEqual(expected);
  expect(document).toEqual(before);
});
