import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { pino } from "pino";
import { createClient } from "@millrace/sdk";
import { startEmbeddedPostgres } from "../../packages/server/src/kit/embedded-postgres.ts";

export type Client = ReturnType<typeof createClient>;

/** What all scenarios run on: one embedded PostgreSQL, and one server process on it. */
export interface Stage {
  postgresUrl(database: string): string;
  /** A database of its own on the same PostgreSQL, for a peer. */
  createDatabase(name: string): Promise<string>;
  serverUrl: string;
  token: string;
  client: Client;
  server: ChildProcess;
  close(): Promise<void>;
}

const folder = fileURLToPath(new URL(".", import.meta.url));

/** Starts PostgreSQL with the product's own settings, and the server as a process of its own. */
export async function openStage(): Promise<Stage> {
  const dataDir = mkdtempSync(join(tmpdir(), "millrace-bench-"));
  chmodSync(dataDir, 0o711);
  const postgres = await startEmbeddedPostgres({ dataDir, log: pino({ level: "warn" }) });
  const createDatabase = async (name: string) => {
    const admin = new pg.Client({ connectionString: postgres.url() });
    await admin.connect();
    await admin.query(`create database ${name}`);
    await admin.end();
    return postgres.url(name);
  };
  const { child, line } = await spawnScript("server-process.ts", [postgres.url(), join(dataDir, "server")]);
  const { url, token } = JSON.parse(line) as { url: string; token: string };
  const close = async () => {
    await end(child);
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  const client = createClient({ url, token });
  return {
    postgresUrl: (name) => postgres.url(name),
    createDatabase,
    serverUrl: url,
    token,
    client,
    server: child,
    close,
  };
}

/** Starts a script of this folder in a process of its own; resolves with the first line it prints. */
export async function spawnScript(
  name: string,
  args: string[],
): Promise<{ child: ChildProcess; line: string }> {
  const command = ["--import", "tsx", "--conditions=source", join(folder, name), ...args];
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const died = once(child, "exit").then(() => {
    throw new Error(`${name} ended before it was ready`);
  });
  const [line] = (await Promise.race([once(lines, "line"), died])) as [string];
  died.catch(() => undefined);
  lines.on("line", () => undefined);
  return { child, line };
}

/** Ends a process kindly and waits for it. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

/** What a work item carries here: about 250 bytes of JSON. */
export const payload = {
  title: "Alien",
  year: 1979,
  rating: 8.5,
  genres: ["horror", "science fiction"],
  synopsis: "x".repeat(160),
};
