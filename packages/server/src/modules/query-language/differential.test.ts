import { Query } from "mingo";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

import { sql, textOf, type Sql } from "../../kit/sql.ts";
import { createTestDatabase, type TestDatabase } from "../../kit/testing.ts";
import { DistinctSet, distinctValues } from "./distinct.ts";
import { compileFilter } from "./filter.ts";
import { Random, randomDocument, randomFilter, randomPath, randomSort } from "./random-documents.ts";
import { compileSort } from "./sort.ts";
import { keyOf, type Value } from "./values.ts";

const seed = Number(process.env["MILLRACE_TEST_SEED"] ?? Date.now() % 1_000_000);
const batches = 3;
const documentsPerBatch = 150;
const filtersPerBatch = 1000;
const sortsPerBatch = 100;

type Row = Record<string, unknown>;

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query("create table documents (id text primary key, type text, document jsonb)");
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

async function run(statement: Sql): Promise<Row[]> {
  const result = await client.query<Row>({ text: textOf(statement), values: [...statement.values] });
  return result.rows;
}

async function load(documents: readonly Row[]): Promise<void> {
  await client.query("truncate documents");
  await client.query(
    `insert into documents select d ->> '_id', d ->> '_type', d from jsonb_array_elements($1::jsonb) d`,
    [JSON.stringify(documents)],
  );
}

function stored(random: Random): Row[] {
  const documents = Array.from({ length: documentsPerBatch }, (_, index) => randomDocument(random, index));
  return JSON.parse(JSON.stringify(documents)) as Row[];
}

async function idsWhere(where: Sql): Promise<Set<unknown>> {
  const rows = await run(sql`select d.id from documents d where ${where}`);
  return new Set(rows.map((row) => row["id"]));
}

test("SQL and memory give the same answers to random filters over dirty documents", async () => {
  const tally = { filters: 0, telling: 0, exact: 0 };
  for (let batch = 0; batch < batches; batch += 1) {
    const random = new Random(seed + batch);
    const documents = stored(random);
    await load(documents);
    for (let round = 0; round < filtersPerBatch; round += 1) {
      const filter = randomFilter(random);
      const compiled = compileFilter(filter);
      const expected = documents
        .filter((document) => compiled.matches(document))
        .map((found) => found["_id"]);
      const selected = await idsWhere(compiled.where);
      const where = `seed ${seed + batch}, round ${round}: ${JSON.stringify(filter)}`;
      expect(
        expected.filter((id) => !selected.has(id)),
        `lost by SQL, ${where}`,
      ).toEqual([]);
      if (compiled.exact) expect([...selected].sort(), `too many, ${where}`).toEqual(expected.sort());
      tally.filters += 1;
      if (expected.length > 0 && expected.length < documents.length) tally.telling += 1;
      if (compiled.exact) tally.exact += 1;
    }
  }
  console.log(`seed ${seed}:`, tally);
  expect(tally.telling).toBeGreaterThan(tally.filters * 0.35);
  expect(tally.exact).toBeGreaterThan(tally.filters * 0.6);
}, 300_000);

test("SQL and memory put random documents in the same order", async () => {
  for (let batch = 0; batch < batches; batch += 1) {
    const random = new Random(seed + batch);
    const documents = stored(random);
    await load(documents);
    for (let round = 0; round < sortsPerBatch; round += 1) {
      const order = randomSort(random);
      const { orderBy, compare } = compileSort(order);
      const rows = await run(sql`select d.id from documents d order by ${orderBy}`);
      const expected = documents.toSorted(compare).map((document) => document["_id"]);
      expect(
        rows.map((row) => row["id"]),
        `seed ${seed + batch}: ${JSON.stringify(order)}`,
      ).toEqual(expected);
    }
  }
}, 120_000);

test("pages read by position make up the whole order", async () => {
  const random = new Random(seed);
  const documents = stored(random);
  await load(documents);
  for (let round = 0; round < 20; round += 1) {
    const order = randomSort(random);
    const { orderBy, compare, positionOf, after } = compileSort(order);
    const seen: unknown[] = [];
    let where = sql`true`;
    for (;;) {
      const page = await run(
        sql`select d.document from documents d where ${where} order by ${orderBy} limit 40`,
      );
      seen.push(...page.map((row) => (row["document"] as Row)["_id"]));
      if (page.length < 40) break;
      where = after(positionOf(page.at(-1)?.["document"]));
    }
    const expected = documents.toSorted(compare).map((document) => document["_id"]);
    expect({ seed, order, seen }).toEqual({ seed, order, seen: expected });
  }
});

test("SQL and memory find the same distinct values", async () => {
  const random = new Random(seed);
  const documents = stored(random);
  await load(documents);
  for (let round = 0; round < 100; round += 1) {
    const field = randomPath(random);
    const distinct = distinctValues(field);
    const rows = await run(
      sql`select v.value from documents d cross join lateral ${distinct.values} v order by d.id`,
    );
    const bySql = new DistinctSet();
    const inMemory = new DistinctSet();
    for (const row of rows) bySql.add(row["value"] as Value);
    for (const value of documents.flatMap((document) => distinct.of(document))) inMemory.add(value as Value);
    expect({ field, values: bySql.values() }).toEqual({ field, values: inMemory.values() });
  }
});

test("keys of values are the same in SQL and in memory", async () => {
  const random = new Random(seed);
  const values = stored(random).flatMap((document) => Object.values(document));
  const rows = await run(sql`
    select array_agg(query_language.key(v.value) order by v.ordinality) as keys
    from jsonb_array_elements(${JSON.stringify(values)}::jsonb) with ordinality v`);
  expect(rows[0]?.["keys"]).toEqual(values.map(keyOf));
});

test("no number makes a key raise, not even one that JavaScript cannot hold", async () => {
  const numbers = ["1e400", "-1e400", "1e-400", "1e-324", "3e-324", "5e-324", "1.7976931348623159e308", "-0"];
  const rows = await run(sql`
    select array_agg(query_language.key(n::jsonb) collate "C" order by n::numeric) as keys
    from unnest(${numbers}::text[]) n`);
  const keys = rows[0]?.["keys"] as string[];
  expect(keys).toEqual(keys.toSorted());
  expect(keys.at(-1)).toBe(keyOf(Number.MAX_VALUE));
});

test("on flat documents without dates, mingo as it comes gives the same answers", () => {
  const random = new Random(seed);
  const scalars = [null, true, 0, 1, 2, -3, 1.5, "", "a", "ab", "B"];
  const value = () => random.pick(scalars);
  const operators: (() => Row)[] = [
    () => ({ $eq: value() }),
    () => ({ $ne: value() }),
    () => ({ [random.pick(["$gt", "$gte", "$lt", "$lte"])]: random.pick([0, 1, 1.5, "a", "B"]) }),
    () => ({ [random.pick(["$in", "$nin"])]: random.list(3, value) }),
    () => ({ $exists: random.next() < 0.5 }),
    () => ({ $size: random.below(3) }),
    () => ({ $regex: random.pick(["a", "^a", "b$"]), $options: random.pick(["", "i"]) }),
    () => ({ $not: { $gt: 1 } }),
    () => ({ $elemMatch: { $gt: 0, $lt: 2 } }),
  ];
  let telling = 0;
  for (let round = 0; round < 3000; round += 1) {
    const document = {
      a: random.next() < 0.6 ? value() : random.list(3, value),
      ...(round % 2 ? { b: value() } : {}),
    };
    const one = { [random.pick(["a", "b"])]: random.pick(operators)() };
    const two = { [random.pick(["a", "b"])]: random.pick(operators)() };
    const filter = random.next() < 0.5 ? one : { [random.pick(["$and", "$or", "$nor"])]: [one, two] };
    const expected = new Query(filter).test(document);
    const matches = compileFilter(filter).matches(document);
    expect({ filter, document, seed, matches }).toMatchObject({ matches: expected });
    if (expected) telling += 1;
  }
  expect(telling).toBeGreaterThan(600);
});
