import pg from "pg";
import { expect, test } from "vitest";
import { createTestDatabase } from "./testing.ts";

async function count(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      "select count(*)::int as tables from pg_tables where schemaname = 'public'",
    );
    return rows[0].tables;
  } finally {
    await client.end();
  }
}

test("many test databases are cloned at once, each on its own", async () => {
  const databases = await Promise.all(Array.from({ length: 6 }, () => createTestDatabase()));
  try {
    const client = new pg.Client({ connectionString: databases[0]!.url });
    await client.connect();
    await client.query("create table only_here ()");
    await client.end();
    expect(await count(databases[0]!.url)).toBe((await count(databases[1]!.url)) + 1);
    expect(new Set(databases.map((database) => database.url)).size).toBe(6);
  } finally {
    await Promise.all(databases.map((database) => database.drop()));
  }
});

test("a dropped test database is gone, also with somebody connected", async () => {
  const database = await createTestDatabase({ migrated: false });
  const client = new pg.Client({ connectionString: database.url });
  client.on("error", () => undefined);
  await client.connect();
  await database.drop();
  await expect(count(database.url)).rejects.toMatchObject({ code: "3D000" });
});
