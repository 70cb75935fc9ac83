import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { pino } from "pino";
import type { TestProject } from "vitest/node";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./packages/server/src/kit/embedded-postgres.ts";
import { holderOf } from "./packages/server/src/kit/folder-lock.ts";
import { migrateUrl } from "./packages/server/src/kit/migrations.ts";
import { postgresProcessesOn, signal } from "./packages/server/src/kit/process-life.ts";
import { templateDatabase } from "./packages/server/src/kit/testing.ts";

const folderPrefix = "millrace-vitest-";

/** Starts the one PostgreSQL of this run and fills the template database; what is returned ends and removes it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  sweepRuns();
  const runFolder = mkdtempSync(join(tmpdir(), folderPrefix));
  // The database server runs as another user where the tests run as root, and must get through.
  chmodSync(runFolder, 0o711);
  const postgres = await startEmbeddedPostgres({
    dataDir: databaseFolder(runFolder),
    log: pino({ level: "error" }),
    settings: { shared_buffers: "128MB", max_connections: "200" },
  });
  const abandon = () => abandonRun(runFolder);
  process.on("exit", abandon);
  project.provide("runFolder", runFolder);
  project.provide("postgresUrl", postgres.url());
  project.provide("migrationFailure", await fillTemplate(postgres).then(() => "", String));
  return async () => {
    await postgres.stop();
    process.off("exit", abandon);
    rmSync(runFolder, { recursive: true, force: true });
  };
}

function databaseFolder(runFolder: string): string {
  return join(runFolder, "database");
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

/** Removes what killed runs have left: they cannot do it themselves. */
function sweepRuns(): void {
  const names = readdirSync(tmpdir()).filter((name) => name.startsWith(folderPrefix));
  for (const runFolder of names.map((name) => join(tmpdir(), name))) {
    const wasRun = existsSync(join(databaseFolder(runFolder), "millrace.lock"));
    if (wasRun && holderOf(databaseFolder(runFolder)) === undefined) abandonRun(runFolder);
  }
}

/** An interrupted run leaves no time for a shutdown, and nobody wants its database. */
function abandonRun(runFolder: string): void {
  const clusterDir = join(databaseFolder(runFolder), "postgres");
  for (const pid of postgresProcessesOn(clusterDir)) signal(pid, "SIGKILL");
  rmSync(runFolder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}
