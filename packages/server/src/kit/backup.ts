import { createHash } from "node:crypto";
import pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import {
  listIndexes,
  listPartitions,
  listSequences,
  listTables,
  ownSchemas,
  presentSchemas,
} from "./backup-catalog.ts";
import {
  backupFormat,
  type BackupTable,
  type Manifest,
  manifestName,
  RowCounter,
  rootKeyName,
  rowsOf,
  type Summary,
  summaryName,
  tableKey,
} from "./backup-format.ts";
import { holdBlobs } from "./blob-hold.ts";
import type { BlobStore, ListedBlob } from "./blobs.ts";
import { AppError } from "./errors.ts";
import { sql } from "./sql.ts";
import { type TarEntry, writeTar } from "./tar.ts";

export interface BackupSource {
  url: string;
  blobs: BlobStore;
  /** 64 hex digits; a backup with it can open encrypted fields, and so can whoever gets hold of it. */
  rootKey?: string | undefined;
}

export interface BackupProgress {
  /** Of the tables first, then of the blobs. */
  step: "tables" | "files";
  rows: number;
  blobs: number;
  bytes: number;
}

export interface MadeBackup extends Summary {
  createdAt: string;
  migration: number;
  rows: number;
}

/** COPY data travels in pieces of this size, since an archive says a file's size before its bytes. */
const pieceBytes = 4 * 1024 * 1024;
const blobsPerPage = 1_000;
/** A snapshot of everything takes as long as it takes. */
const sessionOptions =
  "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c row_security=off -c timezone=UTC";

/**
 * The archive, as of one moment, while the system works on. What it was made of is handed to `onEnd` when the last
 * byte is out.
 */
export async function* backupArchive(
  source: BackupSource,
  onEnd: (made: MadeBackup) => void,
  onProgress: (progress: BackupProgress) => void = () => undefined,
): AsyncGenerator<Buffer> {
  const client = new pg.Client({
    connectionString: source.url,
    application_name: "millrace backup",
    options: sessionOptions,
  });
  // A broken connection reaches us by the statement that runs on it.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await holdBlobs(client);
    const writer = new BackupWriter(client, source, onProgress);
    const manifest = await writer.begin();
    yield* writeTar(writer.entries(manifest), new Date(manifest.createdAt));
    onEnd(writer.made(manifest));
  } finally {
    await client.end();
  }
}

class BackupWriter {
  readonly #client: pg.Client;
  readonly #source: BackupSource;
  readonly #onProgress: (progress: BackupProgress) => void;
  readonly #summary: Summary = { tables: {}, blobs: 0, blobBytes: 0 };
  readonly #progress: BackupProgress = { step: "tables", rows: 0, blobs: 0, bytes: 0 };

  constructor(client: pg.Client, source: BackupSource, onProgress: (progress: BackupProgress) => void) {
    this.#client = client;
    this.#source = source;
    this.#onProgress = onProgress;
  }

  /** Takes the snapshot and says what is in it. */
  async begin(): Promise<Manifest> {
    const client = this.#client;
    const schemas = ownSchemas();
    const present = await presentSchemas(client, schemas);
    if (present.length === 0) throw new AppError("not_found", "There is no Millrace in this database");
    await client.query("begin isolation level repeatable read read only");
    const [moment] = await rowsOf<{ now: Date }>(client, sql`select now() as now`);
    const migrations = await rowsOf<Manifest["migrations"][number]>(
      client,
      sql`select number, name, checksum from kit.migrations order by number`,
    );
    return {
      format: backupFormat,
      createdAt: moment!.now.toISOString(),
      migrations,
      tables: await listTables(client, schemas),
      partitions: await listPartitions(client, schemas),
      sequences: await listSequences(client, schemas),
      indexes: await listIndexes(client, schemas),
    };
  }

  async *entries(manifest: Manifest): AsyncGenerator<TarEntry> {
    yield textEntry(manifestName, JSON.stringify(manifest, undefined, 1));
    const { rootKey } = this.#source;
    if (rootKey !== undefined) yield textEntry(rootKeyName, `${rootKey}\n`);
    for (const table of manifest.tables) yield* this.#tableEntries(table);
    // The snapshot goes before the files are read: a long-open one slows the cleaning of the database.
    await this.#client.query("commit");
    yield* this.#blobEntries();
    yield textEntry(summaryName, JSON.stringify(this.#summary, undefined, 1));
  }

  made(manifest: Manifest): MadeBackup {
    const migration = manifest.migrations.at(-1)?.number ?? 0;
    return { ...this.#summary, rows: this.#progress.rows, createdAt: manifest.createdAt, migration };
  }

  async *#tableEntries(table: BackupTable): AsyncGenerator<TarEntry> {
    const counter = new RowCounter();
    const hash = createHash("sha256");
    let [bytes, number] = [0, 0];
    for await (const piece of inPieces(this.#client.query(copyTo(copyOutOf(table))))) {
      const before = counter.rows;
      counter.add(piece);
      hash.update(piece);
      bytes += piece.length;
      this.#advance({ rows: counter.rows - before, bytes: piece.length });
      number += 1;
      const name = `tables/${tableKey(table)}/${String(number).padStart(8, "0")}.copy`;
      yield { name, size: piece.length, content: [piece] };
    }
    this.#summary.tables[tableKey(table)] = { rows: counter.rows, bytes, sha256: hash.digest("hex") };
  }

  async *#blobEntries(): AsyncGenerator<TarEntry> {
    this.#progress.step = "files";
    const { blobs } = this.#source;
    for await (const { sha256, size } of everyBlob(blobs)) {
      const name = `blobs/${sha256.slice(0, 2)}/${sha256}`;
      yield { name, size, content: await blobs.get(sha256) };
      this.#summary.blobs += 1;
      this.#summary.blobBytes += size;
      this.#advance({ blobs: 1, bytes: size });
    }
  }

  #advance({ rows = 0, blobs = 0, bytes }: { rows?: number; blobs?: number; bytes: number }): void {
    this.#progress.rows += rows;
    this.#progress.blobs += blobs;
    this.#progress.bytes += bytes;
    this.#onProgress({ ...this.#progress });
  }
}

/** Literals and names throughout, from the catalog: COPY takes no parameters. */
function copyOutOf({ schema, name, columns }: BackupTable): string {
  const table = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
  const list = columns.map((column) => {
    const quoted = pg.escapeIdentifier(column.name);
    return column.isTransactionId ? `'0'::xid8 as ${quoted}` : quoted;
  });
  return `copy (select ${list.join(", ")} from ${table}) to stdout`;
}

async function* everyBlob(blobs: BlobStore): AsyncGenerator<ListedBlob> {
  let after = "";
  for (;;) {
    const page = await blobs.list(after, blobsPerPage);
    yield* page;
    if (page.length < blobsPerPage) return;
    after = page.at(-1)!.sha256;
  }
}

async function* inPieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    held.push(chunk);
    bytes += chunk.length;
    if (bytes < pieceBytes) continue;
    yield Buffer.concat(held);
    [held, bytes] = [[], 0];
  }
  if (bytes > 0) yield Buffer.concat(held);
}

function textEntry(name: string, text: string): TarEntry {
  const content = Buffer.from(text);
  return { name, size: content.length, content: [content] };
}
