import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "./errors.ts";
import { commandAs, type Host, makeFolderFor } from "./postgres-owner.ts";

export interface Cluster {
  dir: string;
  password: string;
  /** Made by this start. */
  isNew: boolean;
}

/** The role Millrace signs in with: it owns its database and is no superuser. */
export const databaseUser = "millrace";
export const defaultDatabase = "millrace";

const passwordFile = "postgres.password";
const outputMax = 16 * 1024;
const linesShown = 8;

/** The database cluster in `dir` with its password beside it in `dataDir`; made when there is none yet. */
export async function openCluster(dataDir: string, dir: string, host: Host): Promise<Cluster> {
  if (!existsSync(dir)) return createCluster(dataDir, dir, host);
  const file = join(dir, "PG_VERSION");
  if (!existsSync(file)) {
    throw new AppError("conflict", `The folder ${dir} is not a PostgreSQL data folder: move it away`);
  }
  checkVersion(dir, readFileSync(file, "utf8").trim(), host);
  return { dir, password: readPassword(dataDir), isNew: false };
}

function checkVersion(dir: string, found: string, { binaries }: Host): void {
  if (found === String(binaries.major)) return;
  const message =
    `The data folder ${dir} was made by PostgreSQL ${found}, and this Millrace brings PostgreSQL ${binaries.major}, ` +
    "which cannot read it: make a backup with the Millrace that made it, and restore it into an empty folder";
  throw new AppError("conflict", message);
}

/** The cluster appears under its name only when it is whole; what a crash left half-made is made again. */
async function createCluster(dataDir: string, dir: string, host: Host): Promise<Cluster> {
  const draft = `${dir}.draft`;
  await rm(draft, { recursive: true, force: true });
  makeFolderFor(host.owner, draft);
  const password = randomBytes(24).toString("hex");
  try {
    await run(host, "initdb", initArguments(draft), "");
    await run(host, "postgres", singleUserArguments(draft), firstStatements(password));
    await writePassword(dataDir, password);
    renameSync(draft, dir);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The embedded PostgreSQL could not set up its data folder ${dir}: ${reason}`;
    throw new AppError("unavailable", message, { cause: error });
  }
  return { dir, password, isNew: true };
}

function initArguments(dir: string): string[] {
  return [
    `--pgdata=${dir}`,
    "--username=postgres",
    "--data-checksums",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth-local=scram-sha-256",
    "--auth-host=reject",
  ];
}

function singleUserArguments(dir: string): string[] {
  return ["--single", "-D", dir, "-c", "exit_on_error=on", "-c", "log_min_messages=error", "postgres"];
}

/** The superuser gets no password, so nobody can sign in as it. */
function firstStatements(password: string): string {
  return [
    `create role ${databaseUser} login createdb createrole password '${password}'`,
    `grant pg_monitor, pg_checkpoint, pg_signal_backend to ${databaseUser}`,
    `create database ${defaultDatabase} owner ${databaseUser}`,
    "",
  ].join("\n");
}

async function writePassword(dataDir: string, password: string): Promise<void> {
  const path = join(dataDir, passwordFile);
  await rm(path, { force: true });
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(password);
    await file.sync();
  } finally {
    await file.close();
  }
}

function readPassword(dataDir: string): string {
  const path = join(dataDir, passwordFile);
  if (existsSync(path)) return readFileSync(path, "utf8").trim();
  const message = `The file ${path} is missing, and without it nobody can sign in to the database: put it back`;
  throw new AppError("conflict", message);
}

/** Runs a PostgreSQL program to its end; what it said is the error when it fails. */
async function run(host: Host, program: string, args: string[], input: string): Promise<void> {
  const {
    command,
    args: all,
    options,
  } = commandAs(host.owner, join(host.binaries.folder, "bin", program), args);
  const child = spawn(command, all, { ...options, stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  const collect = (chunk: Buffer) => {
    output = (output + chunk.toString("utf8")).slice(-outputMax);
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  // A program that ends before it has read its input says why on its output.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const status = await new Promise<number | string>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, name) => resolve(code ?? name ?? "unknown"));
  });
  if (status !== 0) throw new Error(`${program} ended with ${status}, saying:\n${lastOf(output)}`);
}

function lastOf(output: string): string {
  return output.trim().split("\n").slice(-linesShown).join("\n");
}
