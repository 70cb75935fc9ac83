import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { basename, dirname } from "node:path";
import type { Command } from "commander";
import type { Context } from "../context.ts";
import { EmbeddedRunner, slotsOf } from "../embedded-runner.ts";
import { CommandError, messageOf } from "../failures.ts";
import { loadExample, loadServer, type Server } from "../packages.ts";
import { defaultProfile } from "../profiles.ts";
import { Progress, type ProgressState } from "../progress.ts";
import { openServerLog } from "../server-log.ts";
import { signIn } from "../sign-in.ts";
import { formatDuration, formatRecord } from "../table.ts";
import { addSettings, readSettings } from "./server-settings.ts";

type Config = ReturnType<Server["readConfig"]>;
type Running = Awaited<ReturnType<Server["startServer"]>>;
type FirstAdmin = NonNullable<Running["firstAdmin"]>;

/** npm passes an interrupt on that the terminal has sent already: the same one twice. */
const sameSignalMs = 1_000;
const showEveryMs = 500;

/** Adds `up`; its flags are read from the server's settings, which are known only when it was loaded. */
export function addUp(
  program: Command,
  context: Context,
  settings: ReturnType<Server["describeSettings"]>,
): void {
  const up = program
    .command("up")
    .description("start Millrace here: the server, and PostgreSQL if no database is named")
    .option("--empty", "without the example that a first start works off");
  addSettings(up, settings);
  up.action(async (_options: unknown, command: Command) => {
    const options = command.optsWithGlobals<Record<string, unknown>>();
    await runServer(context, options);
  });
}

async function runServer(context: Context, options: Record<string, unknown>): Promise<void> {
  const startedAt = performance.now();
  const server = await loadServer();
  const config = readSettings(server, options, context.environment);
  await requireFreePort(config);
  requireDataFolder(config);
  const { log, file } = openServerLog(server, config, process.stdout.isTTY);
  // Where people read the log and what follows in one place, its lines come after.
  const release = context.out.json || file !== undefined ? undefined : server.holdLog(log);
  let stopped: Promise<void>;
  try {
    const running = await startOn(server, config, log);
    const startedMs = performance.now() - startedAt;
    const runner = new EmbeddedRunner({ config, running, log });
    stopped = stopOnSignals(context, {
      stop: async () => {
        await runner.stop();
        await running.stop();
      },
    });
    welcome(context, config, running, { startedMs, logFile: file });
    runner.start();
    const welcomed = welcomeFirst(context, config, running, options["empty"] === true);
    // A first start that is interrupted, or whose example fails, has a server all the same.
    await Promise.race([
      welcomed.catch((error: unknown) => context.out.note(`\n${messageOf(error)}`)),
      stopped,
    ]);
    if (!context.out.json) context.out.text("\nCtrl-C stops it.");
  } finally {
    release?.();
  }
  await stopped;
}

async function startOn(
  server: Server,
  config: Config,
  log: Parameters<Server["startServer"]>[1],
): Promise<Running> {
  try {
    return await server.startServer(config, log);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") throw portInUse(config);
    throw error;
  }
}

/** Before anything is made: a first admin whose password nobody saw would lock everybody out. */
async function requireFreePort(config: Config): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", reject);
    probe.listen({ port: config.port, host: config.host }, resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE") throw portInUse(config);
    throw new CommandError(`Cannot listen on ${config.host} port ${config.port}: ${error.message}`);
  });
  await new Promise((resolve) => probe.close(resolve));
}

const folderFaults: Readonly<Record<string, string>> = {
  EACCES: "cannot be written by this user",
  EPERM: "cannot be written by this user",
  EROFS: "is on a disk that cannot be written",
  EEXIST: "is a file and no folder",
  ENOTDIR: "lies under a file, which is no folder",
  ENOSPC: "cannot be made: the disk is full",
  ENOENT: "cannot be made there",
};

/** Makes the data folder if there is none, or says what is wrong with it. */
function requireDataFolder({ dataDir }: Config): void {
  try {
    makeFolder(dataDir);
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    const fault = folderFaults[code] ?? `cannot be used (${message})`;
    throw new CommandError(`The data folder ${dataDir} ${fault}: choose another one with --data.`);
  }
}

/** Folder by folder: Node's own way tries for ever where none can be made, as under /proc. */
function makeFolder(path: string): void {
  if (!existsSync(dirname(path))) makeFolder(dirname(path));
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) mkdirSync(path, { mode: 0o700 });
}

function portInUse({ host, port }: Config): CommandError {
  const message = `Port ${port} on ${host} is in use: stop what listens there, or choose another one with --port.`;
  return new CommandError(message);
}

/** The first signal ends the server in peace, a second one at once. */
function stopOnSignals(context: Context, running: Pick<Running, "stop">): Promise<void> {
  return new Promise((resolve, reject) => {
    let firstAt = 0;
    const onSignal = (signal: NodeJS.Signals) => {
      const now = performance.now();
      if (firstAt === 0) {
        firstAt = now;
        context.out.note("\nStopping: what was accepted is finished first. Ctrl-C again ends it at once.");
        running.stop().then(resolve, reject);
      } else if (now - firstAt > sameSignalMs) {
        process.exit(signal === "SIGINT" ? 130 : 143);
      }
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, onSignal);
  });
}

function welcome(
  context: Context,
  config: Config,
  { url, firstAdmin }: Running,
  { startedMs, logFile }: { startedMs: number; logFile: string | undefined },
): void {
  const data =
    config.databaseUrl === undefined ? config.dataDir : `${config.dataDir}, database ${named(config)}`;
  if (context.out.json) {
    return context.out.line("", {
      url,
      dataDir: config.dataDir,
      startedMs: Math.round(startedMs),
      firstAdmin,
    });
  }
  const slots = slotsOf(config);
  const lines: [string, string][] = [
    ["Address", url],
    ["Data", data],
    ...(logFile === undefined ? [] : [["Log", logFile] as [string, string]]),
    ["API", `${url}/api`],
    ["Runner", slots === 0 ? "none" : `embedded, ${slots} ${slots === 1 ? "job" : "jobs"} at once`],
  ];
  context.out.text(`\nMillrace is ready after ${formatDuration(startedMs)}.\n`);
  context.out.text(indented(formatRecord(lines)));
  if (firstAdmin !== undefined) context.out.text(`\n${signInLines(firstAdmin)}`);
}

/** Without the password. */
function named({ databaseUrl = "" }: Config): string {
  const url = new URL(databaseUrl);
  return `${basename(url.pathname)} on ${url.host === "" ? "a local socket" : url.host}`;
}

function signInLines({ userName, password, link }: FirstAdmin): string {
  const lines = formatRecord([
    ["User", userName],
    ["Password", password],
    ["One-time link", link],
  ]);
  return `Sign in as the first admin; this is shown once:\n\n${indented(lines)}`;
}

function indented(lines: string[]): string {
  return lines.map((line) => `  ${line}`).join("\n");
}

/** The first start signs the command line in, and works the example off. */
async function welcomeFirst(
  context: Context,
  config: Config,
  running: Running,
  isEmpty: boolean,
): Promise<void> {
  const { firstAdmin, address: url } = running;
  if (firstAdmin !== undefined) {
    const token = await signCommandLineIn(context, config, url, firstAdmin);
    if (!isEmpty) await runExample(context, { url, token });
  }
}

async function signCommandLineIn(
  context: Context,
  config: Config,
  url: string,
  { userName, password }: FirstAdmin,
): Promise<string> {
  const profile = await signIn({ url, userName, password });
  const { profiles } = context;
  const present = profiles.find(defaultProfile);
  if (present === undefined || present.dataDir === config.dataDir) {
    profiles.save(defaultProfile, { ...profile, dataDir: config.dataDir });
    context.out.note(`\nThe command line is signed in: profile ${defaultProfile} in ${profiles.path}`);
  } else {
    const command = `millrace login --url ${url} --user ${userName} --profile <name>`;
    context.out.note(
      `\nThe profile ${defaultProfile} is another server's and stays. To sign in here: ${command}`,
    );
  }
  return profile.token;
}

async function runExample(context: Context, { url, token }: { url: string; token: string }): Promise<void> {
  const example = await loadExample();
  if (example === undefined) return;
  const progress = new Progress(context.out.json ? process.stderr : process.stdout, { plainEveryMs: 5_000 });
  if (!context.out.json)
    context.out.text("\nThe example (examples/films): film records go through three queues.\n");
  let state: ProgressState = { done: 0, text: "the films are put into their queue" };
  const onProgress = ({ done, total }: { done: number; total: number }) => {
    const text = `${done.toLocaleString("en-US")} of ${total.toLocaleString("en-US")} films`;
    state = { done, total, text };
    progress.show(state);
  };
  // The time goes on where nothing else does, as while the films are pushed.
  const timer = setInterval(() => progress.show(state), showEveryMs);
  const startedAt = performance.now();
  const summary = await example.runFilms({ url, token, onProgress }).finally(() => {
    clearInterval(timer);
    progress.clear();
  });
  if (context.out.json) return context.out.line("", { example: summary });
  context.out.text(indented(summaryLines(summary, performance.now() - startedAt)));
}

function summaryLines(summary: Record<string, unknown>, elapsedMs: number): string[] {
  const entries = Object.entries(summary).flatMap(([name, value]): [string, unknown][] => {
    if (name === "tookMs") return [];
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [[name, value]];
    return Object.entries(value).map(([inner, part]): [string, unknown] => [`${name}: ${inner}`, part]);
  });
  return formatRecord([...entries, ["took", formatDuration(elapsedMs)]]);
}
