import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../bin/millrace.mjs", import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  input?: string;
  environment?: Record<string, string>;
}

export interface RunningCli {
  /** Everything on the standard output so far. */
  text(): string;
  /** Resolves when the standard output holds this. */
  shows(part: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

/** The command with a home and a profile file of its own. */
export class Cli {
  readonly folder: string;
  readonly profiles: string;
  readonly #running = new Set<ChildProcess>();

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "millrace-cli-"));
    // The database server runs as another user where the tests run as root, and must get through.
    chmodSync(this.folder, 0o711);
    this.profiles = join(this.folder, "profiles.json");
  }

  /** Runs a command to its end. */
  async run(args: string[], options: CliOptions = {}): Promise<Ended> {
    return this.start(args, options).ended;
  }

  /** Runs a command that must end well, and reads the one JSON value it prints. */
  async json<T = Record<string, unknown>>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await this.run(["--json", ...args]);
    if (code !== 0) throw new Error(`millrace ${args.join(" ")} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  start(args: string[], { input, environment = {} }: CliOptions = {}): RunningCli {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("MILLRACE_"));
    const env = {
      ...Object.fromEntries(inherited),
      MILLRACE_PROFILE: this.profiles,
      NO_COLOR: "1",
      // Whoever wants the runner that comes with a server says so.
      MILLRACE_RUNNER_SLOTS: "0",
      ...environment,
    };
    const child = spawn(process.execPath, [bin, ...args], { cwd: this.folder, env, stdio: "pipe" });
    this.#running.add(child);
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
    child.stdin.end(input ?? "");
    const ended = once(child, "close").then(() => {
      this.#running.delete(child);
      return { code: child.exitCode, stdout, stderr };
    });
    const shows = async (part: string) => {
      while (!stdout.includes(part)) {
        const isOver = child.exitCode !== null || child.signalCode !== null;
        if (isOver) throw new Error(`ended with ${child.exitCode} without "${part}": ${stdout}${stderr}`);
        await Promise.race([once(child.stdout, "data"), ended]);
      }
    };
    return { text: () => stdout, shows, signal: (name) => void child.kill(name), ended };
  }

  /** Ends what runs, and removes the folder. */
  async remove(): Promise<void> {
    const ends = Array.from(this.#running, async (child) => {
      child.kill("SIGTERM");
      if (child.exitCode === null && child.signalCode === null) await once(child, "close");
    });
    await Promise.all(ends);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A server on a folder of its own, and a command line that is signed in to it. */
export async function startServer(
  cli: Cli,
  data = "data",
  environment: Record<string, string> = {},
): Promise<{ url: string; server: RunningCli }> {
  const args = ["up", "--port", "0", "--empty", "--data", join(cli.folder, data)];
  const server = cli.start(args, { environment: { MILLRACE_LOG_LEVEL: "error", ...environment } });
  await server.shows("Ctrl-C stops it.");
  const url = /Address\s+(\S+)/.exec(server.text())?.[1];
  if (url === undefined) throw new Error(`the server said no address: ${server.text()}`);
  return { url, server };
}
