import type { Call } from "../../kit/call.ts";
import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import type { StartRun } from "./run-starter.ts";

/** A run that a trigger of a test started. */
export interface StartedRun {
  id: string;
  userId: string;
  workflow: string;
  input: unknown;
  key: string;
  trigger: string;
}

export async function createRuns(database: Queryable): Promise<void> {
  await database.query(sql`create schema if not exists started`);
  await database.query(sql`
    create table if not exists started.runs (id text, tenant_id text, user_id text, workflow text, input jsonb,
      key text, trigger text, unique (tenant_id, workflow, key))`);
}

/** Writes a run, or answers the one that has its key. */
export async function insertRun(
  tx: Queryable,
  { tenantId, userId }: Call,
  id: string,
  { workflow, input, idempotencyKey, startedBy }: StartRun,
): Promise<string> {
  const rows = await tx.query<{ id: string }>(sql`
    insert into started.runs values (${id}, ${tenantId}, ${userId}, ${workflow}, ${JSON.stringify(input)},
      ${idempotencyKey ?? id}, ${startedBy.name})
    on conflict (tenant_id, workflow, key) do update set key = excluded.key
    returning id`);
  return rows[0]!.id;
}

/** The runs that a trigger started, in order. */
export async function listRuns(database: Queryable, trigger: string): Promise<StartedRun[]> {
  return database.query<StartedRun>(sql`
    select id, user_id as "userId", workflow, input, key, trigger from started.runs
    where trigger = ${trigger} order by id`);
}

/** Plans the tick of a trigger, as if nobody had been there since. */
export async function planAt(database: Queryable, trigger: string, at: string): Promise<void> {
  await database.query(sql`update triggers.triggers set next_tick_at = ${at} where name = ${trigger}`);
}
