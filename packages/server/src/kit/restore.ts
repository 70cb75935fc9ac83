import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { listIndexes, listTables, ownSchemas, presentSchemas } from "./backup-catalog.ts";
import {
  type BackupPartition,
  type BackupTable,
  type Manifest,
  manifestName,
  notWhole,
  parseManifest,
  parseSummary,
  rootKeyName,
  RowCounter,
  rowsOf,
  type Summary,
  summaryName,
  tableKey,
  type TableSummary,
} from "./backup-format.ts";
import type { BackupProgress } from "./backup.ts";
import type { BlobStore } from "./blobs.ts";
import { AppError } from "./errors.ts";
import { migrateUrl, readMigrations } from "./migrations.ts";
import { sql } from "./sql.ts";
import { readTar, type TarEntry } from "./tar.ts";

export interface RestoreTarget {
  /** A database without any of Millrace's schemas. */
  url: string;
  blobs: BlobStore;
  /** Gets the root key, if the backup has it. */
  keepRootKey: (rootKey: string) => Promise<void>;
}

export interface Restored extends Summary {
  createdAt: string;
  rows: number;
  hasRootKey: boolean;
}

/** Parts that are read whole: the manifest, the key, the summary. */
const textBytesMax = 256 * 1024 * 1024;
const sessionOptions = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c timezone=UTC";

/** Fills an empty database and blob store from an archive; when it fails, the database is empty again. */
export async function restoreArchive(
  archive: AsyncIterable<Uint8Array>,
  target: RestoreTarget,
  onProgress: (progress: BackupProgress) => void = () => undefined,
): Promise<Restored> {
  const entries = new Entries(readTar(archive));
  const manifest = parseManifest(await entries.text(manifestName));
  const client = new pg.Client({
    connectionString: target.url,
    application_name: "millrace restore",
    options: sessionOptions,
  });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await requireEmpty(client);
    return await restoreInto(client, { entries, manifest, target, onProgress });
  } finally {
    await client.end();
  }
}

interface Work {
  entries: Entries;
  manifest: Manifest;
  target: RestoreTarget;
  onProgress: (progress: BackupProgress) => void;
}

async function restoreInto(client: pg.Client, work: Work): Promise<Restored> {
  const { manifest, target } = work;
  try {
    await migrateUrl(target.url, migrationsOf(manifest));
    await client.query("begin");
    const restored = await load(client, work);
    await client.query("commit");
    await migrateUrl(target.url);
    await client.query("analyze");
    return restored;
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    await dropSchemas(client);
    throw error;
  }
}

/** Everything in one transaction: rows, then bytes, then what belongs to the rows, once all digests are right. */
async function load(client: pg.Client, { entries, manifest, target, onProgress }: Work): Promise<Restored> {
  const progress: BackupProgress = { step: "tables", rows: 0, blobs: 0, bytes: 0 };
  const rootKey = await entries.textIf(rootKeyName);
  await prepareTables(client, manifest);
  const tables: Record<string, TableSummary> = {};
  for (const table of manifest.tables) {
    const loaded = await loadTable(client, table, entries.under(`tables/${tableKey(table)}/`));
    tables[tableKey(table)] = loaded;
    progress.rows += loaded.rows;
    progress.bytes += loaded.bytes;
    onProgress({ ...progress });
  }
  progress.step = "files";
  let blobBytes = 0;
  for await (const { name, size, content } of entries.under("blobs/")) {
    await target.blobs.put(iterable(content), { bytesMax: size, expectedSha256: name.slice(-64) });
    blobBytes += size;
    progress.blobs += 1;
    progress.bytes += size;
    onProgress({ ...progress });
  }
  const found = { tables, blobs: progress.blobs, blobBytes };
  requireSame(parseSummary(await entries.text(summaryName)), found);
  await setSequences(client, manifest);
  await makeIndexes(client, manifest);
  if (rootKey !== undefined) await target.keepRootKey(rootKey.trim());
  const hasRootKey = rootKey !== undefined;
  return { ...found, createdAt: manifest.createdAt, rows: progress.rows, hasRootKey };
}

async function requireEmpty(client: pg.Client): Promise<void> {
  const [present] = await presentSchemas(client, ownSchemas());
  if (present === undefined) return;
  const message =
    "The database is in use already: restore into an empty one (another data folder or database)";
  throw new AppError("conflict", message);
}

/** The migrations that the backup was made under; each must be one that this build has, unchanged. */
function migrationsOf(manifest: Manifest): ReturnType<typeof readMigrations> {
  const known = new Map(readMigrations().map((migration) => [migration.number, migration]));
  return manifest.migrations.map(({ number, name, checksum }) => {
    const migration = known.get(number);
    if (migration === undefined) {
      const message = `The backup needs migration ${number} (${name}), which this build lacks: use the newer build`;
      throw new AppError("conflict", message);
    }
    if (migration.checksum === checksum) return migration;
    throw new AppError(
      "conflict",
      `Migration ${number} (${name}) is not the one that the backup was made under`,
    );
  });
}

/** What migrations have put into the tables is in the backup as well. */
async function prepareTables(client: pg.Client, { tables, partitions }: Manifest): Promise<void> {
  const present = new Map((await listTables(client, ownSchemas())).map((table) => [tableKey(table), table]));
  for (const table of tables) {
    const columns = new Set(present.get(tableKey(table))?.columns.map((column) => column.name));
    const missing = table.columns.find((column) => !columns.has(column.name));
    if (missing !== undefined) throw notWhole(`there is no column ${tableKey(table)}.${missing.name}`);
  }
  if (tables.length > 0) await client.query(`truncate ${tables.map(quoted).join(", ")}`);
  for (const partition of partitions) await makePartition(client, partition);
}

/** So that retention drops old weeks one by one; what no week covers goes to the default partition. */
async function makePartition(client: pg.Client, { schema, table, monday }: BackupPartition): Promise<void> {
  const [week] = await rowsOf<{ statement: string }>(
    client,
    sql`
      select format('create table if not exists %I.%I partition of %I.%I for values from (%L) to (%L)',
        ${schema}::text, ${table} || '_' || ${monday}, ${schema}::text, ${table}::text,
        to_timestamp(${monday}, 'YYYYMMDD'), to_timestamp(${monday}, 'YYYYMMDD') + interval '7 days') as statement`,
  );
  await client.query(week!.statement);
}

async function loadTable(
  client: pg.Client,
  table: BackupTable,
  pieces: AsyncIterable<TarEntry>,
): Promise<TableSummary> {
  const counter = new RowCounter();
  const hash = createHash("sha256");
  let bytes = 0;
  async function* content(): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      for await (const chunk of piece.content) {
        counter.add(chunk);
        hash.update(chunk);
        bytes += chunk.byteLength;
        yield chunk;
      }
    }
  }
  const columns = table.columns.map((column) => pg.escapeIdentifier(column.name)).join(", ");
  const copy = client.query(copyFrom(`copy ${quoted(table)} (${columns}) from stdin`));
  await pipeline(Readable.from(content(), { objectMode: false }), copy);
  if (copy.rowCount !== counter.rows) throw notWhole(`${tableKey(table)} took ${copy.rowCount} rows`);
  return { rows: counter.rows, bytes, sha256: hash.digest("hex") };
}

function requireSame(wanted: Summary, found: Summary): void {
  const names = new Set([...Object.keys(wanted.tables), ...Object.keys(found.tables)]);
  for (const name of names) {
    const [a, b] = [wanted.tables[name], found.tables[name]];
    if (a?.rows === b?.rows && a?.sha256 === b?.sha256) continue;
    throw notWhole(`${name} has ${b?.rows ?? 0} rows, and ${a?.rows ?? 0} were saved, or other ones`);
  }
  if (wanted.blobs === found.blobs && wanted.blobBytes === found.blobBytes) return;
  throw notWhole(`it has ${found.blobs} files, and ${wanted.blobs} were saved`);
}

async function setSequences(client: pg.Client, { sequences }: Manifest): Promise<void> {
  for (const { schema, name, lastValue } of sequences) {
    if (lastValue === null) continue;
    await rowsOf(
      client,
      sql`select setval(format('%I.%I', ${schema}::text, ${name}::text)::regclass, ${lastValue}::bigint)`,
    );
  }
}

/** Those that users asked for; the migrations have made the others. */
async function makeIndexes(client: pg.Client, { indexes }: Manifest): Promise<void> {
  const present = new Set((await listIndexes(client, ownSchemas())).map((index) => index.name));
  for (const { name, definition } of indexes.filter((index) => !present.has(index.name))) {
    if (!/^CREATE (UNIQUE )?INDEX /.test(definition)) throw notWhole(`the index ${name} is none`);
    // The extended protocol takes one statement and no more.
    await client.query({ text: definition, queryMode: "extended" } as pg.QueryConfig);
  }
}

async function dropSchemas(client: pg.Client): Promise<void> {
  const present = await presentSchemas(client, ownSchemas());
  for (const name of present) await client.query(`drop schema ${pg.escapeIdentifier(name)} cascade`);
}

function quoted({ schema, name }: Pick<BackupTable, "schema" | "name">): string {
  return `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
}

async function* iterable(content: TarEntry["content"]): AsyncGenerator<Uint8Array> {
  yield* content;
}

/** The entries in their order, with a look at the next one. */
class Entries {
  readonly #source: AsyncGenerator<TarEntry>;
  #next: TarEntry | undefined;

  constructor(source: AsyncGenerator<TarEntry>) {
    this.#source = source;
  }

  /** The text of the next entry, which must have this name. */
  async text(name: string): Promise<string> {
    const text = await this.textIf(name);
    if (text === undefined) throw notWhole(`${name} is missing in its place`);
    return text;
  }

  /** The text of the next entry, if it has this name. */
  async textIf(name: string): Promise<string | undefined> {
    const entry = await this.#peek();
    if (entry?.name !== name) return undefined;
    this.#next = undefined;
    if (entry.size > textBytesMax) throw notWhole(`${name} is too large`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry.content) chunks.push(chunk);
    return Buffer.concat(chunks).toString("utf8");
  }

  /** The next entries as long as their names begin so. */
  async *under(prefix: string): AsyncGenerator<TarEntry> {
    for (;;) {
      const entry = await this.#peek();
      if (entry === undefined || !entry.name.startsWith(prefix)) return;
      this.#next = undefined;
      yield entry;
    }
  }

  async #peek(): Promise<TarEntry | undefined> {
    if (this.#next === undefined) {
      const next = await this.#source.next();
      this.#next = next.done === true ? undefined : next.value;
    }
    return this.#next;
  }
}
