import { randomBytes } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import pg from "pg";
import { rowsOf } from "./backup-format.ts";
import type { Config } from "./config.ts";
import { urlOfRunning } from "./find-postgres.ts";
import { readMigrations } from "./migrations.ts";
import { sql } from "./sql.ts";

/** What an examination found; `way` says how to put it right. */
export interface Finding {
  level: "ok" | "warn" | "fail";
  what: string;
  detail: string;
  way?: string;
}

const mebibyte = 1024 * 1024;
const spaceBytes = { fail: 200 * mebibyte, warn: 2_000 * mebibyte };
const flushesMin = 200;
const flushesTried = 200;
const flushMsMax = 2_000;
const skewMsMax = 2_000;
const majorMin = 15;

/** Looks at the data folder and the database that `config` names, and changes nothing there. */
export async function examine(config: Config): Promise<Finding[]> {
  const folder = examineFolder(config.dataDir);
  const isUsable = folder.every((finding) => finding.level !== "fail");
  const there = existingOf(config.dataDir);
  const machine = isUsable ? [await examineSpace(there), examineFlushes(there)] : [];
  return [...folder, ...machine, ...(await examineDatabase(config))];
}

function examineFolder(dataDir: string): Finding[] {
  const what = "data folder";
  if (!existsSync(dataDir)) {
    const parent = existingOf(dataDir);
    if (isWritable(parent)) return [{ level: "ok", what, detail: `${dataDir} is made at the first start` }];
    const way = "choose another folder with --data, or give this user the right to write there";
    return [{ level: "fail", what, detail: `${dataDir} cannot be made: ${parent} is not writable`, way }];
  }
  if (!isWritable(dataDir)) {
    const way = `give ${dataDir} to the user that starts Millrace`;
    return [{ level: "fail", what, detail: `${dataDir} is not writable`, way }];
  }
  const key = join(dataDir, "root.key");
  const isOpen = existsSync(key) && (statSync(key).mode & 0o077) !== 0;
  if (!isOpen) return [{ level: "ok", what, detail: dataDir }];
  const detail = `${key} can be read by other users`;
  return [{ level: "warn", what, detail, way: `chmod 600 ${key}` }];
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The folder itself, or the nearest one above it that is there. */
function existingOf(path: string): string {
  return existsSync(path) ? path : existingOf(dirname(path));
}

async function examineSpace(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const detail = `${Math.round(free / mebibyte).toLocaleString("en-US")} MiB free in ${folder}`;
  if (free >= spaceBytes.warn) return { level: "ok", what: "disk space", detail };
  const way = "make room: without it nothing can be accepted";
  return { level: free < spaceBytes.fail ? "fail" : "warn", what: "disk space", detail, way };
}

/** Every acknowledged write waits for such a flush; few a second bound everything. */
function examineFlushes(folder: string): Finding {
  const path = join(folder, `.millrace-flush-${randomBytes(6).toString("hex")}`);
  const file = openSync(path, "wx", 0o600);
  const block = Buffer.alloc(8_192, 1);
  const startedAt = performance.now();
  let count = 0;
  try {
    while (count < flushesTried && performance.now() - startedAt < flushMsMax) {
      writeSync(file, block, 0, block.length, 0);
      fsyncSync(file);
      count += 1;
    }
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
  const rate = Math.round(count / ((performance.now() - startedAt) / 1_000));
  const detail = `${rate.toLocaleString("en-US")} flushes to disk a second`;
  if (rate >= flushesMin) return { level: "ok", what: "fsync rate", detail };
  return {
    level: "warn",
    what: "fsync rate",
    detail,
    way: "single writes will be slow: use a faster disk, or batches",
  };
}

async function examineDatabase(config: Config): Promise<Finding[]> {
  const url = config.databaseUrl ?? urlOfRunning(config.dataDir);
  if (url === undefined) {
    const detail = "the embedded PostgreSQL does not run here, so it was not looked at";
    return [{ level: "warn", what: "database", detail, way: "start it with `millrace up`, then look again" }];
  }
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const detail = `not reachable: ${(error as Error).message}`;
    return [
      { level: "fail", what: "database", detail, way: "check MILLRACE_DATABASE_URL, and that it runs" },
    ];
  }
  try {
    return [
      await examineVersion(client),
      await examineSettings(client),
      await examineChecksums(client),
      await examineReader(client),
      await examineMigrations(client),
      await examineClock(client),
    ];
  } finally {
    await client.end();
  }
}

async function examineVersion(client: pg.Client): Promise<Finding> {
  const [row] = await rowsOf<{ number: number; version: string }>(
    client,
    sql`select current_setting('server_version_num')::int as number, current_setting('server_version') as version`,
  );
  const detail = `PostgreSQL ${row!.version}`;
  if (row!.number >= majorMin * 10_000) return { level: "ok", what: "database", detail };
  return { level: "fail", what: "database", detail, way: `PostgreSQL ${majorMin} or newer is needed` };
}

async function examineSettings(client: pg.Client): Promise<Finding> {
  const wanted = ["fsync", "synchronous_commit", "full_page_writes"];
  const rows = await rowsOf<{ name: string; setting: string }>(
    client,
    sql`select name, setting from pg_settings where name = any(${wanted}) order by name`,
  );
  const detail = rows.map(({ name, setting }) => `${name}=${setting}`).join(", ");
  const isDurable = rows.every(({ setting }) => setting !== "off" && setting !== "local");
  if (isDurable) return { level: "ok", what: "durability", detail };
  return {
    level: "fail",
    what: "durability",
    detail,
    way: "turn them on: else what was acknowledged can be lost",
  };
}

async function examineChecksums(client: pg.Client): Promise<Finding> {
  const [row] = await rowsOf<{ on: boolean }>(
    client,
    sql`select current_setting('data_checksums') = 'on' as on`,
  );
  if (row!.on) return { level: "ok", what: "checksums", detail: "data pages have checksums" };
  const way = "pg_checksums --enable, with the database stopped";
  return { level: "warn", what: "checksums", detail: "data pages have no checksums", way };
}

async function examineReader(client: pg.Client): Promise<Finding> {
  const what = "role millrace_reader";
  const [row] = await rowsOf<{ exists: boolean; member: boolean; above: boolean }>(
    client,
    sql`
      select count(*) > 0 as exists, coalesce(bool_or(pg_has_role(current_user, oid, 'member')), false) as member,
        coalesce(bool_or(rolsuper or rolbypassrls), false) as above
      from pg_roles where rolname = 'millrace_reader'`,
  );
  const { exists, member, above } = row!;
  if (!exists) return { level: "warn", what, detail: "is not there yet", way: "the first start makes it" };
  if (above) {
    const way = "alter role millrace_reader nosuperuser nobypassrls";
    return { level: "fail", what, detail: "passes row-level security", way };
  }
  if (member) return { level: "ok", what, detail: "reads for callers under row-level security" };
  const detail = "is not granted to the user that Millrace signs in with";
  return { level: "fail", what, detail, way: "grant millrace_reader to that user" };
}

async function examineMigrations(client: pg.Client): Promise<Finding> {
  const what = "migrations";
  const [table] = await rowsOf<{ there: boolean }>(
    client,
    sql`select to_regclass('kit.migrations') is not null as there`,
  );
  if (!table!.there)
    return { level: "warn", what, detail: "none is applied", way: "the first start applies them" };
  const applied = await rowsOf<{ number: number; checksum: string }>(
    client,
    sql`select number, checksum from kit.migrations order by number`,
  );
  const known = new Map(readMigrations().map(({ number, checksum }) => [number, checksum]));
  const strange = applied.find(({ number, checksum }) => known.get(number) !== checksum);
  if (strange !== undefined) {
    const detail = `migration ${strange.number} is not the one of this build`;
    return { level: "fail", what, detail, way: "start the build that applied it, or a newer one" };
  }
  const pending = known.size - applied.length;
  if (pending === 0) return { level: "ok", what, detail: `${applied.length} applied` };
  return { level: "warn", what, detail: `${pending} not applied`, way: "the next start applies them" };
}

/** Half of the round trip is ours to guess. */
async function examineClock(client: pg.Client): Promise<Finding> {
  const before = Date.now();
  const [row] = await rowsOf<{ ms: number }>(
    client,
    sql`select extract(epoch from clock_timestamp())::float8 * 1000 as ms`,
  );
  const after = Date.now();
  const skewMs = Math.round(Math.abs(row!.ms - (before + after) / 2));
  const detail = `the database's clock and this machine's differ by ${skewMs} ms`;
  if (skewMs <= skewMsMax) return { level: "ok", what: "clock", detail };
  return {
    level: "warn",
    what: "clock",
    detail,
    way: "set both by NTP: times in logs and history will not agree",
  };
}
