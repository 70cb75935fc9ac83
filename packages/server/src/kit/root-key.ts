import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import type { Config } from "./config.ts";
import type { Database, Queryable } from "./database.ts";
import { keyIdOf, parseRootKey } from "./encryption.ts";
import { AppError } from "./errors.ts";
import { sql } from "./sql.ts";

type KeyConfig = Pick<Config, "dataDir" | "rootKey" | "formerRootKeys" | "acceptRootKey">;

/**
 * The root key that seals, and after it the former ones. It is what is configured, else the one in the data folder,
 * made there at the very first start. A key under which this database has sealed nothing is refused (`conflict`) and
 * none is made, unless every key of before is among the former ones, or the operator accepts it: what is sealed would
 * stay closed, and two keys would be in use from then on.
 */
export async function openRootKeys(
  config: KeyConfig,
  database: Database,
): Promise<[current: Buffer, ...former: Buffer[]]> {
  const former = config.formerRootKeys.map((text) => parseRootKey(text, "MILLRACE_FORMER_ROOT_KEYS"));
  return [await openCurrent(config, former, database), ...former];
}

async function openCurrent(
  config: KeyConfig,
  former: readonly Buffer[],
  database: Database,
): Promise<Buffer> {
  const formerIds = new Set(former.map(keyIdOf));
  return database.transaction(async (tx) => {
    await tx.query(sql`lock table kit.root_keys in share row exclusive mode`);
    const known = await listKeyIds(tx);
    const isFirst = config.acceptRootKey || known.every((id) => formerIds.has(id));
    const key = readRootKey(config) ?? (isFirst ? makeRootKey(fileIn(config)) : undefined);
    const id = key === undefined ? undefined : keyIdOf(key);
    if (key !== undefined && id !== undefined && known.includes(id)) return key;
    if (key === undefined || id === undefined || !isFirst) throw foreign(config, known, id);
    await tx.query(sql`insert into kit.root_keys (key_id) values (${id}) on conflict do nothing`);
    return key;
  });
}

async function listKeyIds(tx: Queryable): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(sql`select key_id as id from kit.root_keys order by noted_at`);
  return rows.map((row) => row.id);
}

function readRootKey(config: KeyConfig): Buffer | undefined {
  if (config.rootKey !== undefined) return parseRootKey(config.rootKey, "MILLRACE_ROOT_KEY");
  const file = fileIn(config);
  return existsSync(file) ? parseRootKey(readFileSync(file, "utf8"), file) : undefined;
}

function makeRootKey(file: string): Buffer {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const key = randomBytes(32);
  writeFileSync(file, `${key.toString("hex")}\n`, { mode: 0o600, flag: "wx" });
  return key;
}

function fileIn({ dataDir }: KeyConfig): string {
  return join(dataDir, "root.key");
}

function foreign(config: KeyConfig, known: readonly string[], id: string | undefined): AppError {
  const what = id === undefined ? "there is none here" : `the one here is ${id}`;
  const message =
    `The database seals encrypted fields under the root key ${known.join(" or ")}, and ${what}: put that key into ` +
    `${fileIn(config)} or MILLRACE_ROOT_KEY, or, to change it, into ` +
    `MILLRACE_FORMER_ROOT_KEYS. If it is lost, start with MILLRACE_ACCEPT_ROOT_KEY=true: what it sealed ` +
    "stays closed";
  return new AppError("conflict", message);
}
