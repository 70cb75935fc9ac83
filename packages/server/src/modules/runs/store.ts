import type { Json, WorkflowError } from "@millrace/workflow";
import type { Queryable } from "../../kit/database.ts";
import { violatedConstraint } from "../../kit/database-errors.ts";
import { sql } from "../../kit/sql.ts";
import type { Begun, Open, RunFacts, StartedBy, State } from "./model.ts";

/** The nodes that carry out commands. */
export const nodesTable = sql`runs.nodes`;

/** What a turn leaves of a run. */
interface Left {
  state: State;
  open: Open;
  hasCalls: boolean;
  /** Milliseconds since 1970; null where no timer is set. */
  wakeAtMs: number | null;
  output: Json | null;
  error: WorkflowError | null;
  /** For how long it is kept; null while it goes on. */
  keepMs: number | null;
  commands: readonly unknown[];
}

/** A run about to be written with its first turn; ids are made by the writer. */
export interface NewRow extends RunFacts, Left {
  begun: Begun;
  input: Json;
  correlation: string | null;
  idempotencyKey: string | null;
  digest: string;
  startedBy: StartedBy;
  fromRunId: string | null;
}

/** One more turn of a run. */
export interface TurnRow extends Left {
  id: string;
  tenantId: string;
  /** Its number; that of the run as it was read, and one. */
  turn: number;
  events: readonly unknown[];
  /** The state as text, where it is time for one. */
  snapshot: string | null;
}

/** Writes runs that begin. */
export async function insertRuns(tx: Queryable, rows: readonly NewRow[]): Promise<void> {
  await tx.query(sql`
    with given as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as g
        (id text, "tenantId" text, "workflowId" text, "workflowName" text, version int, state text, begun jsonb,
         input json, output json, error json, correlation text, open jsonb, "hasCalls" boolean, "wakeAtMs" float8,
         "keepMs" float8, "parentId" text, "parentCommand" int, "parentWaits" boolean, "fromRunId" text,
         "startedBy" jsonb, "runAsId" text, "runAs" text, "runAsScopes" text[], commands json)
    ), kept as (
      insert into runs.history (run_id, turn, tenant_id, events, commands)
      select id, 0, "tenantId", '[]', commands from given
    )
    insert into runs.runs (id, tenant_id, workflow_id, workflow_name, version, state, turn, begun, input, output, error,
      correlation, open, has_calls, wake_at, parent_id, parent_command, parent_waits, from_run_id, started_by,
      run_as_id, run_as, run_as_scopes, created_at, ended_at, forget_at)
    select id, "tenantId", "workflowId", "workflowName", version, state, 0, begun, coalesce(input, 'null'),
      output,
      error,
      correlation, open, "hasCalls", to_timestamp("wakeAtMs" / 1000), "parentId", "parentCommand", "parentWaits",
      "fromRunId", "startedBy", "runAsId", "runAs", "runAsScopes", now(), case when "keepMs" is not null then now() end,
      now() + "keepMs" * interval '1 millisecond'
    from given`);
}

/**
 * Writes turns of runs; answers those whose run was as the turn has read it. The others change nothing; where `all` is
 * demanded, they make the statement fail.
 */
export async function writeTurns(tx: Queryable, rows: readonly TurnRow[], all: boolean): Promise<string[]> {
  const written = await tx.query<{ ids: string[] | null }>(sql`
    with given as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as g
        (id text, turn int, state text, open jsonb, "hasCalls" boolean, "wakeAtMs" float8, output json, error json,
         "keepMs" float8, snapshot text, events json, commands json)
    ), written as (
      update runs.runs r
      set turn = g.turn, state = g.state, open = g.open, has_calls = g."hasCalls",
        wake_at = to_timestamp(g."wakeAtMs" / 1000),
        output = case when g.state = 'completed' then g.output end,
        error = g.error,
        snapshot = coalesce(g.snapshot, r.snapshot),
        snapshot_turn = case when g.snapshot is null then r.snapshot_turn else g.turn end,
        ended_at = case when g."keepMs" is not null then now() end,
        forget_at = now() + g."keepMs" * interval '1 millisecond'
      from given g
      where r.id = g.id and r.turn = g.turn - 1 and r.ended_at is null
      returning r.id, r.tenant_id
    ), kept as (
      insert into runs.history (run_id, turn, tenant_id, events, commands)
      select w.id, g.turn, w.tenant_id, g.events, g.commands from written w join given g on g.id = w.id
    )
    select (select array_agg(id) from written) as ids
    from (select kit.demand(not ${all} or (select count(*) from written) = ${rows.length}, 'runs as read')) demanded`);
  return written[0]!.ids ?? [];
}

/** A run as it is stored, with what happened since its snapshot. */
export interface LoadedRow extends RunFacts {
  state: State;
  turn: number;
  begun: Begun;
  input: Json;
  open: Open;
  snapshot: string | null;
  snapshotTurn: number;
  /** The events of each turn after the snapshot, in order. */
  events: readonly (readonly unknown[])[] | null;
}

/** Runs that have not ended, to be carried on. */
export async function loadRuns(database: Queryable, ids: readonly string[]): Promise<LoadedRow[]> {
  return database.query<LoadedRow>(sql`
    select r.id, r.tenant_id as "tenantId", r.workflow_id as "workflowId", r.workflow_name as "workflowName", r.version,
      r.state, r.turn, r.begun, r.input, r.open, r.snapshot, r.snapshot_turn as "snapshotTurn",
      r.parent_id as "parentId", r.parent_command as "parentCommand", r.parent_waits as "parentWaits",
      r.run_as_id as "runAsId", r.run_as as "runAs", r.run_as_scopes as "runAsScopes", (
        select json_agg(h.events order by h.turn) from runs.history h
        where h.run_id = r.id and h.turn > r.snapshot_turn and h.turn <= r.turn
      ) as events
    from runs.runs r
    where r.id = any (${ids}::text[]) and r.ended_at is null`);
}

/** The commands that a run issued in these turns. */
export async function commandsOf(
  database: Queryable,
  runId: string,
  turns: readonly number[],
): Promise<unknown[]> {
  const rows = await database.query<{ commands: unknown[] }>(sql`
    select commands from runs.history where run_id = ${runId} and turn = any (${turns}::int[]) order by turn`);
  return rows.flatMap(({ commands }) => commands);
}

/** Runs of which a timer is due, those that have waited longest first, and the moment of the look. */
export async function listDue(database: Queryable, limit: number): Promise<{ id: string; nowMs: number }[]> {
  return database.query(sql`
    select id, (extract(epoch from now()) * 1000)::float8 as "nowMs" from runs.runs
    where wake_at <= now()
    order by wake_at
    limit ${limit}`);
}

/** Runs of which one of these nodes carries out a call. */
export async function listHeldBy(
  database: Queryable,
  nodeIds: readonly string[],
  afterId: string,
  limit: number,
): Promise<string[]> {
  const rows = await database.query<{ id: string }>(sql`
    select id from runs.runs
    where has_calls and id > ${afterId} and exists (
      select from jsonb_each(open -> 'calls') as c where c.value ->> 1 = any (${nodeIds}::text[])
    )
    order by id
    limit ${limit}`);
  return rows.map(({ id }) => id);
}

/** Children that have ended and whose parent has not written it down. */
export async function listUntold(database: Queryable, limit: number): Promise<EndedChild[]> {
  return database.query<EndedChild>(sql`
    select id, parent_id as "parentId", parent_command as "parentCommand", state, output, error from runs.runs
    where parent_waits and ended_at is not null
    order by ended_at
    limit ${limit}`);
}

export interface EndedChild {
  id: string;
  parentId: string;
  parentCommand: number;
  state: State;
  output: Json;
  error: WorkflowError | null;
}

/** The child that a command of a run has started, if it has. */
export async function findChild(
  database: Queryable,
  parentId: string,
  parentCommand: number,
): Promise<string | undefined> {
  const rows = await database.query<{ id: string }>(sql`
    select id from runs.runs where parent_id = ${parentId} and parent_command = ${parentCommand}`);
  return rows[0]?.id;
}

/** How many runs stand above this one, up to `max`. */
export async function levelOf(database: Queryable, runId: string, max: number): Promise<number> {
  const rows = await database.query<{ level: number }>(sql`
    with recursive above (id, level) as (
      select ${runId}::text collate "C", 0
      union all
      select r.parent_id, a.level + 1 from above a join runs.runs r on r.id = a.id
      where r.parent_id is not null and a.level < ${max}
    )
    select max(level)::int as level from above`);
  return rows[0]!.level;
}

/** Whether a write failed because the command has its child already. */
export function isChildTaken(error: unknown): boolean {
  return violatedConstraint(error) === "runs_of_a_parent";
}

/** Nobody waits for the end of these children any more. */
export async function noteTold(database: Queryable, ids: readonly string[]): Promise<void> {
  await database.query(
    sql`update runs.runs set parent_waits = false where id = any (${ids}::text[]) and parent_waits`,
  );
}

export interface KeyRow {
  tenantId: string;
  workflowId: string;
  key: string;
  runId: string;
  digest: string;
}

/** Takes idempotency keys; answers, for each key, the run it belongs to (an older one if it was taken before). */
export async function takeKeys(tx: Queryable, keys: readonly KeyRow[]): Promise<KeyRow[]> {
  const text = JSON.stringify(keys);
  await tx.query(sql`
    insert into runs.idempotency_keys (tenant_id, workflow_id, key, run_id, digest)
    select k."tenantId", k."workflowId", k.key, k."runId", k.digest
    from json_to_recordset(${text}::json) as k
      ("tenantId" text, "workflowId" text, key text, "runId" text, digest text)
    order by k."tenantId", k."workflowId", k.key
    on conflict do nothing`);
  return tx.query<KeyRow>(sql`
    select t.tenant_id as "tenantId", t.workflow_id as "workflowId", t.key, t.run_id as "runId", t.digest
    from json_to_recordset(${text}::json) as k ("tenantId" text, "workflowId" text, key text)
    join runs.idempotency_keys t
      on t.tenant_id = k."tenantId" and t.workflow_id = k."workflowId" and t.key = k.key`);
}

/** Whether runs of a workflow are under way. */
export async function hasLiveRuns(tx: Queryable, tenantId: string, workflowId: string): Promise<boolean> {
  const rows = await tx.query(sql`
    select id from runs.runs
    where tenant_id = ${tenantId} and workflow_id = ${workflowId} and ended_at is null
    limit 1`);
  return rows.length > 0;
}

/** Forgets runs whose time is over, with their history and keys; answers how many. */
export async function forget(tx: Queryable, limit: number): Promise<number> {
  const rows = await tx.query<{ id: string }>(sql`
    select id from runs.runs where forget_at <= now() order by forget_at limit ${limit} for update skip locked`);
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return 0;
  await tx.query(sql`delete from runs.history where run_id = any (${ids}::text[])`);
  await tx.query(sql`delete from runs.idempotency_keys where run_id = any (${ids}::text[])`);
  await tx.query(sql`delete from runs.runs where id = any (${ids}::text[])`);
  return ids.length;
}
