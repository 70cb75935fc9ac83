import { expect, test } from "vitest";

import { runPipeline, splitPipeline } from "./pipeline.ts";

const films = [
  { _id: "1", name: "A", year: 1999, tags: ["x", "y"], at: "2026-01-01T00:00:00+02:00" },
  { _id: "2", name: "B", year: 2001, tags: ["y"], at: "2025-12-31T23:00:00Z" },
  { _id: "3", name: "C", year: 1999, tags: [], at: "2025-06-01T00:00:00Z" },
  { _id: "4", name: "D", year: null, at: "no date" },
];

async function* slowly(): AsyncGenerator<object> {
  for (const film of films) yield await Promise.resolve(film);
}

const rows: [pipeline: object[], expected: object[]][] = [
  [
    [{ $match: { year: { $gt: 0 } } }, { $group: { _id: "$year", n: { $sum: 1 } } }, { $sort: { _id: 1 } }],
    [
      { _id: 1999, n: 2 },
      { _id: 2001, n: 1 },
    ],
  ],
  [
    [{ $unwind: "$tags" }, { $sortByCount: "$tags" }],
    [
      { _id: "y", count: 2 },
      { _id: "x", count: 1 },
    ],
  ],
  [
    [{ $match: { at: { $type: "date" } } }, { $group: { _id: null, last: { $max: "$at" } } }],
    [{ _id: null, last: films[1]?.at }],
  ],
  [[{ $sort: { at: -1 } }, { $limit: 1 }, { $project: { at: 1 } }], [{ _id: "2", at: films[1]?.at }]],
  [
    [{ $match: { _id: "1" } }, { $project: { day: { $substr: ["$at", 0, 10] }, _id: 0 } }],
    [{ day: "2026-01-01" }],
  ],
  [[{ $match: { $expr: { $gte: ["$at", "2026-01-01T00:00:00+01:00"] } } }, { $count: "n" }], [{ n: 1 }]],
  [
    [{ $facet: { n: [{ $count: "n" }], at: [{ $match: { _id: "1" } }, { $project: { at: 1 } }] } }],
    [{ n: [{ n: 4 }], at: [{ _id: "1", at: films[0]?.at }] }],
  ],
  [[{ $match: { name: { $regex: "^[ab]$", $options: "i" } } }, { $count: "n" }], [{ n: 2 }]],
  [
    [{ $match: { _id: "2" } }, { $project: { y: { $year: "$at" }, t: { $toUpper: "$name" }, _id: 0 } }],
    [{ y: 2025, t: "B" }],
  ],
  [
    [
      { $project: { m: { $regexMatch: { input: "$name", regex: "(a+)+$", options: "i" } } } },
      { $match: { m: true } },
      { $count: "n" },
    ],
    [{ n: 1 }],
  ],
  [
    [{ $limit: 1 }, { $project: { _id: 0, d: { $dateFromString: { dateString: "$at" } } } }],
    [{ d: films[0]?.at }],
  ],
  [[{ $limit: 1 }, { $replaceRoot: { newRoot: { a: { $divide: [1, 3] } } } }], [{ a: 1 / 3 }]],
];

test.each(rows)("%j", async (pipeline, expected) => {
  expect(await runPipeline(pipeline, films)).toEqual(expected);
  expect(await runPipeline(pipeline, slowly())).toEqual(expected);
});

test("documents that went in stay as they were", async () => {
  const before = structuredClone(films);
  await runPipeline([{ $set: { "tags.0": 1 } }, { $unset: "year" }, { $addFields: { at: 1 } }], films);
  expect(films).toEqual(before);
});

test("the beginning that SQL can do is split off", () => {
  const split = splitPipeline([
    { $match: { a: 1 } },
    { $match: { b: 2 } },
    { $sort: { a: 1 } },
    { $skip: 5 },
    { $limit: 10 },
    { $group: { _id: 1 } },
  ]);
  expect(split).toMatchObject({
    match: { $and: [{ a: 1 }, { b: 2 }] },
    skip: 5,
    limit: 10,
    rest: [{ $group: { _id: 1 } }],
  });
  expect(split.filter.exact).toBe(true);
  expect(split.filter.matches({ a: 1, b: 2 })).toBe(true);
  expect(splitPipeline([{ $match: { a: 1 } }, { $count: "n" }])).toMatchObject({ countAs: "n", rest: [] });
  expect(splitPipeline([{ $limit: 1 }, { $skip: 1 }]).rest).toEqual([{ $skip: 1 }]);
  expect(splitPipeline([{ $group: { _id: 1 } }, { $match: { a: 1 } }]).rest.length).toBe(2);
  expect(splitPipeline([])).toMatchObject({ skip: 0, limit: undefined, rest: [] });
});

const run = (pipeline: object[], limits: object) => runPipeline(pipeline, films, { limits });

test("limits end what takes too much", async () => {
  await expect(run([], { documentsMax: 3 })).rejects.toMatchObject({ code: "too_large" });
  await expect(run([], { resultsMax: 3 })).rejects.toMatchObject({ code: "too_large" });
  const loops = {
    $reduce: { input: { $range: [0, 50_000] }, initialValue: 0, in: { $add: ["$$value", 1] } },
  };
  await expect(run([{ $project: { x: loops } }], { stepsMax: 10_000 })).rejects.toMatchObject({
    code: "too_large",
  });
  await expect(run([{ $project: { x: loops } }], { durationMs: 1 })).rejects.toMatchObject({
    code: "timed_out",
  });
  const growing = {
    $reduce: { input: { $range: [0, 60] }, initialValue: "x", in: { $concat: ["$$value", "$$value"] } },
  };
  await expect(run([{ $project: { x: growing } }], {})).rejects.toMatchObject({ code: "invalid_input" });
  await expect(run([{ $project: { x: { $range: [0, 1e9] } } }], {})).rejects.toMatchObject({
    code: "invalid_input",
  });
});

test("what an expression cannot do is the caller's error, with its place", async () => {
  const failed = runPipeline([{ $project: { x: { $divide: ["$year", 0] } } }], films);
  await expect(failed).rejects.toMatchObject({ code: "invalid_input" });
});
