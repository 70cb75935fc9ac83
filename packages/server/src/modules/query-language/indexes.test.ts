import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

import { join, sql, textOf, type Sql } from "../../kit/sql.ts";
import { createTestDatabase, type TestDatabase } from "../../kit/testing.ts";
import { compileFilter } from "./filter.ts";
import { indexExpressions } from "./indexes.ts";
import { compileSort } from "./sort.ts";

const rows = 20_000;
const hostileField = `o'b"c\\d}`;

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`create table documents (
    tenant_id text, id text collate "C" primary key, type text, document jsonb)`);
  await client.query(
    `insert into documents
      select case i % 2 when 0 then 'one' else 'two' end, lpad(to_hex(i), 24, '0'), 'film', jsonb_build_object(
        'number', i, 'name', 'film ' || i, 'at', to_char(timestamp '2026-01-01' + i * interval '1 minute',
          'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'inner', jsonb_build_object('number', i), $2::text, i,
        'tags', case i % 20 when 0 then jsonb_build_array('tag ' || i % 1000, i)
          else to_jsonb('tag ' || i % 1000) end)
      from generate_series(1, $1::int) i`,
    [rows, hostileField],
  );
  for (const [index, field] of ["number", "name", "at", "inner.number", "tags", hostileField].entries()) {
    const { low, high, spread } = indexExpressions(field);
    await client.query(`create index low_${index} on documents (${low})`);
    await client.query(`create index high_${index} on documents (${high})`);
    await client.query(`create index spread_${index} on documents (${low}, ${high}) where ${spread}`);
  }
  await client.query("create index whole on documents using gin (document jsonb_path_ops)");
  await client.query("analyze documents");
}, 120_000);

afterAll(async () => {
  await client.end();
  await database.drop();
});

async function explain(statement: Sql): Promise<string> {
  const result = await client.query<{ "QUERY PLAN": string }>({
    text: `explain ${textOf(statement)}`,
    values: [...statement.values],
  });
  return result.rows.map((row) => row["QUERY PLAN"]).join("\n");
}

async function idsOf(where: Sql): Promise<number[]> {
  const statement = sql`select d.id from documents d where ${where} order by d.id`;
  const result = await client.query<{ id: string }>({
    text: textOf(statement),
    values: [...statement.values],
  });
  return result.rows.map((row) => Number.parseInt(row.id, 16));
}

const cases: [string, Record<string, unknown>, number[] | number][] = [
  ["equality with a number", { number: 77 }, [77]],
  ["equality with a string", { name: "film 500" }, [500]],
  ["a list", { number: { $in: [3, 5, "x"] } }, [3, 5]],
  ["a range", { number: { $gt: 10, $lte: 14 } }, [11, 12, 13, 14]],
  ["a range in two parts", { $and: [{ number: { $gt: 10 } }, { number: { $lt: 13 } }] }, [11, 12]],
  [
    "a range of dates",
    { at: { $gte: "2026-01-01T01:00:00+01:00", $lt: { $date: "2026-01-01T00:02:00Z" } } },
    [1],
  ],
  ["a dotted path", { "inner.number": 42 }, [42]],
  ["a prefix", { name: { $regex: "^film 1999" } }, 11],
  ["a hostile name", { [hostileField]: 12 }, [12]],
  ["an element of an array", { tags: "tag 40" }, 20],
];

test.each(cases)("%s uses an index and finds what it should", async (_name, filter, expected) => {
  const { where, exact } = compileFilter(filter);
  const plan = await explain(sql`select d.id from documents d where ${where}`);
  expect(plan).toMatch(/(low|whole)_?\d*/);
  expect(plan).not.toContain("Seq Scan");
  expect(exact).toBe(true);
  const found = await idsOf(where);
  expect(typeof expected === "number" ? found.length : found).toEqual(expected);
});

test("an update's session, which plans without the values, uses the index too", async () => {
  await client.query("set plan_cache_mode = force_generic_plan");
  const { where } = compileFilter({ number: { $gte: 5, $lt: 9 } });
  const plan = await explain(sql`select d.id from documents d where ${where}`);
  await client.query("reset plan_cache_mode");
  expect(plan).toContain("low_0");
});

test("both directions of a sort are read from an index", async () => {
  for (const [order, index] of [
    [{ number: 1 }, "low_0"],
    [{ number: -1 }, "high_0"],
  ] as const) {
    const plan = await explain(
      sql`select d.id from documents d order by ${compileSort(order).orderBy} limit 10`,
    );
    expect(plan).toContain(index);
  }
});

test("a field known to hold no arrays is one plain index condition", async () => {
  const { where } = compileFilter({ number: { $gt: 10, $lt: 14 } }, { scalarFields: new Set(["number"]) });
  const plan = await explain(sql`select d.id from documents d where ${where}`);
  expect(plan).toMatch(/low_0/);
  expect(plan).not.toMatch(/spread/);
  expect(await idsOf(where)).toEqual([11, 12, 13]);
});

test("through a view that names the tenant a caller keeps the index; row-level security keeps the rows", async () => {
  await client.query(`
    create view own_documents as select * from documents where tenant_id = current_setting('test.tenant');
    grant select on own_documents to millrace_reader;
    create policy own on documents to millrace_reader using (tenant_id = current_setting('test.tenant'));
    set test.tenant = 'one';
    set role millrace_reader`);
  try {
    for (const filter of [{ number: { $gt: 10, $lt: 15 } }, { name: "film 12" }, { tags: "tag 40" }]) {
      const { where } = compileFilter(filter);
      const plan = await explain(sql`select d.id from own_documents d where ${where}`);
      expect(plan).toMatch(/(low_\d|whole)/);
      expect(plan).not.toContain("Seq Scan");
    }
    await expect(client.query("select from documents")).rejects.toMatchObject({ code: "42501" });
    await client.query("reset role; alter table documents enable row level security");
    await client.query("grant select on documents to millrace_reader; set role millrace_reader");
    expect(await idsOf(compileFilter({ number: { $gt: 10, $lt: 15 } }).where)).toEqual([12, 14]);
  } finally {
    await client.query("reset role; alter table documents disable row level security");
  }
});

test("names and values that look like SQL stay names and values", async () => {
  const names = [
    "'; drop table documents; --",
    "a'b",
    'a"b',
    "a\\b",
    "a\\'b",
    "$1",
    "$$",
    "a}b{,c",
    "é\u{1f600}",
    "--",
    "/*",
  ];
  for (const name of names.filter((name) => !name.startsWith("$"))) {
    const document = { [name]: { [name]: name } };
    const path = `${name}.${name}`.replaceAll("..", ".");
    const conditions = [
      name,
      { $in: [name, "x"] },
      { $regex: "." },
      { $exists: true },
      { $gt: "" },
      { $size: 0 },
    ];
    const parts = conditions.map((condition) => compileFilter({ [path]: condition }).where);
    const tests = join(
      parts.map((where) => sql`(${where})`),
      ", ",
    );
    const statement = sql`select array[${tests}] as met
      from (select 'x' as id, 'y' as type, ${JSON.stringify(document)}::jsonb as document) d`;
    const result = await client.query<{ met: boolean[] }>({
      text: textOf(statement),
      values: [...statement.values],
    });
    expect({ name, met: result.rows[0]?.met }).toEqual({ name, met: [true, true, true, true, true, false] });
    await client.query(`create index hostile on documents (${indexExpressions(path).low})`);
    await client.query("drop index hostile");
  }
});
