import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import pg from "pg";
import { inject } from "vitest";

declare module "vitest" {
  export interface ProvidedContext {
    postgresUrl: string;
    runFolder: string;
  }
}

export interface TestServer {
  url: string;
  token: string;
  stop(): Promise<void>;
}

const server = new URL("../../../packages/server/src/main.ts", import.meta.url).href;

/** An example knows the server by its address alone, so the server runs in a process of its own. */
const program = `
  import { createLog, readConfig, startServer } from "${server}";
  const [databaseUrl, dataDir] = process.argv.slice(-2);
  const config = readConfig({}, { databaseUrl, dataDir, port: "0" });
  const { address, firstAdmin, stop } = await startServer(config, createLog({ level: "error", pretty: false }));
  console.log(JSON.stringify({ url: address, ...firstAdmin }));
  process.stdin.on("end", () => void stop().then(() => process.exit(0))).resume();
`;

/** Starts a server on a fresh database, with an admin's token. */
export async function startTestServer(): Promise<TestServer> {
  const database = `films_${randomBytes(8).toString("hex")}`;
  await administer(`create database ${database} template millrace_template`);
  const databaseUrl = Object.assign(new URL(inject("postgresUrl")), { pathname: `/${database}` }).href;
  const child = spawnNode(["--input-type=module", "--eval", program, "--", databaseUrl, runFolder()], {});
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const { url, userName, password } = JSON.parse(line) as Record<"url" | "userName" | "password", string>;
  return {
    url,
    token: await createToken(url, { name: userName, password }),
    async stop() {
      child.stdin.end();
      await once(child, "exit");
      await administer(`drop database ${database} with (force)`);
    },
  };
}

/** Runs `npm run start` without npm, to its end. */
export async function runStart({ url, token }: TestServer): Promise<{ code: number; output: string }> {
  const script = fileURLToPath(new URL("start.ts", import.meta.url));
  const child = spawnNode([script], { MILLRACE_URL: url, MILLRACE_TOKEN: token });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, output };
}

function spawnNode(args: string[], env: Record<string, string>) {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  return spawn(process.execPath, ["--import", loader, "--conditions=source", ...args], {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
}

function runFolder(): string {
  return mkdtempSync(join(inject("runFolder"), "films-"));
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

/** As a person would: sign in, and make a token with the session. */
async function createToken(url: string, credentials: { name: string; password: string }): Promise<string> {
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${url}/api/v1/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const signedIn = await post("session", credentials);
  const { csrfToken } = (await signedIn.json()) as { csrfToken: string };
  const cookie = signedIn.headers
    .getSetCookie()
    .map((text) => text.split(";")[0])
    .join("; ");
  const made = await post("tokens", { name: "films" }, { cookie, "x-csrf-token": csrfToken });
  return ((await made.json()) as { token: string }).token;
}
