import { expect, test } from "vitest";

import { textOf } from "../../kit/sql.ts";
import { compileSort } from "./sort.ts";

function sorted(order: unknown, values: unknown[]): unknown[] {
  const documents = values.map((a, index) => (a === undefined ? { _id: index } : { _id: index, a }));
  return documents
    .sort(compileSort(order).compare)
    .map((document) => ("a" in document ? document.a : "missing"));
}

test("types come in MongoDB's order, values within", () => {
  const values = [
    "2026-01-01T00:00:00Z",
    true,
    false,
    [],
    { a: 1 },
    "b",
    "B",
    "",
    10,
    -1,
    null,
    undefined,
    "2025-01-01T00:00:00Z",
  ];
  expect(sorted({ a: 1 }, values)).toEqual([
    [],
    null,
    "missing",
    -1,
    10,
    "",
    "B",
    "b",
    { a: 1 },
    false,
    true,
    "2025-01-01T00:00:00Z",
    "2026-01-01T00:00:00Z",
  ]);
});

test("an array sorts by its least element, and by its greatest when descending", () => {
  expect(sorted({ a: 1 }, [[9, 2], 3, [1, 8]])).toEqual([[1, 8], [9, 2], 3]);
  expect(sorted({ a: -1 }, [[9, 2], 3, [1, 8]])).toEqual([[9, 2], [1, 8], 3]);
});

test("dates sort as instants, strings by code point", () => {
  expect(sorted("a", ["2026-01-01T01:00:00+02:00", "2025-12-31T22:30:00Z"])).toEqual([
    "2025-12-31T22:30:00Z",
    "2026-01-01T01:00:00+02:00",
  ]);
  expect(sorted("a", ["\u{1f600}", "\ufffd"])).toEqual(["\ufffd", "\u{1f600}"]);
});

test("every way to write a sort means the same", () => {
  const text = textOf(compileSort({ a: -1 }).orderBy);
  expect(textOf(compileSort([["a", -1]]).orderBy)).toBe(text);
  expect(textOf(compileSort("-a").orderBy)).toBe(text);
  expect(textOf(compileSort([["a", "desc"]]).orderBy)).toBe(text);
});

test("_id comes last, always and once", () => {
  for (const order of [undefined, null, "", {}]) {
    expect(textOf(compileSort(order).orderBy)).toBe('d.id collate "C" asc');
  }
  expect(textOf(compileSort({ _id: -1 }).orderBy)).toBe('d.id collate "C" desc');
  expect(textOf(compileSort({ a: 1 }).orderBy)).toMatch(/, d\.id collate "C" asc$/);
  expect(sorted({ a: 1 }, [1, 1, 1]).length).toBe(3);
});
