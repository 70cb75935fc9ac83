import { expect, test } from "vitest";
import { gatherRows } from "./gathered-rows.ts";

interface Row {
  kind: string;
  queue?: string;
  id: number;
  name?: string | null;
}

const fields = { shared: ["kind", "queue"], own: ["id", "name"] } as const;
const gather = (rows: Row[]) => JSON.parse(gatherRows(rows, fields)) as unknown;

test("runs of rows that share their fields become one record, in their order", () => {
  const rows = [
    { kind: "a", queue: "q", id: 1, name: "one" },
    { kind: "a", queue: "q", id: 2, name: null },
    { kind: "b", queue: "q", id: 3, name: "three" },
    { kind: "a", queue: "q", id: 4, name: "four" },
  ];
  expect(gather(rows)).toEqual([
    { kind: "a", queue: "q", id: [1, 2], name: ["one", null] },
    { kind: "b", queue: "q", id: [3], name: ["three"] },
    { kind: "a", queue: "q", id: [4], name: ["four"] },
  ]);
  expect(gather([])).toEqual([]);
});

test("a field that only some rows have parts them, or is null in the list", () => {
  expect(
    gather([
      { kind: "a", id: 1 },
      { kind: "a", queue: "q", id: 2 },
      { kind: "a", id: 3, name: "n" },
    ]),
  ).toEqual([
    { kind: "a", id: [1], name: [null] },
    { kind: "a", queue: "q", id: [2], name: [null] },
    { kind: "a", id: [3], name: ["n"] },
  ]);
});
