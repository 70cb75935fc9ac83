import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, lchownSync, lstatSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "./errors.ts";
import type { Logger } from "./log.ts";
import { copyBinaries, type PostgresBinaries } from "./postgres-binaries.ts";
import { isErrno } from "./process-life.ts";

/**
 * Whom PostgreSQL runs as, since it refuses to run as root: ourselves when we are not root, else another user, or
 * (last, because such a server still has root's rights on files) a user namespace in which we are not root.
 */
export type Owner = { kind: "self" } | { kind: "user"; uid: number; gid: number } | { kind: "namespace" };

export interface Host {
  owner: Owner;
  binaries: PostgresBinaries;
}

/** The user `nobody` of nearly every Linux. */
const nobody = 65_534;

/** Chooses the owner of the server for this data folder, and binaries which that owner can run. */
export async function chooseHost(dataDir: string, binaries: PostgresBinaries, log: Logger): Promise<Host> {
  if (process.getuid?.() !== 0) return { owner: { kind: "self" }, binaries };
  const owner = userFor(join(dataDir, "postgres"));
  shareFolder(dataDir, owner.gid);
  if (!can(owner, 'id -un >/dev/null && cd -- "$1"', dataDir)) {
    log.info(
      { dataDir },
      `runs PostgreSQL in a user namespace: uid ${owner.uid} cannot reach the data folder`,
    );
    return { owner: namespaceOwner(dataDir), binaries };
  }
  const runnable = await runnableFor(owner, binaries, dataDir);
  if (runnable === undefined) {
    log.info({ dataDir }, `runs PostgreSQL in a user namespace: uid ${owner.uid} cannot run the binaries`);
    return { owner: namespaceOwner(dataDir), binaries };
  }
  const why = runnable === binaries ? "" : `, from a copy of the binaries in ${runnable.folder}`;
  log.info({ dataDir }, `runs PostgreSQL as uid ${owner.uid}, since it refuses to run as root${why}`);
  return { owner, binaries: runnable };
}

/** A folder for the server alone, made if it is missing; one that somebody else made in its place is refused. */
export function makeFolderFor(owner: Owner, folder: string): void {
  const { uid, gid } = idsOf(owner);
  if (isMade(folder)) {
    lchownSync(folder, uid, gid);
    return;
  }
  const found = lstatSync(folder);
  if (found.isDirectory() && found.uid === uid) return;
  const message = `The folder ${folder} must be a folder of uid ${uid}, whom the database server runs as: remove it`;
  throw new AppError("conflict", message);
}

function isMade(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  }
}

/** Whether the folder belongs to somebody other than the server's owner. */
export function isForeign(owner: Owner, folder: string): boolean {
  return existsSync(folder) && statSync(folder).uid !== idsOf(owner).uid;
}

/** Gives the folder and all in it to the server's owner; only root can. */
export function giveTo(owner: Owner, folder: string): void {
  const { uid, gid } = idsOf(owner);
  if (owner.kind === "self") {
    const message = `The folder ${folder} belongs to uid ${statSync(folder).uid}, and this process runs as uid ${uid}`;
    throw new AppError("conflict", `${message}: start Millrace as that user or as root`);
  }
  execFileSync("chown", ["-hR", `${uid}:${gid}`, folder]);
}

export interface OwnedCommand {
  command: string;
  args: string[];
  options: { uid?: number; gid?: number; cwd: string; env: Record<string, string> };
}

/** How to start a program as the owner. Nothing of our environment reaches it but PATH. */
export function commandAs(owner: Owner, program: string, args: string[]): OwnedCommand {
  const options = { cwd: "/", env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C", TZ: "UTC" } };
  if (owner.kind === "self") return { command: program, args, options };
  if (owner.kind === "namespace") return { command: "unshare", args: ["-U", program, ...args], options };
  return { command: program, args, options: { ...options, uid: owner.uid, gid: owner.gid } };
}

function idsOf(owner: Owner): { uid: number; gid: number } {
  if (owner.kind === "user") return { uid: owner.uid, gid: owner.gid };
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}

/** A cluster that exists keeps its owner, unless that is root. */
function userFor(clusterDir: string): Extract<Owner, { kind: "user" }> {
  const found = existsSync(clusterDir) ? statSync(clusterDir) : undefined;
  if (found === undefined || found.uid === 0) return { kind: "user", uid: nobody, gid: nobody };
  return { kind: "user", uid: found.uid, gid: found.gid };
}

/** Lets the group of the server's owner through our own data folder, and nobody else. */
function shareFolder(dataDir: string, gid: number): void {
  const { mode, uid, gid: before } = statSync(dataDir);
  const isOpen = (mode & 0o001) !== 0 || (before === gid && (mode & 0o010) !== 0);
  if (isOpen || uid !== 0) return;
  chownSync(dataDir, uid, gid);
  chmodSync(dataDir, (mode & 0o700) | 0o010);
}

async function runnableFor(
  owner: Owner,
  binaries: PostgresBinaries,
  dataDir: string,
): Promise<PostgresBinaries | undefined> {
  const runs = (folder: string) => can(owner, '"$1" --version >/dev/null', join(folder, "bin/postgres"));
  if (runs(binaries.folder)) return binaries;
  const copy = await copyBinaries(binaries, dataDir);
  return runs(copy.folder) ? copy : undefined;
}

function can(owner: Owner, script: string, argument: string): boolean {
  const { command, args, options } = commandAs(owner, "/bin/sh", ["-c", script, "sh", argument]);
  return spawnSync(command, args, { ...options, stdio: "ignore" }).status === 0;
}

function namespaceOwner(dataDir: string): Owner {
  const owner: Owner = { kind: "namespace" };
  if (can(owner, "true", "")) return owner;
  const message =
    `PostgreSQL refuses to run as root, and no other user can reach the data folder ${dataDir}: ` +
    "choose a data folder outside of private folders, such as /var/lib/millrace, or start Millrace as another user";
  throw new AppError("unavailable", message);
}
