import type { Queryable } from "../../kit/database.ts";
import { gatherRows } from "../../kit/gathered-rows.ts";
import { sql } from "../../kit/sql.ts";

/** Which jobs to look for: of a tenant, with the same needs. */
export interface Line {
  queueId: string;
  tenantId: string;
  needs: string;
  wanted: number;
}

export interface PickedRow {
  /** The line's name. */
  queueId: string;
  id: string;
  tenantId: string;
  packageId: string;
  needs: string;
  priority: number;
  position: number;
  leaseNumber: number;
}

/** Locks the next jobs of each level, in their order, passing over those that another node is handing out. */
export async function pickAfter(
  tx: Queryable,
  levels: readonly (Line & { priority: number; after: number })[],
): Promise<PickedRow[]> {
  return tx.query<PickedRow>(sql`
    select l."queueId", j.id, l."tenantId", j.package_id as "packageId", l.needs, j.priority, j.position,
      j.lease_number as "leaseNumber"
    from json_to_recordset(${JSON.stringify(levels)}::json) as l
      ("queueId" text, "tenantId" text, needs text, priority int, after bigint, wanted int)
    cross join lateral (
      select id, package_id, priority, position, lease_number from jobs.jobs
      where tenant_id = l."tenantId" and needs = l.needs and priority = l.priority and position > l.after
      order by position
      limit l.wanted
      for update skip locked
    ) j`);
}

/** The same from the very front: finds levels not known yet and what was passed over. */
export async function pickFromFront(tx: Queryable, lines: readonly Line[]): Promise<PickedRow[]> {
  return tx.query<PickedRow>(sql`
    select l."queueId", j.id, l."tenantId", j.package_id as "packageId", l.needs, j.priority, j.position,
      j.lease_number as "leaseNumber"
    from json_to_recordset(${JSON.stringify(lines)}::json) as l
      ("queueId" text, "tenantId" text, needs text, wanted int)
    cross join lateral (
      select id, package_id, priority, position, lease_number from jobs.jobs
      where tenant_id = l."tenantId" and needs = l.needs and position is not null
      order by priority desc, position
      limit l.wanted
      for update skip locked
    ) j`);
}

/** The different needs of the jobs that wait, of each tenant; one look at the index for each. */
export async function listWaitingNeeds(
  database: Queryable,
  tenantIds: readonly string[],
  needsMax: number,
): Promise<{ tenantId: string; needs: string }[]> {
  return database.query<{ tenantId: string; needs: string }>(sql`
    select t.tenant_id as "tenantId", n.needs
    from unnest(${tenantIds}::text[]) as t (tenant_id)
    cross join lateral (
      with recursive steps as (
        (select needs from jobs.jobs where tenant_id = t.tenant_id and position is not null
         order by needs limit 1)
        union all
        select next.needs from steps s cross join lateral (
          select needs from jobs.jobs
          where tenant_id = t.tenant_id and needs > s.needs and position is not null
          order by needs limit 1
        ) next
      )
      select needs from steps limit ${needsMax}
    ) n`);
}

export interface HandedRow {
  id: string;
  tenantId: string;
  needs: string;
  runnerId: string;
  runnerName: string;
  sessionId: string;
}

const handedFields = {
  shared: ["tenantId", "needs", "runnerId", "runnerName", "sessionId"],
  own: ["id"],
} as const;

/** A job as it was handed out: what its runner gets, and what an end is decided by. */
export interface AssignedRow {
  id: string;
  tenantId: string;
  packageId: string;
  packageName: string;
  packageVersion: string;
  packageDigest: string;
  packageFileId: string;
  function: string | null;
  needs: string;
  attempts: number;
  attemptsMax: number;
  acquired: number;
  leaseNumber: number;
  leaseMs: number;
  runnerId: string;
  sessionId: string;
  timeoutMs: number;
  input: unknown;
  environment: Record<string, string> | null;
  secrets: string | null;
  hasFiles: boolean;
  idempotencyKey: string | null;
  traceparent: string | null;
  logLines: number;
  logBytes: number;
}

/** Hands the locked jobs to their runners: a new lease number, a lease by the database's clock. */
export async function handOut(tx: Queryable, rows: readonly HandedRow[]): Promise<AssignedRow[]> {
  return tx.query<AssignedRow>(sql`
    with groups as (
      select * from json_to_recordset(${gatherRows(rows, handedFields)}::json) as g
        ("tenantId" text, needs text, "runnerId" text, "runnerName" text, "sessionId" text, id text[])
    ), counted as (
      insert into jobs.count_changes (tenant_id, needs, state, jobs)
      select "tenantId", needs, s.state, sum(s.sign * cardinality(id))
      from groups cross join lateral (values ('waiting', -1), ('held', 1)) as s (state, sign)
      group by "tenantId", needs, s.state
    )
    update jobs.jobs j
    set state = 'assigned', position = null, acquired = acquired + 1, lease_number = lease_number + 1,
      lease_until = now() + make_interval(secs => lease_ms / 1000.0), runner_id = m."runnerId",
      runner_name = m."runnerName", session_id = m."sessionId", assigned_at = now(), started_at = null, progress = null
    from (select "runnerId", "runnerName", "sessionId", unnest(id) as id from groups) m
    where j.id = m.id
    returning j.id, tenant_id as "tenantId", package_id as "packageId", package_name as "packageName",
      package_version as "packageVersion", package_digest as "packageDigest", package_file_id as "packageFileId",
      function, needs, attempts, attempts_max as "attemptsMax", acquired, lease_number as "leaseNumber",
      lease_ms as "leaseMs", runner_id as "runnerId", session_id as "sessionId", timeout_ms as "timeoutMs", input,
      environment, secrets, has_files as "hasFiles", idempotency_key as "idempotencyKey", traceparent,
      log_lines as "logLines", log_bytes as "logBytes"`);
}
