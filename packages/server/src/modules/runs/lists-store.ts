import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import type { Begun, Open, RunEntry, RunView, State } from "./model.ts";

/** A run as it is shown, with what its reason to wait is told from. */
export interface RunRow extends Omit<RunView, "waitingFor"> {
  open: Open;
  begun: Begun;
}

/** One run. */
export async function findRun(reader: Queryable, tenantId: string, id: string): Promise<RunRow | undefined> {
  const rows = await reader.query<RunRow>(sql`
    select id, workflow_name as workflow, workflow_id as "workflowId", version, state, input, output, error,
      correlation, started_by as "startedBy", run_as_id as "runAsId", run_as as "runAs", parent_id as "parentId",
      from_run_id as "fromRunId", created_at as "createdAt", ended_at as "endedAt", open, begun
    from runs.runs
    where tenant_id = ${tenantId} and id = ${id}`);
  return rows[0];
}

export interface ListFilter {
  tenantId: string;
  /** All workflows where the caller may see all; else those he may read, and the runs that act for him. */
  isAdmin: boolean;
  workflowIds: readonly string[];
  userId: string;
  /** One workflow alone; empty for all. */
  workflowId: string;
  states: readonly State[];
  /** Null for any. */
  correlation: string | null;
  createdFrom: string | null;
  createdUntil: string | null;
  /** Runs with a smaller id than this: the newest come first. */
  beforeId: string;
  limit: number;
}

/** Runs without what may be large, the newest first. */
export async function listRuns(reader: Queryable, filter: ListFilter): Promise<RunEntry[]> {
  return reader.query<RunEntry>(sql`
    select id, workflow_name as workflow, workflow_id as "workflowId", version, state, error, correlation,
      started_by as "startedBy", run_as_id as "runAsId", run_as as "runAs", parent_id as "parentId",
      from_run_id as "fromRunId", created_at as "createdAt", ended_at as "endedAt"
    from runs.runs
    where tenant_id = ${filter.tenantId} and id < ${filter.beforeId} and state = any (${filter.states}::text[])
      and (${filter.isAdmin} or workflow_id = any (${filter.workflowIds}::text[]) or run_as_id = ${filter.userId})
      and (${filter.workflowId} = '' or workflow_id = ${filter.workflowId})
      and (${filter.correlation}::text is null or correlation = ${filter.correlation})
      and created_at >= coalesce(${filter.createdFrom}::timestamptz, '-infinity')
      and created_at < coalesce(${filter.createdUntil}::timestamptz, 'infinity')
    order by id desc
    limit ${filter.limit}`);
}

/** Which of these have ended. */
export async function listEndedOf(database: Queryable, ids: readonly string[]): Promise<string[]> {
  const rows = await database.query<{ id: string }>(sql`
    select id from runs.runs where id = any (${ids}::text[]) and ended_at is not null`);
  return rows.map(({ id }) => id);
}

/** What a run has heard after a turn, turn by turn. */
export async function listHistory(
  reader: Queryable,
  tenantId: string,
  runId: string,
  afterTurn: number,
  limit: number,
): Promise<{ turn: number; events: unknown[]; commands: unknown[] }[]> {
  return reader.query(sql`
    select turn, events, commands from runs.history
    where tenant_id = ${tenantId} and run_id = ${runId} and turn > ${afterTurn}
    order by turn
    limit ${limit}`);
}
