import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { pino } from "pino";
import type { TestProject } from "vitest/node";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./packages/server/src/kit/embedded-postgres.ts";
import { holderOf } from "./packages/server/src/kit/folder-lock.ts";
import { migrateUrl } from "./packages/server/src/kit/migrations.ts";
import { postgresProcessesOn } from "./packages/server/src/kit/process-life.ts";
import { templateDatabase } from "./packages/server/src/kit/testing.ts";

const folderPrefix = "millrace-vitest-";

/** Starts the one PostgreSQL of this run and fills the template database; what is returned ends and removes it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  sweepFolders();
  const dataDir = mkdtempSync(join(tmpdir(), folderPrefix));
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: pino({ level: "error" }),
    settings: { shared_buffers: "128MB", max_connections: "200" },
  });
  project.provide("postgresUrl", postgres.url());
  project.provide("migrationFailure", await fillTemplate(postgres).then(() => "", String));
  return async () => {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}

/** Nobody may connect to the template afterwards: a clone fails while somebody does. */
async function fillTemplate(postgres: EmbeddedPostgres): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url() });
  await client.connect();
  try {
    await client.query(`create database ${templateDatabase}`);
    await migrateUrl(postgres.url(templateDatabase));
    await client.query(`alter database ${templateDatabase} allow_connections false`);
  } finally {
    await client.end();
  }
}

/** Removes what runs that were killed have left; a killed run cannot do it itself. */
function sweepFolders(): void {
  const names = readdirSync(tmpdir()).filter((name) => name.startsWith(folderPrefix));
  for (const folder of names.map((name) => join(tmpdir(), name))) {
    const isOurs = existsSync(join(folder, "millrace.lock"));
    const isLeft =
      holderOf(folder) === undefined && postgresProcessesOn(join(folder, "postgres")).length === 0;
    if (isOurs && isLeft) rmSync(folder, { recursive: true, force: true });
  }
}
