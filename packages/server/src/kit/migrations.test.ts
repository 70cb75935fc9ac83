import pg from "pg";
import { expect, test } from "vitest";
import { migrateUrl, readMigrations } from "./migrations.ts";
import { createTestDatabase } from "./testing.ts";

async function scalar(url: string, text: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(text);
  await client.end();
  return Object.values(rows[0] as object)[0];
}

test("nodes that start at once migrate once", async () => {
  const database = await createTestDatabase({ migrated: false });
  const counts = await Promise.all(Array.from({ length: 4 }, () => migrateUrl(database.url)));
  expect(counts.sort((a, b) => b - a)).toEqual([readMigrations().length, 0, 0, 0]);
  expect(await scalar(database.url, "select count(*)::int from kit.migrations")).toBe(
    readMigrations().length,
  );
  await database.drop();
});

test("a migration that was changed after it was applied is refused, and so is a newer database", async () => {
  const database = await createTestDatabase();
  const changed = readMigrations().map((migration) => ({ ...migration, checksum: "other" }));
  await expect(migrateUrl(database.url, changed)).rejects.toThrow("was changed after it was applied");
  await expect(migrateUrl(database.url, readMigrations().slice(0, -1))).rejects.toThrow(
    "start the newer build",
  );
  await database.drop();
});

test("a migration that fails leaves nothing of itself, and those before it stand", async () => {
  const database = await createTestDatabase({ migrated: false });
  const make = (number: number, text: string) => ({ number, name: "test", text, checksum: text });
  const migrations = [make(1, "create table one ()"), make(2, "create table two (); select 1/0")];
  await expect(migrateUrl(database.url, migrations)).rejects.toThrow("division by zero");
  expect(
    await scalar(database.url, "select to_regclass('one') is not null and to_regclass('two') is null"),
  ).toBe(true);
  await database.drop();
});
