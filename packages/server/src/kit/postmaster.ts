import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { AppError } from "./errors.ts";
import { lastLines, startLogIn } from "./postgres-log.ts";
import { commandAs, type Host } from "./postgres-owner.ts";
import {
  isAlive,
  isPostgresOn,
  lifeOf,
  postgresProcessesOn,
  type ProcessLife,
  signal,
} from "./process-life.ts";

/** What a server is started from, and again each time it died. */
export interface PostmasterPlan {
  host: Host;
  clusterDir: string;
  /** The server's alone. */
  socketDir: string;
  logDir: string;
  settings: Record<string, string>;
  /** Where a connection proves that the server answers. */
  url: string;
}

/** One running server: ours, or one that outlived the process that started it. */
export interface Postmaster {
  readonly pid: number;
  /** Settles when the process is gone. */
  readonly exited: Promise<void>;
  hasExited(): boolean;
}

const pollMs = 10;
const adoptedPollMs = 100;
const fastStopMs = 20_000;
const immediateStopMs = 10_000;
const remainsStopMs = 2_000;

/** Starts the server and waits until it answers, however long its recovery takes, or until `cancel`. */
export async function launchPostmaster(plan: PostmasterPlan, cancel?: AbortSignal): Promise<Postmaster> {
  await clearRemains(plan);
  const postmaster = spawnPostmaster(plan);
  try {
    await readiness(plan, postmaster, cancel);
    await proveAnswer(plan.url);
  } catch (error) {
    await stopPostmaster(postmaster);
    throw isWrongPassword(error) ? wrongPassword(plan.clusterDir) : error;
  }
  return postmaster;
}

async function readiness(plan: PostmasterPlan, postmaster: Postmaster, cancel?: AbortSignal): Promise<void> {
  for (;;) {
    if (postmaster.hasExited()) throw failedStart(plan);
    if (readPidFile(plan.clusterDir)?.ready === postmaster.pid) return;
    cancel?.throwIfAborted();
    await sleep(pollMs);
  }
}

/** A healthy server that was left behind on this cluster with this very plan; any other one is stopped. */
export async function adoptPostmaster(plan: PostmasterPlan): Promise<Postmaster | undefined> {
  const found = findPostmaster(plan.clusterDir);
  if (found === undefined) return undefined;
  const isSame = readIfThere(join(plan.clusterDir, "postmaster.opts"))?.trim() === commandLine(plan);
  const answers = isSame && (await proveAnswer(plan.url).then(isYes, isNo));
  if (answers) return found;
  await stopPostmaster(found);
  return undefined;
}

/** The server that runs on this cluster already, started by whomever. */
export function findPostmaster(clusterDir: string): Postmaster | undefined {
  const pid = readPidFile(clusterDir)?.pid;
  if (pid === undefined || !isPostgresOn(pid, clusterDir)) return undefined;
  const life = lifeOf(pid);
  if (life === undefined) return undefined;
  return { pid, exited: endOf(life), hasExited: () => !isAlive(life) };
}

/** Ends the server: its sessions are rolled back; one that hangs is ended the hard way, and recovers at its start. */
export async function stopPostmaster(postmaster: Postmaster): Promise<void> {
  const { pid, exited } = postmaster;
  const steps = [
    ["SIGINT", fastStopMs],
    ["SIGQUIT", immediateStopMs],
    ["SIGKILL", immediateStopMs],
  ] as const;
  for (const [name, patienceMs] of steps) {
    if (postmaster.hasExited()) return;
    signal(pid, name);
    if (await settlesWithin(exited, patienceMs)) return;
  }
  throw new Error(`the PostgreSQL process ${pid} cannot be ended`);
}

/** Removes what a killed server left behind: its children, and files with its pid, which may be somebody else's now. */
async function clearRemains({ clusterDir, socketDir }: PostmasterPlan): Promise<void> {
  if (process.platform !== "linux") return;
  await endRemains(clusterDir);
  // Deleting them is safe only because no process works on the cluster.
  rmSync(join(clusterDir, "postmaster.pid"), { force: true });
  for (const name of readdirSync(socketDir)) rmSync(join(socketDir, name), { force: true });
}

/** Ends processes that still work on the cluster when their server is gone, and waits until none does. */
export async function endRemains(clusterDir: string): Promise<void> {
  const deadline = Date.now() + remainsStopMs;
  for (;;) {
    const remains = postgresProcessesOn(clusterDir);
    if (remains.length === 0) break;
    const name = Date.now() < deadline ? "SIGQUIT" : "SIGKILL";
    for (const pid of remains) signal(pid, name);
    await sleep(pollMs);
  }
}

function spawnPostmaster(plan: PostmasterPlan): Postmaster {
  const [program = "", ...rest] = [...parentGuard(), postgresProgram(plan), ...serverArguments(plan)];
  const { command, args, options } = commandAs(plan.host.owner, program, rest);
  const output = openStartLog(plan.logDir);
  try {
    // A session of its own: Ctrl-C in a terminal must not end the database before we are done with it.
    const child = spawn(command, args, { ...options, detached: true, stdio: ["ignore", output, output] });
    const exited = new Promise<void>((resolve) => {
      child.on("exit", () => resolve());
      child.on("error", () => resolve());
    });
    if (child.pid === undefined) throw new Error(`${command} cannot be started`);
    child.unref();
    const hasExited = () => child.exitCode !== null || child.signalCode !== null;
    return { pid: child.pid, exited, hasExited };
  } finally {
    closeSync(output);
  }
}

/** The folder is the server's: as root we must not follow a link that somebody planted in it. */
function openStartLog(logDir: string): number {
  rmSync(startLogIn(logDir), { force: true });
  return openSync(startLogIn(logDir), "wx", 0o600);
}

function postgresProgram(plan: PostmasterPlan): string {
  return join(plan.host.binaries.folder, "bin/postgres");
}

function serverArguments(plan: PostmasterPlan): string[] {
  const settings = Object.entries(plan.settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return ["-D", plan.clusterDir, ...settings];
}

/** As the server itself writes it to postmaster.opts. */
function commandLine(plan: PostmasterPlan): string {
  return [postgresProgram(plan), ...serverArguments(plan).map((argument) => `"${argument}"`)].join(" ");
}

/** Lets the kernel shut the server down when we die; without it, the next start finds the server and takes it over. */
function parentGuard(): string[] {
  if (process.platform !== "linux") return [];
  const guard = ["setpriv", "--pdeathsig", "INT"] as const;
  const works = spawnSync(guard[0], [...guard.slice(1), "true"], { stdio: "ignore" }).status === 0;
  return works ? [...guard] : [];
}

/** The first line is the pid, the eighth the state; the file is written in several steps. */
function readPidFile(clusterDir: string): { pid: number; ready: number | undefined } | undefined {
  const lines = readIfThere(join(clusterDir, "postmaster.pid"))?.split("\n");
  const pid = Number.parseInt(lines?.[0] ?? "", 10);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, ready: lines?.[7]?.trim() === "ready" ? pid : undefined };
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

async function proveAnswer(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", isNo);
  try {
    await client.connect();
    await client.query("select 1");
  } finally {
    await client.end();
  }
}

async function endOf(life: ProcessLife): Promise<void> {
  while (isAlive(life)) await sleep(adoptedPollMs, undefined, { ref: false });
}

async function settlesWithin(exited: Promise<void>, patienceMs: number): Promise<boolean> {
  const patience = new AbortController();
  const tooLate = sleep(patienceMs, false, { signal: patience.signal }).catch(isNo);
  try {
    return await Promise.race([exited.then(isYes), tooLate]);
  } finally {
    patience.abort();
  }
}

function failedStart(plan: PostmasterPlan): AppError {
  const message = `The embedded PostgreSQL in ${plan.clusterDir} did not start; its log ends with:`;
  return new AppError("unavailable", `${message}\n${lastLines(plan.logDir)}`);
}

function isWrongPassword(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === "28P01";
}

function wrongPassword(clusterDir: string): AppError {
  const message = `The password beside ${clusterDir} is not this database's: put the right postgres.password back`;
  return new AppError("conflict", message);
}

function isYes(): boolean {
  return true;
}

function isNo(): boolean {
  return false;
}
