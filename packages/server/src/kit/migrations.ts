import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { AppError } from "./errors.ts";
import { serverRoot } from "./server-root.ts";

interface Migration {
  number: number;
  name: string;
  text: string;
  checksum: string;
}

/** Any number will do, as long as every node takes the same one. */
const migrationLock = 4_100_001;

/** Brings the database at `url` up to this build's schema; safe when several nodes start at once. */
export async function migrateUrl(url: string, migrations = readMigrations()): Promise<number> {
  const client = new pg.Client({ connectionString: url, application_name: "millrace migrations" });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [migrationLock]);
    return await migrate(client, migrations);
  } finally {
    await client.end();
  }
}

/** The numbered files of `db/migrations`, in order. */
export function readMigrations(folder = join(serverRoot(), "db/migrations")): Migration[] {
  return readdirSync(folder)
    .filter((file) => /^\d{4}_[a-z_]+\.sql$/.test(file))
    .sort()
    .map((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      const checksum = createHash("sha256").update(text).digest("hex");
      return { number: Number(file.slice(0, 4)), name: file.slice(5, -4), text, checksum };
    });
}

async function migrate(client: pg.Client, migrations: Migration[]): Promise<number> {
  await client.query(`
    create schema if not exists kit;
    create table if not exists kit.migrations (
      number int primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`);
  const { rows } = await client.query<Pick<Migration, "number" | "name" | "checksum">>(
    "select number, name, checksum from kit.migrations",
  );
  const applied = new Map(rows.map((row) => [row.number, row]));
  checkHistory(migrations, applied);
  const pending = migrations.filter((migration) => !applied.has(migration.number));
  for (const migration of pending) await apply(client, migration);
  return pending.length;
}

function checkHistory(
  migrations: Migration[],
  applied: Map<number, Pick<Migration, "name" | "checksum">>,
): void {
  const known = new Set(migrations.map((migration) => migration.number));
  for (const number of applied.keys()) {
    if (known.has(number)) continue;
    const message = `The database has migration ${number}, which this build does not know: start the newer build`;
    throw new AppError("conflict", message);
  }
  for (const migration of migrations) {
    const before = applied.get(migration.number);
    if (before === undefined || before.checksum === migration.checksum) continue;
    const name = `${migration.number} (${migration.name})`;
    const message = `Migration ${name} was changed after it was applied: restore its file`;
    throw new AppError("conflict", message);
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query("begin");
  try {
    await client.query(migration.text);
    await client.query("insert into kit.migrations (number, name, checksum) values ($1, $2, $3)", [
      migration.number,
      migration.name,
      migration.checksum,
    ]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw new Error(`migration ${migration.number} (${migration.name}) failed: ${String(error)}`, {
      cause: error,
    });
  }
}
