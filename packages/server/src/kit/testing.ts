import { randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { inject } from "vitest";

declare module "vitest" {
  export interface ProvidedContext {
    /** The cluster that all tests of this run share. */
    postgresUrl: string;
    /** Removed with all in it when the run ends. */
    runFolder: string;
    /** Why the template has no schema; empty when the migrations ran. */
    migrationFailure: string;
  }
}

export interface TestDatabase {
  url: string;
  /** Ends what is still connected and removes the database. */
  drop(): Promise<void>;
}

/** The database that holds the product's schema and is cloned for each test file. */
export const templateDatabase = "millrace_template";

/** A database of the test's own: with the product's schema, or empty with `migrated: false`. */
export async function createTestDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabase> {
  const { migrated = true } = options;
  const failure = inject("migrationFailure");
  if (migrated && failure !== "")
    throw new Error(`the migrations failed at the start of this run: ${failure}`);
  const name = `test_${randomBytes(8).toString("hex")}`;
  await administer(`create database ${name} template ${migrated ? templateDatabase : "template0"}`);
  return {
    url: urlOf(name),
    drop: () => administer(`drop database if exists ${name} with (force)`),
  };
}

/** An empty folder that is removed at the end of the run, also of an interrupted one. */
export function temporaryFolder(): string {
  return mkdtempSync(join(inject("runFolder"), "test-"));
}

function urlOf(database: string): string {
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${database}`;
  return url.href;
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject("postgresUrl") });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
