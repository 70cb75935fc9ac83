import { createHash, randomBytes } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "./errors.ts";
import { isAlive, isErrno, lifeOf, type ProcessLife } from "./process-life.ts";

export interface FolderLock {
  release(): void;
}

/** Takes the data folder for this process; refuses while another live process has it. */
export function lockFolder(dataDir: string): FolderLock {
  const path = join(dataDir, "millrace.lock");
  const text = JSON.stringify({ ...ownLife(), nonce: randomBytes(8).toString("hex") });
  const holder = acquire(path, text);
  if (holder !== undefined) {
    const message =
      `Millrace already runs on the data folder ${dataDir} (process ${holder.pid}): ` +
      "stop it first, or choose another folder";
    throw new AppError("conflict", message, { extra: { pid: holder.pid, dataDir } });
  }
  return { release: () => release(path, text) };
}

/** The live process that holds the lock of `dataDir`, if there is one. */
export function holderOf(dataDir: string): ProcessLife | undefined {
  return liveHolder(read(join(dataDir, "millrace.lock")));
}

/**
 * Writes `text` to `path` unless a live holder is there, who is returned then.
 *
 * A dead holder's lock may be replaced only by who holds the lock on that replacement, whose name is made from the
 * dead lock's text. Each text is written once ever, so whoever looked at an older lock finds it changed and
 * starts over; a process that died while replacing leaves a dead lock that is replaced in the same way.
 */
function acquire(path: string, text: string): ProcessLife | undefined {
  for (;;) {
    if (create(path, text)) return undefined;
    const found = read(path);
    if (found === undefined) continue;
    const holder = liveHolder(found);
    if (holder !== undefined) return holder;

    const replacement = `${path}.${createHash("sha256").update(found).digest("hex").slice(0, 16)}`;
    const rival = acquire(replacement, text);
    if (rival !== undefined) return rival;
    try {
      if (read(path) === found) {
        replace(path, text);
        return undefined;
      }
    } finally {
      release(replacement, text);
    }
  }
}

/** A hard link is made with its whole text or not at all. */
function create(path: string, text: string): boolean {
  const draft = writeDraft(path, text);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function replace(path: string, text: string): void {
  renameSync(writeDraft(path, text), path);
}

function writeDraft(path: string, text: string): string {
  const draft = `${path}.${randomBytes(6).toString("hex")}.draft`;
  writeFileSync(draft, text, { mode: 0o600, flag: "wx" });
  return draft;
}

function release(path: string, text: string): void {
  if (read(path) === text) rmSync(path, { force: true });
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Text that is not ours (a torn write after a power loss) has no holder. */
function liveHolder(text: string | undefined): ProcessLife | undefined {
  const match = /^\{"pid":(\d+),"startedAt":"([^"]*)"/.exec(text ?? "");
  if (match === null) return undefined;
  const life = { pid: Number(match[1]), startedAt: match[2] ?? "" };
  return isAlive(life) ? life : undefined;
}

function ownLife(): ProcessLife {
  const life = lifeOf(process.pid);
  if (life === undefined) throw new Error("this process cannot find itself in the process table");
  return life;
}
