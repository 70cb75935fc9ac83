import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";

export type AwaitedKind = "job" | "work_item";

export interface AwaitedRow {
  kind: AwaitedKind;
  subjectId: string;
  runId: string;
  command: number;
  tenantId: string;
}

/** Remembers that a command waits for an end; once, however often it is said. */
export async function insertAwaited(database: Queryable, row: AwaitedRow): Promise<void> {
  await database.query(sql`
    insert into runs.awaited (kind, subject_id, run_id, command, tenant_id)
    values (${row.kind}, ${row.subjectId}, ${row.runId}, ${row.command}, ${row.tenantId})
    on conflict do nothing`);
}

/** The commands that wait for one of these. */
export async function listAwaited(
  database: Queryable,
  kind: AwaitedKind,
  subjectIds: readonly string[],
): Promise<AwaitedRow[]> {
  return database.query<AwaitedRow>(sql`
    select kind, subject_id as "subjectId", run_id as "runId", command, tenant_id as "tenantId" from runs.awaited
    where kind = ${kind} and subject_id = any (${subjectIds}::text[])`);
}

export async function removeAwaited(database: Queryable, row: AwaitedRow): Promise<void> {
  await database.query(sql`
    delete from runs.awaited
    where kind = ${row.kind} and subject_id = ${row.subjectId} and run_id = ${row.runId} and command = ${row.command}`);
}

export interface ListenRow {
  runId: string;
  command: number;
  tenantId: string;
  filters: Record<string, unknown>[];
  since: string;
}

/** The listens of a tenant. */
export async function listListens(database: Queryable, tenantId: string): Promise<ListenRow[]> {
  return database.query<ListenRow>(sql`
    select run_id as "runId", command, tenant_id as "tenantId", filters, since from runs.listens
    where tenant_id = ${tenantId}`);
}

/** Writes listens that begin, and removes those that end. */
export async function changeListens(
  tx: Queryable,
  begun: readonly Omit<ListenRow, "since">[],
  ended: readonly { runId: string; command: number }[],
): Promise<void> {
  // Sent together: their commit may go out behind them.
  await Promise.all([
    begun.length === 0
      ? undefined
      : tx.query(sql`
          insert into runs.listens (run_id, command, tenant_id, filters)
          select "runId", command, "tenantId", filters
          from json_to_recordset(${JSON.stringify(begun)}::json) as g
            ("runId" text, command int, "tenantId" text, filters jsonb)`),
    ended.length === 0
      ? undefined
      : tx.query(sql`
          delete from runs.listens l
          using json_to_recordset(${JSON.stringify(ended)}::json) as g ("runId" text, command int)
          where l.run_id = g."runId" and l.command = g.command`),
  ]);
}

/** How far a feed was told to the runs. */
export async function findPosition(database: Queryable, topic: string): Promise<string | undefined> {
  const rows = await database.query<{ position: string }>(sql`
    select position from runs.positions where topic = ${topic}`);
  return rows[0]?.position;
}

export async function savePosition(database: Queryable, topic: string, position: string): Promise<void> {
  await database.query(sql`
    insert into runs.positions (topic, position) values (${topic}, ${position})
    on conflict (topic) do update set position = excluded.position`);
}
