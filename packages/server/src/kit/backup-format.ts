import type pg from "pg";
import { AppError } from "./errors.ts";
import { type Sql, textOf } from "./sql.ts";

/**
 * A backup is a tar.gz of: `backup.json` (a Manifest), `root.key` when asked for, `tables/<schema>.<table>/<n>.copy`
 * (COPY text, cut anywhere), `blobs/<xx>/<sha256>`, and at its end `summary.json` (a Summary), without which it is
 * not whole.
 */
export const backupFormat = 1;

export const manifestName = "backup.json";
export const rootKeyName = "root.key";
export const summaryName = "summary.json";

export interface BackupTable {
  schema: string;
  name: string;
  /** What is kept, in the order of the COPY data. */
  columns: BackupColumn[];
}

export interface BackupColumn {
  name: string;
  /** A transaction id of the old cluster, which means nothing in another one: kept as 0. */
  isTransactionId: boolean;
}

/** A week of a partitioned table, named `<table>_YYYYMMDD` by its Monday. */
export interface BackupPartition {
  schema: string;
  table: string;
  monday: string;
}

export interface BackupSequence {
  schema: string;
  name: string;
  /** Not there when no number was taken yet. */
  lastValue: number | null;
}

export interface BackupIndex {
  schema: string;
  name: string;
  definition: string;
}

export interface Manifest {
  format: number;
  createdAt: string;
  migrations: { number: number; name: string; checksum: string }[];
  /** A table comes after those that it refers to. */
  tables: BackupTable[];
  partitions: BackupPartition[];
  sequences: BackupSequence[];
  /** All of them: those that users asked for are not in the migrations. */
  indexes: BackupIndex[];
}

export interface TableSummary {
  rows: number;
  bytes: number;
  sha256: string;
}

export interface Summary {
  /** By `schema.table`. */
  tables: Record<string, TableSummary>;
  blobs: number;
  blobBytes: number;
}

/** `events.events`: how a table is called in a backup. */
export function tableKey({ schema, name }: Pick<BackupTable, "schema" | "name">): string {
  return `${schema}.${name}`;
}

/** Runs one statement outside of the pools and returns its rows. */
export async function rowsOf<Row>(client: pg.ClientBase, statement: Sql): Promise<Row[]> {
  const result = await client.query({ text: textOf(statement), values: [...statement.values] });
  return result.rows as Row[];
}

/** Counts the rows and hashes the bytes of COPY text: line feeds in values are escaped there. */
export class RowCounter {
  readonly #feed = 0x0a;
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  add(chunk: Uint8Array): void {
    for (let at = chunk.indexOf(this.#feed); at >= 0; at = chunk.indexOf(this.#feed, at + 1)) this.#rows += 1;
  }
}

/** The manifest, of this format and complete. */
export function parseManifest(text: string): Manifest {
  const manifest = parseObject(text) as unknown as Manifest;
  if (manifest.format !== backupFormat) {
    const message = `The backup has the format ${String(manifest.format)}, and this Millrace reads ${backupFormat}`;
    throw new AppError("conflict", message);
  }
  const lists = [
    manifest.migrations,
    manifest.tables,
    manifest.partitions,
    manifest.sequences,
    manifest.indexes,
  ];
  if (!lists.every(Array.isArray)) throw notWhole("its manifest lacks a part");
  return manifest;
}

export function parseSummary(text: string): Summary {
  return parseObject(text) as unknown as Summary;
}

/** The answer to a file that is no backup, or one that was cut or changed. */
export function notWhole(why: string): AppError {
  return new AppError("invalid_input", `The file is no whole backup: ${why}`);
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    throw notWhole((error as Error).message);
  }
  throw notWhole("a part of it is no JSON object");
}
