import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import type { Logger } from "./log.ts";

/** Settings for PostgreSQL's own log: files in `logDir`, a new one every 10 MB. */
export function logSettings(logDir: string): Record<string, string> {
  return {
    logging_collector: "on",
    log_directory: logDir,
    log_filename: "postgres-%Y%m%d-%H%M%S.log",
    log_rotation_size: "10MB",
    log_rotation_age: "1d",
    log_line_prefix: "%m [%p] %d ",
    log_timezone: "UTC",
  };
}

/** What the server says before its own log is open. */
export function startLogIn(logDir: string): string {
  return join(logDir, "postgres-start.txt");
}

const filesMax = 10;
const pollMs = 1_000;
const readBytesMax = 256 * 1024;
const tailBytes = 8 * 1024;

/** Repeats PostgreSQL's fatal lines in our log and deletes its oldest files, until `stop`. */
export class PostgresLogFollower {
  readonly #logDir: string;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #file: string | undefined;
  #offset = 0;

  constructor(logDir: string, log: Logger) {
    this.#logDir = logDir;
    this.#log = log;
    this.#file = logFiles(logDir).at(-1);
    this.#offset = this.#file === undefined ? 0 : sizeOf(this.#file);
    this.#timer = setInterval(() => this.#tryTick(), pollMs).unref();
  }

  tick(): void {
    const files = logFiles(this.#logDir);
    const unseen = files.filter((file) => this.#file === undefined || file >= this.#file);
    for (const file of unseen) this.#follow(file);
    for (const file of files.slice(0, -filesMax)) rmSync(file, { force: true });
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#tryTick();
  }

  /** A log that cannot be read is no reason to end the process that runs all the rest. */
  #tryTick(): void {
    try {
      this.tick();
    } catch (error) {
      this.#log.warn({ err: error }, "the log of PostgreSQL cannot be read");
    }
  }

  #follow(file: string): void {
    if (file !== this.#file) {
      this.#file = file;
      this.#offset = 0;
    }
    const size = sizeOf(file);
    // A server that floods its log is not read in full: what matters is the present.
    const from = Math.max(this.#offset, size - readBytesMax);
    const text = readPart(file, from, size - from);
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    this.#offset = from + Buffer.byteLength(whole);
    for (const line of whole.split("\n")) this.#repeat(line);
  }

  #repeat(line: string): void {
    if (line.includes(" PANIC: ")) this.#log.error({ postgres: line }, "PostgreSQL panicked");
    else if (line.includes(" FATAL: "))
      this.#log.warn({ postgres: line }, "PostgreSQL reports a fatal error");
  }
}

/** The last lines the server wrote, from before and after it opened its log. */
export function lastLines(logDir: string, count = 8): string {
  const files = [startLogIn(logDir), logFiles(logDir).at(-1)];
  const texts = files.filter((file) => file !== undefined && existsSync(file)).map((file) => tailOf(file!));
  return texts
    .flatMap((text) => text.split("\n"))
    .filter((line) => line.trim() !== "")
    .slice(-count)
    .join("\n");
}

/** Oldest first: the names carry the time. */
function logFiles(logDir: string): string[] {
  if (!existsSync(logDir)) return [];
  const entries = readdirSync(logDir, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /^postgres-.*\.log$/.test(entry.name));
  return files.map((entry) => join(logDir, entry.name)).sort();
}

function tailOf(file: string): string {
  const size = sizeOf(file);
  const from = Math.max(0, size - tailBytes);
  return readPart(file, from, size - from);
}

/** The folder is the server's: as root we must not follow a link that somebody planted in it. */
function openLog(file: string): number {
  return openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
}

function sizeOf(file: string): number {
  const descriptor = openLog(file);
  try {
    return fstatSync(descriptor).size;
  } finally {
    closeSync(descriptor);
  }
}

function readPart(file: string, from: number, length: number): string {
  const descriptor = openLog(file);
  try {
    const bytes = Buffer.alloc(length);
    return bytes.toString("utf8", 0, readSync(descriptor, bytes, 0, length, from));
  } finally {
    closeSync(descriptor);
  }
}
