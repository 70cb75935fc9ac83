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
import { type Client, type ClientOptions, createClient } from "./main.ts";

declare module "vitest" {
  export interface ProvidedContext {
    postgresUrl: string;
    runFolder: string;
  }
}

/** A server of the test's own, in a process of its own, with an admin's token. */
export interface TestServer {
  url: string;
  token: string;
  client(options?: Partial<ClientOptions>): Client;
  /** Runs one statement on its database, to age rows. */
  sql(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Ends it without a word. */
  kill(): Promise<void>;
  /** Starts it again on the same port and database. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A client needs the server's address alone, so the server is named by its own and not imported. */
const program = `
  import { createLog, readConfig, startServer } from "${new URL("../../server/src/main.ts", import.meta.url).href}";
  const [databaseUrl, dataDir, port] = process.argv.slice(-3);
  const config = readConfig({}, { databaseUrl, dataDir, port });
  const server = await startServer(config, createLog({ level: "error", pretty: false }));
  console.log(JSON.stringify({ url: server.url, firstAdmin: server.firstAdmin }));
  process.stdin.on("end", () => void server.stop().then(() => process.exit(0))).resume();
`;

interface Started {
  url: string;
  firstAdmin?: { userName: string; password: string };
  process: ReturnType<typeof spawn>;
}

/** Starts a server on a fresh database; call `stop` in the end. */
export async function startTestServer(): Promise<TestServer> {
  const databaseUrl = await createDatabase();
  const dataDir = mkdtempSync(join(inject("runFolder"), "sdk-"));
  let running = await startProcess(databaseUrl, dataDir, "0");
  const { url } = running;
  const token = await makeToken(running);
  const clients: Client[] = [];
  return {
    url,
    token,
    client(options) {
      const client = createClient({ url, token, ...options });
      clients.push(client);
      return client;
    },
    sql: (text, values) => query(databaseUrl, text, values),
    kill: () => end(running, "SIGKILL"),
    async start() {
      running = await startProcess(databaseUrl, dataDir, new URL(url).port);
    },
    async stop() {
      await Promise.all(clients.map((client) => client.close()));
      await end(running, undefined);
      await query(inject("postgresUrl"), `drop database if exists ${nameOf(databaseUrl)} with (force)`);
    },
  };
}

async function createDatabase(): Promise<string> {
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/sdk_${randomBytes(8).toString("hex")}`;
  await query(inject("postgresUrl"), `create database ${nameOf(url.href)} template millrace_template`);
  return url.href;
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

async function query(url: string, text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text, values)).rows;
  } finally {
    await client.end();
  }
}

async function startProcess(databaseUrl: string, dataDir: string, port: string): Promise<Started> {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const flags = ["--import", loader, "--conditions=source", "--input-type=module", "--eval", program];
  const child = spawn(process.execPath, [...flags, "--", databaseUrl, dataDir, port], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    return { ...(JSON.parse(line) as Omit<Started, "process">), process: child };
  }
  throw new Error("the server ended before it was ready");
}

/** `undefined`: as an operator would, by letting it finish. */
async function end({ process: child }: Started, signal: "SIGKILL" | undefined): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  if (signal === undefined) child.stdin?.end();
  else child.kill(signal);
  await exited;
}

/** As a person would: sign in, and make a token with the session. */
async function makeToken({ url, firstAdmin }: Started): Promise<string> {
  const { userName: name, password } = firstAdmin!;
  const body = JSON.stringify({ name, password });
  const headers = { "content-type": "application/json" };
  const signedIn = await fetch(`${url}/api/v1/session`, { method: "POST", headers, body });
  const { csrfToken } = (await signedIn.json()) as { csrfToken: string };
  const cookie = signedIn.headers
    .getSetCookie()
    .map((text) => text.split(";")[0])
    .join("; ");
  const made = await fetch(`${url}/api/v1/tokens`, {
    method: "POST",
    headers: { ...headers, cookie, "x-csrf-token": csrfToken },
    body: JSON.stringify({ name: "tests" }),
  });
  return ((await made.json()) as { token: string }).token;
}
