import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
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

export interface NodeProcess {
  pid: number;
  /** The next line it prints; fails when it ends without one, with what it said on its error output. */
  line(): Promise<string>;
  /** Writes to its input. */
  send(text: string): void;
  /** Ends it at once and waits until it is gone. */
  kill(): Promise<void>;
  exited: Promise<void>;
}

export interface NodeProcessOptions {
  args?: string[];
  env?: Record<string, string>;
  uid?: number;
  gid?: number;
  /** The largest file that it and its children may write, in blocks of 512 bytes. */
  fileBlocksMax?: number;
}

/** A process whose parent was killed must not stay. */
const endWithParent = 'process.stdin.on("end", () => process.exit(1)).resume();';

/** Runs a module in a process of its own; it may import our sources by their `file:` addresses. */
export function startNode(source: string, options: NodeProcessOptions = {}): NodeProcess {
  const { args = [], env = {}, uid, gid, fileBlocksMax = "unlimited" } = options;
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const command = [
    `ulimit -f ${fileBlocksMax} && exec "$0" "$@"`,
    process.execPath,
    "--import",
    loader,
    "--conditions=source",
    "--input-type=module",
    "--eval",
    `${endWithParent}${source}`,
    "--",
    ...args,
  ];
  const child = spawn("/bin/sh", ["-c", ...command], { uid, gid, env: { ...process.env, ...env } });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors = (errors + chunk.toString("utf8")).slice(-10_000);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = once(child, "exit").then(() => undefined);
  return {
    pid: child.pid ?? 0,
    exited,
    send: (text) => void child.stdin.write(text),
    async line() {
      const next = await lines.next();
      if (next.done === true) throw new Error(`the process ended: ${errors}`);
      return next.value;
    },
    async kill() {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await exited;
    },
  };
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
