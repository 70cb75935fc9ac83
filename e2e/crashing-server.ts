import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { postgresProcessesOn, signal } from "../packages/server/src/kit/process-life.ts";

const main = new URL("../packages/server/src/main.ts", import.meta.url).href;
const program = `
  import { createLog, readConfig, startServer } from "${main}";
  process.stdin.on("end", () => process.exit(1)).resume();
  const [dataDir, port] = process.argv.slice(-2);
  const server = await startServer(readConfig({}, { dataDir, port }), createLog({ level: "fatal", pretty: false }));
  console.log(JSON.stringify({ url: server.url, firstAdmin: server.firstAdmin }));
`;

interface Started {
  url: string;
  firstAdmin?: { userName: string; password: string };
}

/** The whole product in a process of its own, on its embedded database, made to be killed. */
export class CrashingServer {
  readonly #dataDir: string;
  #child: ChildProcess | undefined;
  url = "";
  token = "";

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** Starts it, on the same port and data every time; resolves when it serves. */
  async start(): Promise<void> {
    const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
    const flags = ["--import", loader, "--conditions=source", "--input-type=module", "--eval", program];
    const port = this.url === "" ? "0" : new URL(this.url).port;
    const child = spawn(process.execPath, [...flags, "--", this.#dataDir, port], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child = child;
    const started = await firstLine(child);
    this.url = started.url;
    if (started.firstAdmin !== undefined) this.token = await makeToken(started);
  }

  /** Ends the server process as a failing machine would. Its database goes on. */
  async kill(): Promise<void> {
    const child = this.#child!;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  /** Ends the database's first process; resolves when the server, which goes on, has started another one. */
  async killPostmaster(): Promise<void> {
    const before = this.#postmaster();
    signal(before!, "SIGKILL");
    while ((this.#postmaster() ?? before) === before) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  #postmaster(): number | undefined {
    const path = join(this.#clusterDir(), "postmaster.pid");
    return existsSync(path) ? Number(readFileSync(path, "utf8").split("\n")[0]) : undefined;
  }

  /** Leaves no process behind. */
  async remove(): Promise<void> {
    await this.kill();
    if (!existsSync(join(this.#dataDir, "postgres"))) return;
    for (const pid of postgresProcessesOn(this.#clusterDir())) signal(pid, "SIGKILL");
  }

  #clusterDir(): string {
    return realpathSync(join(this.#dataDir, "postgres"));
  }
}

async function firstLine(child: ChildProcess): Promise<Started> {
  for await (const line of createInterface({ input: child.stdout! })) return JSON.parse(line) as Started;
  throw new Error("the server ended before it was ready");
}

async function makeToken({ url, firstAdmin }: Started): Promise<string> {
  const { userName: name, password } = firstAdmin!;
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ name, password });
  const signedIn = await fetch(`${url}/api/v1/session`, { method: "POST", headers, body });
  const { csrfToken } = (await signedIn.json()) as { csrfToken: string };
  const cookies = signedIn.headers.getSetCookie().map((text) => text.split(";")[0]);
  const made = await fetch(`${url}/api/v1/tokens`, {
    method: "POST",
    headers: { ...headers, cookie: cookies.join("; "), "x-csrf-token": csrfToken },
    body: JSON.stringify({ name: "crash test" }),
  });
  return ((await made.json()) as { token: string }).token;
}
