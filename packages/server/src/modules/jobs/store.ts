import type { Queryable } from "../../kit/database.ts";
import { gatherRows } from "../../kit/gathered-rows.ts";
import { sql } from "../../kit/sql.ts";
import type { FinalState, Holding, JobError } from "./model.ts";
import type { JobResult } from "./runner-model.ts";
import type { PlacedRow } from "./submit-store.ts";

/** A job as a decision about it looks at it. */
export interface HeldRow extends Holding {
  id: string;
  tenantId: string;
  packageId: string;
  needs: string;
  acquired: number;
  leaseMs: number;
  runnerId: string | null;
  logLines: number;
  logBytes: number;
}

/** Locks live jobs for a decision, in one order for all who lock several. */
export async function lockLive(tx: Queryable, ids: readonly string[]): Promise<HeldRow[]> {
  return tx.query<HeldRow>(sql`
    select id, tenant_id as "tenantId", package_id as "packageId", needs, state, lease_number as "leaseNumber",
      session_id as "sessionId", attempts, attempts_max as "attemptsMax", acquired, lease_ms as "leaseMs",
      runner_id as "runnerId", cancel_requested_at is not null as "cancelRequested", null as outcome,
      log_lines as "logLines", log_bytes as "logBytes"
    from jobs.jobs
    where id = any (${ids}::text[])
    order by id
    for update`);
}

/** The same for the jobs that a runner holds. */
export async function lockOfRunner(tx: Queryable, tenantId: string, runnerId: string): Promise<HeldRow[]> {
  return tx.query<HeldRow>(sql`
    select id, tenant_id as "tenantId", package_id as "packageId", needs, state, lease_number as "leaseNumber",
      session_id as "sessionId", attempts, attempts_max as "attemptsMax", acquired, lease_ms as "leaseMs",
      runner_id as "runnerId", cancel_requested_at is not null as "cancelRequested", null as outcome,
      log_lines as "logLines", log_bytes as "logBytes"
    from jobs.jobs
    where runner_id = ${runnerId} and tenant_id = ${tenantId}
    order by id
    for update`);
}

/** The same for those whose lease has run out. */
export async function lockExpired(tx: Queryable, limit: number): Promise<HeldRow[]> {
  return tx.query<HeldRow>(sql`
    select id, tenant_id as "tenantId", package_id as "packageId", needs, state, lease_number as "leaseNumber",
      session_id as "sessionId", attempts, attempts_max as "attemptsMax", acquired, lease_ms as "leaseMs",
      runner_id as "runnerId", cancel_requested_at is not null as "cancelRequested", null as outcome,
      log_lines as "logLines", log_bytes as "logBytes"
    from jobs.jobs
    where lease_until < now()
    order by lease_until
    limit ${limit}
    for update skip locked`);
}

/** Ended jobs, for the answer to a result that is repeated or late. */
export async function findEnded(tx: Queryable, ids: readonly string[]): Promise<HeldRow[]> {
  return tx.query<HeldRow>(sql`
    select id, tenant_id as "tenantId", package_id as "packageId", needs, state, lease_number as "leaseNumber",
      null as "sessionId", attempts, attempts_max as "attemptsMax", acquired, lease_ms as "leaseMs",
      runner_id as "runnerId", false as "cancelRequested", outcome, log_lines as "logLines", log_bytes as "logBytes"
    from jobs.ended_jobs
    where id = any (${ids}::text[])`);
}

export interface EndedRow {
  id: string;
  tenantId: string;
  needs: string;
  /** Of the lease that ends with it, or that the last one had. */
  leaseNumber: number;
  /** Through which connection it was held; null: it waited. */
  sessionId: string | null;
  state: FinalState;
  outcome: string;
  attempts: number;
  output: unknown;
  error: JobError | null;
  usage: JobResult["usage"] | null;
  /** Whether it has files, those it ended with included. */
  addsFiles: boolean;
}

const endedFields = {
  shared: ["tenantId", "needs", "sessionId", "state", "outcome", "attempts", "addsFiles"],
  own: ["id", "leaseNumber", "output", "error", "usage"],
} as const;

/**
 * Moves jobs from the hot table to where ended ones lie; their secrets go. It fails (`isUnmetDemand`) when one of them
 * no longer stands as it was decided about, so that the commit may go out behind it.
 */
export async function endJobs(tx: Queryable, rows: readonly EndedRow[]): Promise<void> {
  await tx.query(sql`
    with groups as (
      select * from json_to_recordset(${gatherRows(rows, endedFields)}::json) as g
        ("tenantId" text, needs text, "sessionId" text, state text, outcome text, attempts int, "addsFiles" boolean,
         id text[], "leaseNumber" bigint[], output jsonb[], error jsonb[], usage jsonb[])
    ), counted as (
      insert into jobs.count_changes (tenant_id, needs, state, jobs)
      select "tenantId", needs, case when "sessionId" is null then 'waiting' else 'held' end, -sum(cardinality(id))
      from groups group by 1, 2, 3
    ), ended as (
      delete from jobs.jobs j
      using (
        select g.state, g.outcome, g.attempts, g."sessionId", g."addsFiles", o.*
        from groups g
        cross join lateral unnest(g.id, g."leaseNumber", g.output, g.error, g.usage)
          as o (id, lease_number, output, error, usage)
      ) m
      where j.id = m.id and j.lease_number = m.lease_number and j.session_id is not distinct from m."sessionId"
      returning j.*, m.state as final_state, m.outcome, m.attempts as attempts_made, m.output,
        m.error as final_error, m.usage, m."addsFiles" as adds_files
    ), moved as (
      insert into jobs.ended_jobs (id, tenant_id, package_id, package_name, package_version, function, needs, state,
        outcome, priority, attempts, attempts_max, acquired, lease_number, lease_ms, runner_id, runner_name, timeout_ms,
        input, environment, had_secrets, has_files, progress, output, error, usage, log_lines, log_bytes, from_job_id,
        created_at, created_by_id, created_by, assigned_at, started_at, ended_at)
      select id, tenant_id, package_id, package_name, package_version, function, needs, final_state, outcome, priority,
        attempts_made, attempts_max, acquired, lease_number, lease_ms, runner_id, runner_name, timeout_ms, input,
        environment, secrets is not null, has_files or adds_files, progress, output, nullif(final_error, 'null'),
        nullif(usage, 'null'), log_lines, log_bytes, from_job_id, created_at, created_by_id, created_by, assigned_at,
        coalesce(started_at, assigned_at), now()
      from ended
      returning id
    )
    select kit.demand((select count(*) from moved) = ${rows.length}, 'live jobs')`);
}

export interface RetryRow {
  id: string;
  /** Of the lease that ends with the attempt, and the connection that has it. */
  leaseNumber: number;
  sessionId: string | null;
  attempts: number;
  delayMs: number;
  error: JobError;
}

/** Sends jobs back for another attempt, after a pause. Fails as `endJobs` does, also where one is to be cancelled. */
export async function retryJobs(tx: Queryable, rows: readonly RetryRow[]): Promise<void> {
  await tx.query(sql`
    with members as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as m
        (id text, "leaseNumber" bigint, "sessionId" text, attempts int, "delayMs" float8, error jsonb)
    ), retried as (
      update jobs.jobs j
      set state = 'waiting', attempts = m.attempts, error = m.error, lease_until = null, runner_id = null,
        session_id = null, due_at = now() + make_interval(secs => m."delayMs" / 1000.0)
      from members m
      where j.id = m.id and j.lease_number = m."leaseNumber" and j.session_id = m."sessionId"
        and j.cancel_requested_at is null
      returning j.tenant_id, j.needs
    ), counted as (
      insert into jobs.count_changes (tenant_id, needs, state, jobs)
      select tenant_id, needs, c.state, c.sign * count(*)
      from retried cross join (values ('held', -1), ('waiting', 1)) as c (state, sign)
      group by tenant_id, needs, c.state, c.sign
    )
    select kit.demand((select count(*) from retried) = ${rows.length}, 'held jobs')`);
}

export interface ReturnRow {
  id: string;
  delayMs: number;
  /** Null: what was there stays. */
  error: JobError | null;
}

/** Gives locked jobs back to those that wait, no attempt counted; the number of their lease is good no more. */
export async function putBack(tx: Queryable, rows: readonly ReturnRow[]): Promise<PlacedRow[]> {
  const placed = await tx.query<PlacedRow & { position: number | null }>(sql`
    with members as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as m (id text, "delayMs" float8, error jsonb)
    ), back as (
      update jobs.jobs j
      set state = 'waiting', lease_number = lease_number + 1, lease_until = null, runner_id = null, session_id = null,
        error = coalesce(m.error, j.error),
        position = case when m."delayMs" <= 0 then nextval('jobs.positions') end,
        due_at = case when m."delayMs" > 0 then now() + make_interval(secs => m."delayMs" / 1000.0) end
      from members m
      where j.id = m.id and j.state <> 'waiting'
      returning j.tenant_id, j.needs, j.priority, j.position
    ), counted as (
      insert into jobs.count_changes (tenant_id, needs, state, jobs)
      select tenant_id, needs, c.state, c.sign * count(*)
      from back cross join (values ('held', -1), ('waiting', 1)) as c (state, sign)
      group by tenant_id, needs, c.state, c.sign
    )
    select tenant_id as "tenantId", needs, priority, position from back`);
  return placed.filter(({ position }) => position !== null);
}

export interface HolderRow {
  id: string;
  leaseNumber: number;
  sessionId: string;
}

/** Lengthens leases from now, each by the job's own time; answers those that were still good. */
export async function renewLeases(
  tx: Queryable,
  rows: readonly HolderRow[],
): Promise<{ id: string; leaseNumber: number; leaseUntil: string }[]> {
  return tx.query<{ id: string; leaseNumber: number; leaseUntil: string }>(sql`
    with held as (
      select j.id from jobs.jobs j
      join json_to_recordset(${JSON.stringify(rows)}::json) as m (id text, "leaseNumber" bigint, "sessionId" text)
        on j.id = m.id and j.lease_number = m."leaseNumber" and j.session_id = m."sessionId"
      order by j.id
      for update of j
    )
    update jobs.jobs j set lease_until = now() + make_interval(secs => j.lease_ms / 1000.0)
    from held where j.id = held.id
    returning j.id, j.lease_number as "leaseNumber", j.lease_until as "leaseUntil"`);
}

/** Gives locked jobs to the runner's next connection, with a fresh lease. */
export async function moveToSession(
  tx: Queryable,
  ids: readonly string[],
  sessionId: string,
): Promise<{ id: string; leaseUntil: string }[]> {
  return tx.query<{ id: string; leaseUntil: string }>(sql`
    update jobs.jobs
    set session_id = ${sessionId}, lease_until = now() + make_interval(secs => lease_ms / 1000.0)
    where id = any (${ids}::text[])
    returning id, lease_until as "leaseUntil"`);
}

export interface ProgressRow extends HolderRow {
  progress: Record<string, unknown> | null;
}

/** Notes that jobs run, and how far they are; who does not hold his any more changes nothing. */
export async function noteProgress(tx: Queryable, rows: readonly ProgressRow[]): Promise<void> {
  await tx.query(sql`
    update jobs.jobs j
    set state = 'running', started_at = coalesce(j.started_at, now()), progress = coalesce(m.progress, j.progress)
    from json_to_recordset(${JSON.stringify(rows)}::json) as m
      (id text, "leaseNumber" bigint, "sessionId" text, progress jsonb)
    where j.id = m.id and j.lease_number = m."leaseNumber" and j.session_id = m."sessionId"`);
}

export interface LateRow {
  jobId: string;
  leaseNumber: number;
  tenantId: string;
  runnerId: string;
  result: JobResult;
}

/** Keeps late results as evidence, one of each lease and runner; answers those that were not there. */
export async function keepLate(
  tx: Queryable,
  rows: readonly LateRow[],
): Promise<{ jobId: string; leaseNumber: number }[]> {
  return tx.query<{ jobId: string; leaseNumber: number }>(sql`
    insert into jobs.late_results (job_id, lease_number, tenant_id, runner_id, result)
    select m."jobId", m."leaseNumber", m."tenantId", m."runnerId", m.result
    from json_to_recordset(${JSON.stringify(rows)}::json) as m
      ("jobId" text, "leaseNumber" bigint, "tenantId" text, "runnerId" text, result jsonb)
    order by 1, 2, 4
    on conflict do nothing
    returning job_id as "jobId", lease_number as "leaseNumber"`);
}

/** Marks a held job as to be cancelled; its runner is told by the node that it is connected to. */
export async function requestCancel(tx: Queryable, id: string): Promise<void> {
  await tx.query(sql`
    update jobs.jobs set cancel_requested_at = coalesce(cancel_requested_at, now()) where id = ${id}`);
}

/** The jobs to be cancelled that are held through these connections. */
export async function listToCancel(
  database: Queryable,
  sessionIds: readonly string[],
  limit: number,
): Promise<HolderRow[]> {
  return database.query<HolderRow>(sql`
    select id, lease_number as "leaseNumber", session_id as "sessionId" from jobs.jobs
    where session_id = any (${sessionIds}::text[]) and cancel_requested_at is not null
    limit ${limit}`);
}
