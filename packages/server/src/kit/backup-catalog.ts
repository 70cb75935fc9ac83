import type pg from "pg";
import {
  type BackupIndex,
  type BackupPartition,
  type BackupSequence,
  type BackupTable,
  rowsOf,
  tableKey,
} from "./backup-format.ts";
import { readMigrations } from "./migrations.ts";
import { sql } from "./sql.ts";

/** What a backup leaves out: the schema's history is in its manifest, and leases end with the nodes that held them. */
const leftOut = ["kit.migrations", "kit.leaders"];

/** The schemas that the migrations make; what else lies in the database is not Millrace's. */
export function ownSchemas(migrations = readMigrations()): string[] {
  const made = migrations.flatMap(({ text }) =>
    Array.from(text.matchAll(/^create schema (\w+);/gm), (match) => match[1]!),
  );
  return ["kit", ...made];
}

/**
 * The tables with what is to be kept of them, without those whose comment says `not in backups` and why; a table comes
 * after those that it refers to.
 */
export async function listTables(client: pg.ClientBase, schemas: string[]): Promise<BackupTable[]> {
  const tables = await rowsOf<BackupTable & { refersTo: string[] }>(
    client,
    sql`
      select n.nspname as schema, c.relname as name,
        (select json_agg(json_build_object('name', a.attname, 'isTransactionId', a.atttypid = 'xid8'::regtype)
            order by a.attnum)
          from pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
        array(select rn.nspname || '.' || rc.relname
          from pg_constraint f join pg_class rc on rc.oid = f.confrelid join pg_namespace rn on rn.oid = rc.relnamespace
          where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as "refersTo"
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any(${schemas}) and c.relkind in ('r', 'p') and not c.relispartition
        and n.nspname || '.' || c.relname <> all(${leftOut})
        and coalesce(obj_description(c.oid, 'pg_class'), '') not like 'not in backups:%'
      order by n.nspname, c.relname`,
  );
  return inOrderOfReference(tables);
}

/** The weeks that exist of every table that is partitioned by week. */
export async function listPartitions(client: pg.ClientBase, schemas: string[]): Promise<BackupPartition[]> {
  return rowsOf<BackupPartition>(
    client,
    sql`
      select n.nspname as schema, p.relname as table, right(c.relname, 8) as monday
      from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
        join pg_class p on p.oid = i.inhparent
        join pg_namespace n on n.oid = p.relnamespace
      where n.nspname = any(${schemas}) and p.relkind = 'p' and c.relname ~ '_[0-9]{8}$'
      order by 1, 2, 3`,
  );
}

/** Where the sequences stand: never below what a snapshot taken before sees of their numbers. */
export async function listSequences(client: pg.ClientBase, schemas: string[]): Promise<BackupSequence[]> {
  return rowsOf<BackupSequence>(
    client,
    sql`
      select schemaname as schema, sequencename as name, last_value::float8 as "lastValue"
      from pg_sequences where schemaname = any(${schemas}) order by 1, 2`,
  );
}

/** The valid indexes that no constraint brings along. */
export async function listIndexes(client: pg.ClientBase, schemas: string[]): Promise<BackupIndex[]> {
  return rowsOf<BackupIndex>(
    client,
    sql`
      select n.nspname as schema, c.relname as name, pg_get_indexdef(c.oid) as definition
      from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any(${schemas}) and i.indisvalid and not c.relispartition
        and not exists (select from pg_constraint k where k.conindid = c.oid)
      order by 1, 2`,
  );
}

/** Which of Millrace's schemas are there. */
export async function presentSchemas(client: pg.ClientBase, schemas: string[]): Promise<string[]> {
  const rows = await rowsOf<{ name: string }>(
    client,
    sql`select nspname as name from pg_namespace where nspname = any(${schemas}) order by 1`,
  );
  return rows.map((row) => row.name);
}

function inOrderOfReference(tables: (BackupTable & { refersTo: string[] })[]): BackupTable[] {
  const ordered: BackupTable[] = [];
  const placed = new Set<string>();
  let waiting = tables;
  while (waiting.length > 0) {
    const free = waiting.filter((table) => table.refersTo.every((other) => placed.has(other)));
    if (free.length === 0) throw new Error("the tables refer to each other in a circle");
    for (const { schema, name, columns } of free) {
      ordered.push({ schema, name, columns });
      placed.add(`${schema}.${name}`);
    }
    waiting = waiting.filter((table) => !placed.has(tableKey(table)));
  }
  return ordered;
}
