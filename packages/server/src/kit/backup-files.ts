import { createReadStream, createWriteStream, existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { backupArchive, type BackupProgress, type MadeBackup } from "./backup.ts";
import type { Config } from "./config.ts";
import { toAppError } from "./database-errors.ts";
import { openDatabaseServer } from "./database-server.ts";
import { parseRootKey } from "./encryption.ts";
import { AppError } from "./errors.ts";
import { urlOfRunning } from "./find-postgres.ts";
import { holderOf } from "./folder-lock.ts";
import type { Logger } from "./log.ts";
import { openBlobs } from "./open-blobs.ts";
import { type Restored, restoreArchive } from "./restore.ts";

export interface BackUpOptions {
  /** Where the backup goes; nothing may be there yet. */
  file: string;
  /** Whether the backup can open encrypted fields by itself. */
  withRootKey: boolean;
  log: Logger;
  onProgress?: (progress: BackupProgress) => void;
}

export interface RestoreOptions {
  file: string;
  log: Logger;
  onProgress?: (progress: BackupProgress) => void;
}

const gzipLevel = 6;

/** Writes a backup of the system that `config` names, whether it runs or not. */
export async function backUp(config: Config, options: BackUpOptions): Promise<MadeBackup> {
  const file = resolve(options.file);
  if (existsSync(file)) throw new AppError("already_exists", `${file} exists already: choose another name`);
  const database = await reachDatabase(config, options.log);
  try {
    const rootKey = options.withRootKey ? rootKeyOf(config) : undefined;
    const source = { url: database.url, blobs: openBlobs(config, process.env), rootKey };
    return await writeWhole(file, source, options);
  } catch (error) {
    throw explained(error);
  } finally {
    await database.leave();
  }
}

/** Fills the empty data folder or database that `config` names from a backup; leaves it empty when that fails. */
export async function restoreBackup(
  config: Config,
  { file, log, onProgress }: RestoreOptions,
): Promise<Restored> {
  requireFile(file);
  requireEmptyFolder(config);
  const server = await openDatabaseServer(config, log);
  const source = createReadStream(file);
  const archive = source.pipe(createGunzip());
  source.on("error", (error) => archive.destroy(error));
  const keepRootKey = (rootKey: string) => writeRootKey(config, rootKey);
  try {
    const target = { url: server.url, blobs: openBlobs(config, process.env), keepRootKey };
    return await restoreArchive(archive, target, onProgress);
  } catch (error) {
    await server.stop();
    await removeMade(config);
    throw explained(error);
  } finally {
    source.destroy();
    await server.stop();
  }
}

/** The file appears under its name when it is whole and flushed. */
async function writeWhole(
  file: string,
  source: Parameters<typeof backupArchive>[0],
  { onProgress }: BackUpOptions,
): Promise<MadeBackup> {
  const draft = `${file}.part`;
  await mkdir(dirname(file), { recursive: true });
  await rm(draft, { force: true });
  let made: MadeBackup | undefined;
  const archive = backupArchive(source, (result) => (made = result), onProgress);
  try {
    const out = createWriteStream(draft, { flags: "wx", mode: 0o600, flush: true });
    await pipeline(Readable.from(archive), createGzip({ level: gzipLevel }), out);
    await rename(draft, file);
    await flushFolder(dirname(file));
  } finally {
    await rm(draft, { force: true });
  }
  if (made === undefined) throw new Error("the backup ended without a summary");
  return made;
}

interface Reached {
  url: string;
  leave(): Promise<void>;
}

/** The external database, or the embedded one: of the running server, else started for as long as this takes. */
async function reachDatabase(config: Config, log: Logger): Promise<Reached> {
  if (config.databaseUrl === undefined) {
    const running = urlOfRunning(config.dataDir);
    if (running !== undefined) return { url: running, leave: async () => undefined };
    if (!existsSync(join(config.dataDir, "postgres"))) {
      throw new AppError(
        "not_found",
        `There is no database in ${config.dataDir}: name the folder with --data`,
      );
    }
  }
  const server = await openDatabaseServer(config, log);
  return { url: server.url, leave: () => server.stop() };
}

function rootKeyOf(config: Config): string {
  const file = join(config.dataDir, "root.key");
  if (config.rootKey !== undefined) return parseRootKey(config.rootKey, "MILLRACE_ROOT_KEY").toString("hex");
  if (existsSync(file)) return parseRootKey(readFileSync(file, "utf8"), file).toString("hex");
  throw new AppError("not_found", `There is no root key: neither MILLRACE_ROOT_KEY nor ${file}`);
}

async function writeRootKey(config: Config, rootKey: string): Promise<void> {
  const key = parseRootKey(rootKey, "the backup's root key");
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  await writeFile(join(config.dataDir, "root.key"), `${key.toString("hex")}\n`, { mode: 0o600, flag: "wx" });
}

function requireFile(file: string): void {
  if (!existsSync(file)) throw new AppError("not_found", `There is no file ${resolve(file)}`);
}

/** What a running or past system keeps in its data folder would be mixed with what the backup brings. */
function requireEmptyFolder({ dataDir }: Config): void {
  const holder = holderOf(dataDir);
  if (holder !== undefined) {
    throw new AppError(
      "conflict",
      `Millrace runs on ${dataDir} (process ${holder.pid}): choose an empty folder`,
    );
  }
  const taken = ["postgres", "files", "root.key"].find((name) => isThere(join(dataDir, name)));
  if (taken === undefined) return;
  throw new AppError(
    "conflict",
    `${join(dataDir, taken)} is there already: restore into an empty data folder`,
  );
}

function isThere(path: string): boolean {
  if (!existsSync(path)) return false;
  return path.endsWith(".key") || readdirSync(path).length > 0;
}

/** These were not there before, or empty. */
async function removeMade({ dataDir, databaseUrl }: Config): Promise<void> {
  const made = databaseUrl === undefined ? ["postgres", "postgres.password"] : [];
  for (const name of [...made, "files", "root.key"]) {
    await rm(join(dataDir, name), { recursive: true, force: true });
  }
}

async function flushFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What went wrong with a file says itself which one; the rest is the database's, or the archive's. */
function explained(error: unknown): unknown {
  const { code = "", path } = error as NodeJS.ErrnoException;
  if (path !== undefined) return error;
  if (!code.startsWith("Z_")) return toAppError(error);
  return new AppError(
    "invalid_input",
    "The file is no backup, or it was cut or changed: it cannot be unpacked",
    { cause: error },
  );
}
