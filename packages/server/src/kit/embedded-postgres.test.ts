import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded-postgres.ts";
import { postgresProcessesOn, signal } from "./process-life.ts";
import { type NodeProcess, type NodeProcessOptions, startNode, temporaryFolder } from "./testing.ts";

const isLinux = process.platform === "linux";
const isRoot = process.getuid?.() === 0;
const log = pino({ level: "silent" });
const settings = { shared_buffers: "16MB" };

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A data folder whose processes are gone after the test, whatever happened in it. */
function dataFolder(): string {
  const dataDir = temporaryFolder();
  cleanups.push(async () => {
    for (const pid of serversOn(dataDir)) signal(pid, "SIGKILL");
    await until(() => serversOn(dataDir).length === 0);
  });
  return dataDir;
}

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, log, settings });
  cleanups.push(() => postgres.stop());
  return postgres;
}

function serversOn(dataDir: string): number[] {
  return postgresProcessesOn(join(dataDir, "postgres"));
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`did not come true: ${holds.toString()}`);
    await sleep(10);
  }
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** A process that starts the database, says how that went in one line, and keeps running. */
const starter = `
  import { pino } from "pino";
  import { startEmbeddedPostgres } from "${new URL("./embedded-postgres.ts", import.meta.url).href}";
  const dataDir = process.argv.at(-1);
  try {
    const options = { dataDir, log: pino({ level: "silent" }), settings: { shared_buffers: "16MB" } };
    const postgres = await startEmbeddedPostgres(options);
    console.log(JSON.stringify({ pid: postgres.pid(), url: postgres.url(), isNew: postgres.isNew }));
    setInterval(() => {}, 1_000);
  } catch (error) {
    console.log(JSON.stringify({ code: error.code, message: error.message }));
    process.exit(1);
  }
`;

interface Report {
  pid?: number;
  url?: string;
  code?: string;
  message?: string;
}

function startInChild(dataDir: string, options: NodeProcessOptions = {}) {
  const child = startNode(starter, { ...options, gid: options.uid, args: [dataDir] });
  cleanups.push(() => child.kill());
  return { child, report: reportOf(child) };
}

async function reportOf(child: NodeProcess): Promise<Report> {
  return JSON.parse(await child.line()) as Report;
}

/** A PATH without `setpriv`, as on systems where the server cannot be told to die with its parent. */
function pathWithoutGuard(): string {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  for (const name of ["id", "ps", "chown", "cp", "chmod", "unshare"]) {
    const program = ["/usr/bin", "/bin", "/usr/sbin"]
      .map((bin) => join(bin, name))
      .find((path) => existsSync(path));
    if (program !== undefined) symlinkSync(program, join(folder, name));
  }
  return folder;
}

test("a first start makes a safe cluster, and a second start finds its rows", async () => {
  const dataDir = dataFolder();
  const first = await start(dataDir);
  expect(first.isNew).toBe(true);
  const checked = ["fsync", "full_page_writes", "synchronous_commit", "data_checksums", "listen_addresses"];
  const [row] = await query(
    first.url(),
    `select ${checked.map((name) => `current_setting('${name}') as ${name}`).join()},
       (select rolsuper from pg_roles where rolname = current_user) as superuser`,
  );
  expect(Object.values(row!)).toEqual(["on", "on", "on", "on", "", false]);
  await query(first.url(), "create table kept as select 1 as one");
  await first.stop();

  const second = await start(dataDir);
  expect(second.isNew).toBe(false);
  expect(await query(second.url(), "select one from kept")).toEqual([{ one: 1 }]);
  expect(statSync(join(dataDir, "postgres.password")).mode & 0o777).toBe(0o600);
});

test("nobody signs in with a wrong password or as the superuser", async () => {
  const postgres = await start(dataFolder());
  const wrong = new URL(postgres.url());
  wrong.password = "guessed";
  await expect(query(wrong.href, "select 1")).rejects.toMatchObject({ code: "28P01" });
  const superuser = new URL(postgres.url());
  superuser.username = "postgres";
  await expect(query(superuser.href, "select 1")).rejects.toMatchObject({ code: "28P01" });
});

test("stop rolls open transactions back, leaves no process and no lock, and may be repeated", async () => {
  const dataDir = dataFolder();
  const postgres = await start(dataDir);
  const client = new pg.Client({ connectionString: postgres.url() });
  client.on("error", () => undefined);
  await client.connect();
  await client.query("begin");
  await client.query("select pg_sleep(0)");
  expect(serversOn(dataDir).length).toBeGreaterThan(isLinux ? 1 : -1);
  await Promise.all([postgres.stop(), postgres.stop()]);
  await postgres.stop();
  expect(serversOn(dataDir)).toEqual([]);
  expect(postgres.pid()).toBeUndefined();
  expect(existsSync(join(dataDir, "millrace.lock"))).toBe(false);
});

test("a server killed under load comes back by itself with every acknowledged row", async () => {
  const postgres = await start(dataFolder());
  await query(postgres.url(), "create table acknowledged (id int primary key)");
  const before = postgres.pid()!;
  const restarted = new Promise<void>((resolve) => postgres.onRestart(resolve));

  const client = new pg.Client({ connectionString: postgres.url() });
  client.on("error", () => undefined);
  await client.connect();
  const acknowledged: number[] = [];
  const insert = async () => {
    for (let id = 0; ; id++) {
      await client.query("insert into acknowledged values ($1)", [id]);
      acknowledged.push(id);
    }
  };
  const inserted = insert().catch(() => "broken");
  await until(() => acknowledged.length > 100);
  signal(before, "SIGKILL");
  expect(await inserted).toBe("broken");

  await restarted;
  expect(postgres.pid()).not.toBe(before);
  const found = await query(postgres.url(), "select id from acknowledged order by id");
  const ids = new Set(found.map((row) => row["id"]));
  expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
});

test("a stop while the server is down ends the restarting too", async () => {
  const dataDir = dataFolder();
  const postgres = await start(dataDir);
  signal(postgres.pid()!, "SIGKILL");
  await until(() => postgres.pid() === undefined);
  await postgres.stop();
  await sleep(300);
  expect(serversOn(dataDir)).toEqual([]);
});

test("a second start on a folder in use is refused, and says by whom", async () => {
  const dataDir = dataFolder();
  const postgres = await start(dataDir);
  await expect(startEmbeddedPostgres({ dataDir, log })).rejects.toMatchObject({ code: "conflict" });
  const refused = await startInChild(dataDir).report;
  expect(refused.code).toBe("conflict");
  expect(refused.message).toContain(dataDir);
  expect(refused.message).toContain(`process ${process.pid}`);
  expect(await query(postgres.url(), "select 1 as one")).toEqual([{ one: 1 }]);
});

test("of simultaneous first starts exactly one wins", async () => {
  const dataDir = dataFolder();
  const reports = await Promise.all([1, 2, 3].map(() => startInChild(dataDir).report));
  const codes = reports.map((report) => report.code ?? "started").sort();
  expect(codes).toEqual(["conflict", "conflict", "started"]);
});

test("the server goes down when its parent is killed, and the next start finds all", async ({ skip }) => {
  skip(!isLinux, "only Linux can");
  const dataDir = dataFolder();
  const { child, report } = startInChild(dataDir);
  await query((await report).url!, "create table kept as select 1 as one");
  await child.kill();
  await until(() => serversOn(dataDir).length === 0);
  const postgres = await start(dataDir);
  expect(await query(postgres.url(), "select one from kept")).toEqual([{ one: 1 }]);
});

test("a server that outlived its parent is taken over, watched and stopped as our own", async () => {
  const dataDir = dataFolder();
  const { child, report } = startInChild(dataDir, { env: { PATH: pathWithoutGuard() } });
  const { pid } = await report;
  await child.kill();
  const postgres = await start(dataDir);
  expect(postgres.pid()).toBe(pid);

  const restarted = new Promise<void>((resolve) => postgres.onRestart(resolve));
  signal(pid!, "SIGKILL");
  await restarted;
  expect(await query(postgres.url(), "select 1 as one")).toEqual([{ one: 1 }]);
  await postgres.stop();
  expect(serversOn(dataDir)).toEqual([]);
});

test("a server left behind with other settings is replaced", async () => {
  const dataDir = dataFolder();
  const { child, report } = startInChild(dataDir, { env: { PATH: pathWithoutGuard() } });
  const { pid } = await report;
  await child.kill();
  const postgres = await startEmbeddedPostgres({ dataDir, log, settings: { shared_buffers: "24MB" } });
  cleanups.push(() => postgres.stop());
  expect(postgres.pid()).not.toBe(pid);
  expect(await query(postgres.url(), "show shared_buffers")).toEqual([{ shared_buffers: "24MB" }]);
});

test("after a kill of the server and of its parent the next start recovers", async ({ skip }) => {
  skip(!isLinux, "only Linux can");
  const dataDir = dataFolder();
  const { child, report } = startInChild(dataDir, { env: { PATH: pathWithoutGuard() } });
  const { pid, url } = await report;
  await query(url!, "create table kept as select 1 as one");
  await child.kill();
  signal(pid!, "SIGKILL");
  // The pid in the left pid file belongs to another program of the same user by now.
  const stranger = startNode("", isRoot ? { uid: 65_534, gid: 65_534 } : {});
  cleanups.push(() => stranger.kill());
  const pidFile = join(dataDir, "postgres/postmaster.pid");
  writeFileSync(pidFile, readFileSync(pidFile, "utf8").replace(/^\d+/, `${stranger.pid}`));
  const postgres = await start(dataDir);
  expect(await query(postgres.url(), "select one from kept")).toEqual([{ one: 1 }]);
});

test("a data folder of another major version is refused untouched", async () => {
  const dataDir = dataFolder();
  await (await start(dataDir)).stop();
  writeFileSync(join(dataDir, "postgres/PG_VERSION"), "17\n");
  const refusal = startEmbeddedPostgres({ dataDir, log, settings });
  await expect(refusal).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("PostgreSQL 17"),
  });
  expect(existsSync(join(dataDir, "millrace.lock"))).toBe(false);
});

test("a server that does not start says why, in which folder, and leaves no process", async () => {
  const dataDir = dataFolder();
  const refusal = startEmbeddedPostgres({ dataDir, log, settings: { shared_buffers: "plenty" } });
  await expect(refusal).rejects.toMatchObject({ code: "unavailable" });
  await expect(refusal).rejects.toThrow(dataDir);
  await expect(refusal).rejects.toThrow(/invalid value for parameter "shared_buffers"/);
  expect(serversOn(dataDir)).toEqual([]);
  expect((await start(dataDir)).isNew).toBe(false);
});

test("a data folder that cannot be written to is named in the error", async () => {
  const dataDir = join(dataFolder(), "file");
  writeFileSync(dataDir, "");
  const refusal = startEmbeddedPostgres({ dataDir, log });
  await expect(refusal).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining(dataDir),
  });
});

test("a first start that runs out of room says so, and can be repeated", async ({ skip }) => {
  skip(!isLinux, "only Linux can");
  const dataDir = dataFolder();
  const refused = await startInChild(dataDir, { fileBlocksMax: 1_024 }).report;
  expect(refused.code).toBe("unavailable");
  expect(refused.message).toContain(dataDir);
  expect(refused.message).toContain("File too large");
  expect((await start(dataDir)).isNew).toBe(true);
});

test("a data folder with a path too long for a socket gets its socket elsewhere, in private", async () => {
  const dataDir = join(dataFolder(), "a".repeat(90));
  const postgres = await start(dataDir);
  expect(postgres.socketDir.startsWith(dataDir)).toBe(false);
  expect(statSync(postgres.socketDir).mode & 0o777).toBe(0o700);
  expect(await query(postgres.url(), "select 1 as one")).toEqual([{ one: 1 }]);
});

test("as a plain user the server runs as that user", async ({ skip }) => {
  skip(!isRoot, "only root can");
  const dataDir = dataFolder();
  chmodSync(dataDir, 0o777);
  const { report } = startInChild(join(dataDir, "own"), { uid: 65_534 });
  const { url, pid } = await report;
  expect(await query(url!, "select 1 as one")).toEqual([{ one: 1 }]);
  expect(statSync(`/proc/${pid}`).uid).toBe(65_534);
  expect(statSync(join(dataDir, "own/postgres")).uid).toBe(65_534);
});

test("as root the server runs as another user, also on a private data folder", async ({ skip }) => {
  skip(!isRoot, "only root can");
  const dataDir = dataFolder();
  const postgres = await start(dataDir);
  expect(statSync(`/proc/${postgres.pid()}`).uid).toBe(65_534);
  expect(statSync(dataDir).mode & 0o007).toBe(0);
});

test("as root under a folder nobody else can enter the server still runs", async ({ skip }) => {
  skip(!isRoot, "only root can");
  const dataDir = join(dataFolder(), "private/data");
  mkdirSync(join(dataDir, ".."), { mode: 0o700 });
  const postgres = await start(dataDir);
  expect(await query(postgres.url(), "select 1 as one")).toEqual([{ one: 1 }]);
  await postgres.stop();
  expect(serversOn(dataDir)).toEqual([]);
});
