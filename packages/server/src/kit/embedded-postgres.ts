import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "./errors.ts";
import { type FolderLock, lockFolder } from "./folder-lock.ts";
import type { Logger } from "./log.ts";
import { readyBinaries } from "./postgres-binaries.ts";
import { type Cluster, databaseUser, defaultDatabase, openCluster } from "./postgres-cluster.ts";
import { logSettings, PostgresLogFollower } from "./postgres-log.ts";
import { chooseHost, giveTo, type Host, isForeign, makeFolderFor } from "./postgres-owner.ts";
import {
  adoptPostmaster,
  findPostmaster,
  launchPostmaster,
  type Postmaster,
  type PostmasterPlan,
  endRemains,
  stopPostmaster,
} from "./postmaster.ts";
import { signal } from "./process-life.ts";

export interface EmbeddedPostgres {
  /** For `pg`, over the unix socket; the role owns the database `millrace` and may create others. */
  url(database?: string): string;
  readonly dataDir: string;
  readonly socketDir: string;
  /** Whether this start made the database. */
  readonly isNew: boolean;
  /** Rolls open transactions back and ends the server; no process is left. May be called more than once. */
  stop(): Promise<void>;
  /** Called after a server that died was brought back. */
  onRestart(listener: () => void): void;
  pid(): number | undefined;
}

export interface EmbeddedPostgresOptions {
  dataDir: string;
  log: Logger;
  /** PostgreSQL settings over ours, by name. */
  settings?: Record<string, string>;
}

const port = "5432";
/** What the kernel takes, less the name of the socket in its folder. */
const socketDirBytesMax = (process.platform === "darwin" ? 103 : 107) - `/.s.PGSQL.${port}`.length;
const restartDelayMs = { first: 100, max: 10_000 };
/** A server that has run this long starts again at the first delay when it dies. */
const stableMs = 60_000;

/** Starts PostgreSQL on this data folder, made if it is empty, and keeps it running until `stop`. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    return await startIn(makeDataDir(options.dataDir), options);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const message = `The data folder ${resolve(options.dataDir)} cannot be used: ${textOf(error)}`;
    throw new AppError("unavailable", message, { cause: error });
  }
}

async function startIn(dataDir: string, options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const lock = lockFolder(dataDir);
  try {
    const { plan, cluster, socketDir } = await prepare(dataDir, options);
    const postmaster = (await adoptPostmaster(plan)) ?? (await launchPostmaster(plan));
    return new Supervisor({ dataDir, socketDir, cluster, plan, lock, log: options.log }, postmaster);
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface Prepared {
  plan: PostmasterPlan;
  cluster: Cluster;
  socketDir: string;
}

async function prepare(dataDir: string, { log, settings }: EmbeddedPostgresOptions): Promise<Prepared> {
  const clusterDir = clusterDirIn(dataDir);
  const logDir = join(dataDir, "log");
  const host = await chooseHost(dataDir, await readyBinaries(dataDir), log);
  await takeOver(host, clusterDir, [clusterDir, logDir, nearSocketDir(dataDir)]);
  const socketDir = makeSocketDir(dataDir, host);
  makeFolderFor(host.owner, logDir);
  const cluster = await openCluster(dataDir, clusterDir, host);
  const plan: PostmasterPlan = {
    host,
    clusterDir,
    socketDir,
    logDir,
    settings: { ...ourSettings, ...settings, ...logSettings(logDir), ...placeSettings(socketDir) },
    url: urlOf(cluster, socketDir, defaultDatabase),
  };
  return { plan, cluster, socketDir };
}

/** Where the cluster lies: an operator may have put a link there, to another disk. */
function clusterDirIn(dataDir: string): string {
  const clusterDir = join(dataDir, "postgres");
  return existsSync(clusterDir) ? realpathSync(clusterDir) : clusterDir;
}

/** Gives what a server under another user left to ours; that server must end before its files change hands. */
async function takeOver({ owner }: Host, clusterDir: string, folders: string[]): Promise<void> {
  const foreign = folders.filter((folder) => isForeign(owner, folder));
  if (foreign.length === 0) return;
  const found = owner.kind === "self" ? undefined : findPostmaster(clusterDir);
  if (found !== undefined) await stopPostmaster(found);
  for (const folder of foreign) giveTo(owner, folder);
}

const ourSettings: Record<string, string> = {
  max_connections: "100",
  shared_buffers: "256MB",
  wal_compression: "pglz",
  max_wal_size: "4GB",
  checkpoint_timeout: "15min",
  autovacuum_naptime: "10s",
  idle_in_transaction_session_timeout: "60s",
  password_encryption: "scram-sha-256",
  jit: "off",
  wal_level: "replica",
  timezone: "UTC",
};

/** What nobody may set otherwise: an acknowledged commit survives, and only this machine's socket leads in. */
function placeSettings(socketDir: string): Record<string, string> {
  return {
    fsync: "on",
    full_page_writes: "on",
    synchronous_commit: "on",
    listen_addresses: "",
    port,
    unix_socket_directories: socketDir,
  };
}

/** The folder's real path, by which its processes are found again. */
function makeDataDir(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return realpathSync(dataDir);
}

/** Under the data folder, or where that path is too long for a socket, in the folder for temporary files. */
function makeSocketDir(dataDir: string, { owner }: Host): string {
  const near = nearSocketDir(dataDir);
  const name = createHash("sha256").update(dataDir).digest("hex").slice(0, 16);
  const socketDir = Buffer.byteLength(near) <= socketDirBytesMax ? near : join(tmpdir(), `millrace-${name}`);
  makeFolderFor(owner, socketDir);
  if ((lstatSync(socketDir).mode & 0o077) === 0) return socketDir;
  throw new AppError(
    "conflict",
    `The folder ${socketDir} must be open to the database server only: remove it`,
  );
}

function nearSocketDir(dataDir: string): string {
  return join(dataDir, "socket");
}

function urlOf(cluster: Cluster, socketDir: string, database: string): string {
  const where = `${encodeURIComponent(socketDir)}:${port}/${encodeURIComponent(database)}`;
  return `postgres://${databaseUser}:${cluster.password}@${where}`;
}

interface Running extends Prepared {
  dataDir: string;
  lock: FolderLock;
  log: Logger;
}

/** Watches one server after the other on the same cluster. */
class Supervisor implements EmbeddedPostgres {
  readonly dataDir: string;
  readonly socketDir: string;
  readonly isNew: boolean;
  readonly #running: Running;
  readonly #follower: PostgresLogFollower;
  readonly #listeners: (() => void)[] = [];
  readonly #stopRequest = new AbortController();
  readonly #watched: Promise<void>;
  #postmaster: Postmaster | undefined;
  #stopped: Promise<void> | undefined;

  constructor(running: Running, postmaster: Postmaster) {
    this.dataDir = running.dataDir;
    this.socketDir = running.socketDir;
    this.isNew = running.cluster.isNew;
    this.#running = running;
    this.#follower = new PostgresLogFollower(running.plan.logDir, running.log);
    this.#postmaster = postmaster;
    this.#watched = this.#watch(postmaster);
    process.on("exit", this.#endWithUs);
  }

  url(database = defaultDatabase): string {
    return urlOf(this.#running.cluster, this.socketDir, database);
  }

  onRestart(listener: () => void): void {
    this.#listeners.push(listener);
  }

  pid(): number | undefined {
    return this.#postmaster?.pid;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #watch(first: Postmaster): Promise<void> {
    let postmaster: Postmaster | undefined = first;
    let delayMs = restartDelayMs.first;
    while (postmaster !== undefined) {
      const since = Date.now();
      await postmaster.exited;
      this.#postmaster = undefined;
      if (this.#stopRequest.signal.aborted) return;
      this.#running.log.error({ postgresPid: postmaster.pid }, "PostgreSQL died; it is started again");
      if (Date.now() - since > stableMs) delayMs = restartDelayMs.first;
      postmaster = await this.#restart(delayMs);
      if (postmaster !== undefined) await this.#welcome(postmaster);
      delayMs = doubled(delayMs);
    }
  }

  /** Tries until the server is back; undefined when we are to stop. */
  async #restart(firstDelayMs: number): Promise<Postmaster | undefined> {
    const { log, plan } = this.#running;
    const { signal } = this.#stopRequest;
    for (let delayMs = firstDelayMs; ; delayMs = doubled(delayMs)) {
      try {
        await sleep(delayMs * (0.5 + Math.random()), undefined, { signal });
        return await launchPostmaster(plan, signal);
      } catch (error) {
        if (signal.aborted) return undefined;
        log.error({ reason: textOf(error) }, "PostgreSQL did not come back; it is tried again");
      }
    }
  }

  async #welcome(postmaster: Postmaster): Promise<void> {
    if (this.#stopRequest.signal.aborted) return stopPostmaster(postmaster);
    this.#postmaster = postmaster;
    this.#running.log.info({ postgresPid: postmaster.pid }, "PostgreSQL is back");
    for (const listener of this.#listeners) listener();
  }

  async #stop(): Promise<void> {
    this.#stopRequest.abort();
    if (this.#postmaster !== undefined) await stopPostmaster(this.#postmaster);
    await this.#watched;
    // A child of the server may be ending still when the server itself is gone.
    await endRemains(this.#running.plan.clusterDir);
    process.off("exit", this.#endWithUs);
    this.#follower.stop();
    rmSync(this.socketDir, { recursive: true, force: true });
    this.#running.lock.release();
  }

  /** Where the kernel does not end the server with us, this does, unless we are killed. */
  readonly #endWithUs = (): void => {
    if (this.#postmaster !== undefined) signal(this.#postmaster.pid, "SIGINT");
  };
}

function doubled(delayMs: number): number {
  return Math.min(delayMs * 2, restartDelayMs.max);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
