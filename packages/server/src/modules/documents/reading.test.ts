import { afterAll, beforeAll, expect, test } from "vitest";
import { systemCall } from "../../kit/call.ts";
import { sql } from "../../kit/sql.ts";
import { expireDocuments } from "./expire-documents.ts";
import type { Query } from "./reading.ts";
import type { Documents } from "./service.ts";
import { openHouse, person, type TestHouse } from "./testing.ts";

let house: TestHouse;
let documents: Documents;
const admin = systemCall("test-request");
const ann = person("Ann");

beforeAll(async () => {
  house = await openHouse();
  documents = house.documents;
  await documents.insertMany(
    ann,
    "films",
    Array.from({ length: 500 }, (_, n) => ({
      n,
      year: 1950 + (n % 50),
      title: `Film ${n}`,
      tags: n % 10 === 0 ? ["rare", `t${n}`] : ["common"],
      at: new Date(Date.UTC(2020, 0, 1 + n)).toISOString(),
    })),
  );
});
afterAll(() => house.close());

async function allPages(
  call: typeof ann,
  query: Query,
  between: () => Promise<unknown> = async () => undefined,
) {
  const items: Record<string, unknown>[] = [];
  let cursor: string | undefined;
  do {
    const page = await documents.query(call, "films", { ...query, cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
    await between();
  } while (cursor !== undefined);
  return items;
}

test("queries filter, sort, skip, limit and project what the caller may read", async () => {
  const page = await documents.query(ann, "films", {
    filter: { year: { $gte: 1990 }, tags: "rare" },
    sort: { year: -1, n: 1 },
    skip: 1,
    limit: 3,
    projection: { n: 1, year: 1, _id: 0 },
  });
  expect(page.items).toEqual([
    { n: 90, year: 1990 },
    { n: 140, year: 1990 },
    { n: 190, year: 1990 },
  ]);
  expect(page.nextCursor).toBeDefined();
  const stranger = person("Stranger");
  expect(await documents.query(stranger, "films")).toEqual({ items: [] });
  expect(await documents.count(stranger, "films")).toBe(0);
  expect(await documents.distinct(stranger, "films", "year")).toEqual([]);
  expect(await documents.aggregate(stranger, "films", [{ $count: "all" }])).toEqual([]);
  expect(await documents.query(ann, "nowhere")).toEqual({ items: [] });
});

test.each([
  [{}],
  [{ sort: { year: 1 } }],
  [{ sort: { year: -1 } }],
  [{ sort: { year: 1, n: -1 } }],
  [{ sort: "-at" }],
  [{ sort: { tags: -1, title: 1 } }],
  [{ filter: { $expr: { $gt: ["$n", 100] } }, sort: { year: 1 } }],
])("pages by cursor hold each document once, in order, also while others insert: %j", async (query) => {
  const before = await allPages(ann, { ...query, limit: 1_000 });
  let number = 0;
  const insert = () =>
    documents.insertOne(ann, "films", { n: -1, year: 1940 + ((number++ * 7) % 70), fresh: true });
  const paged = await allPages(ann, { ...query, limit: 37 }, insert);
  const ids = paged.map((each) => each["_id"]);
  expect(new Set(ids).size).toBe(ids.length);
  expect(paged.filter((each) => each["fresh"] !== true)).toEqual(before);
  await documents.deleteMany(ann, "films", { fresh: true });
});

test("a cursor of another sort, and anything else that is none, is refused", async () => {
  const { nextCursor: cursor } = await documents.query(ann, "films", { limit: 1, sort: { year: 1 } });
  await expect(documents.query(ann, "films", { cursor, sort: { n: 1 } })).rejects.toMatchObject({
    details: { field: "cursor" },
  });
  for (const text of ["x", "W10", Buffer.from('["_id","a\0"]').toString("base64url")]) {
    await expect(documents.query(ann, "films", { cursor: text })).rejects.toMatchObject({
      code: "invalid_input",
    });
  }
  for (const range of [{ limit: 0 }, { limit: 1_001 }, { skip: -1 }, { skip: 100_001 }]) {
    await expect(documents.query(ann, "films", range)).rejects.toMatchObject({ code: "invalid_input" });
  }
});

test("counts, distinct values and pipelines agree, by SQL and by evaluation", async () => {
  const filters = [{ year: 1960 }, { $expr: { $eq: ["$year", 1960] } }];
  for (const filter of filters) {
    expect(await documents.count(ann, "films", filter)).toBe(10);
    expect(await documents.distinct(ann, "films", "tags", filter)).toEqual(
      ["rare", "t10", "t110", "t160", "t210", "t260", "t310", "t360", "t410", "t460", "t60"].sort(),
    );
    const pipeline = [{ $match: filter }, { $group: { _id: "$year", all: { $sum: "$n" } } }];
    expect(await documents.aggregate(ann, "films", pipeline)).toEqual([{ _id: 1960, all: 2350 }]);
    expect(await documents.aggregate(ann, "films", [{ $match: filter }, { $count: "all" }])).toEqual([
      { all: 10 },
    ]);
  }
  const top = [{ $sort: { n: -1 } }, { $skip: 1 }, { $limit: 2 }, { $project: { n: 1, _id: 0 } }];
  expect(await documents.aggregate(ann, "films", top)).toEqual([{ n: 498 }, { n: 497 }]);
});

test("hostile names and operators are refused or mean nothing", async () => {
  for (const filter of [{ $where: "1" }, { a: { $function: {} } }, { "a.$b": 1 }, { "": 1 }]) {
    await expect(documents.query(ann, "films", { filter })).rejects.toMatchObject({ code: "invalid_input" });
  }
  const names = [
    "a'b",
    'a"; drop table documents.documents; --',
    "a\\'b",
    "constructor",
    "$$x".slice(2),
    "%L %s $1",
  ];
  for (const name of names) {
    expect(
      (await documents.query(ann, "films", { filter: { [name]: 1 }, sort: { [name]: -1 } })).items,
    ).toEqual([]);
    expect(await documents.distinct(ann, "films", name)).toEqual([]);
  }
  const index = await documents.createIndex(ann, "films", { name: "odd", keys: { 'it\'s; "drop" %L': 1 } });
  expect(index).toMatchObject({ ready: true });
  await documents.dropIndex(ann, "films", "odd");
});

test("indexes are built, named by explain, and gone when dropped", async () => {
  await documents.createIndex(ann, "films", { keys: { year: 1, n: -1 } });
  await documents.createIndex(ann, "films", { keys: { tags: 1 } });
  await documents.createIndex(ann, "films", { name: "words", keys: { title: "text" } });
  await house.database.query(sql`analyze documents.documents`);
  expect((await documents.listIndexes(ann, "films")).map(({ name, ready }) => [name, ready])).toEqual([
    ["tags_1", true],
    ["words", true],
    ["year_1_n_-1", true],
  ]);
  expect(await documents.createIndex(ann, "films", { keys: { tags: 1 } })).toMatchObject({ name: "tags_1" });
  const explain = (query: Query) => documents.explain(admin, "films", query);
  const compound = await explain({ filter: { year: { $gte: 1950 } }, sort: { year: 1, n: -1 }, limit: 5 });
  expect(compound).toMatchObject({ path: "sql", reasons: [], indexes: ["year_1_n_-1"] });
  expect(compound.nodes).not.toContain("Sort");
  expect(await explain({ filter: { tags: "t10" } })).toMatchObject({ path: "sql", indexes: ["tags_1"] });
  expect(await explain({ filter: { _id: "a".repeat(24) } })).toMatchObject({ indexes: ["_id"] });
  const words = { filter: { $text: { $search: "film 77" } } };
  expect(await explain({ filter: { $expr: { $eq: [1, 1] } } })).toMatchObject({
    path: "sql and evaluation",
    reasons: ["$expr"],
  });
  expect((await documents.query(ann, "films", words)).items).toHaveLength(100);
  expect((await documents.query(ann, "films", { filter: { $text: { $search: "77" } } })).items).toMatchObject(
    [{ n: 77 }],
  );
  expect((await documents.query(ann, "films", { filter: { tags: "t10" } })).items).toMatchObject([{ n: 10 }]);
  await documents.dropIndex(ann, "films", "tags_1");
  await expect(documents.dropIndex(ann, "films", "tags_1")).rejects.toMatchObject({ code: "not_found" });
  await expect(documents.dropIndex(person("Bob"), "films", "words")).rejects.toMatchObject({
    code: "forbidden",
  });
});

test("words beyond ASCII are found with an index of words as without", async () => {
  const texts = ["Ein schöner Tag", "Bye–bye love", "plain words", "x".repeat(300), "schön"];
  await documents.insertMany(
    ann,
    "texts",
    texts.map((text) => ({ text })),
  );
  const searches = [
    "schöner",
    "bye",
    "love",
    "plain",
    "x".repeat(300),
    "-plain love",
    '"ain wo"',
    "Schön words",
  ];
  const find = async () => {
    const counts = [];
    for (const search of searches)
      counts.push(await documents.count(ann, "texts", { $text: { $search: search } }));
    return counts;
  };
  const without = await find();
  await documents.createIndex(ann, "texts", { keys: { text: "text" } });
  expect(await find()).toEqual(without);
  expect(without).toEqual([1, 1, 1, 1, 1, 1, 1, 2]);
});

test("a unique index holds, names its fields, and allows no lists", async () => {
  await documents.insertMany(ann, "people", [{ email: "a@x" }, { email: "b@x" }]);
  await documents.createIndex(ann, "people", { keys: { email: 1 }, unique: true });
  await expect(documents.insertOne(ann, "people", { email: "a@x" })).rejects.toMatchObject({
    code: "already_exists",
    details: { field: "email", extra: { index: "email_1" } },
  });
  await expect(
    documents.insertMany(ann, "people", [{ email: "c@x" }, { email: "b@x" }]),
  ).rejects.toMatchObject({
    code: "already_exists",
    details: { field: "items[1].email" },
  });
  await expect(documents.insertOne(ann, "people", { email: ["c@x"] })).rejects.toMatchObject({
    code: "invalid_input",
  });
  await expect(documents.updateMany(ann, "people", {}, { $set: { email: "c@x" } })).rejects.toMatchObject({
    code: "already_exists",
  });
  expect(await documents.distinct(ann, "people", "email")).toEqual(["a@x", "b@x"]);
  await documents.insertOne(ann, "others", { email: "a@x" });
  await documents.insertMany(ann, "doubles", [{ k: 1 }, { k: 1 }]);
  await expect(documents.createIndex(ann, "doubles", { keys: { k: 1 }, unique: true })).rejects.toMatchObject(
    {
      code: "already_exists",
    },
  );
  expect(await documents.listIndexes(ann, "doubles")).toEqual([]);
});

test("what an expiring index says is due goes, with its history kept; the rest stays", async () => {
  const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const rows = [{ until: at(-2) }, { until: at(-1) }, { until: at(1) }, { until: "never" }, { until: 5 }, {}];
  await documents.insertMany(ann, "sessions", rows);
  await documents.createIndex(ann, "sessions", { keys: { until: 1 }, expireAfterSeconds: 1_800 });
  expect(await expireDocuments(house.database, documents).tick()).toBe(false);
  const left = (await documents.query(ann, "sessions", { projection: { until: 1, _id: 0 } })).items;
  expect(left).toEqual([{ until: rows[2]!.until }, { until: "never" }, { until: 5 }, {}]);
  expect((await documents.listDeleted(ann, "sessions")).items.map((each) => each.by)).toEqual([
    "root",
    "root",
  ]);
});

test("an index on a field that sometimes holds lists misses nothing", async () => {
  await documents.insertMany(ann, "mixed", [
    { a: 1 },
    { a: [1, 5] },
    { a: [2, 3] },
    { a: "x" },
    {},
    { a: null },
  ]);
  const filters = [
    { a: 1 },
    { a: { $gt: 1, $lt: 5 } },
    { a: { $ne: 1 } },
    { a: null },
    { a: { $in: [3, "x"] } },
  ];
  const counts = async () => {
    const found = [];
    for (const filter of filters) found.push(await documents.count(ann, "mixed", filter));
    return found;
  };
  const before = await counts();
  await documents.createIndex(ann, "mixed", { keys: { a: -1 } });
  expect(await counts()).toEqual(before);
  await documents.deleteMany(ann, "mixed", { a: { $type: "array" } });
  await documents.deleteMany(ann, "mixed", { $expr: { $isArray: "$a" } });
  expect(await documents.count(ann, "mixed", { a: { $ne: 1 } })).toBe(3);
  await documents.insertOne(ann, "mixed", { a: [1, 9] });
  expect(await documents.count(ann, "mixed", { a: { $ne: 1 } })).toBe(3);
});
