import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import type { Job, State } from "./model.ts";

/** A job as it is stored, with what decides who may see it. */
export interface JobRow extends Omit<Job, "tags" | "runtime"> {
  packageId: string;
  needs: string;
  priority: number;
  environment: Record<string, string> | null;
  hadSecrets: boolean;
  hasFiles: boolean;
}

/** One job, live or ended. */
export async function findJob(reader: Queryable, tenantId: string, id: string): Promise<JobRow | undefined> {
  const rows = await reader.query<JobRow>(sql`
    select id, package_id as "packageId", package_name as package, package_version as "packageVersion", function, needs,
      state, priority, attempts, attempts_max as "attemptsMax", acquired, lease_number as "leaseNumber",
      lease_until as "leaseUntil", runner_id as "runnerId", runner_name as runner, timeout_ms as "timeoutMs", input,
      null::jsonb as output, error, progress, null::jsonb as usage, log_lines as "logLines", due_at as "dueAt",
      cancel_requested_at as "cancelRequestedAt", environment, secrets is not null as "hadSecrets",
      has_files as "hasFiles", from_job_id as "fromJobId", created_at as "createdAt", created_by_id as "createdById",
      created_by as "createdBy", assigned_at as "assignedAt", started_at as "startedAt", null::timestamptz as "endedAt"
    from jobs.jobs
    where tenant_id = ${tenantId} and id = ${id}
    union all
    select id, package_id, package_name, package_version, function, needs, state, priority, attempts, attempts_max,
      acquired, lease_number, null, runner_id, runner_name, timeout_ms, input, output, error, progress, usage,
      log_lines, null, null, environment, had_secrets, has_files, from_job_id, created_at, created_by_id, created_by,
      assigned_at, started_at, ended_at
    from jobs.ended_jobs
    where tenant_id = ${tenantId} and id = ${id}
    limit 1`);
  return rows[0];
}

export interface ListFilter {
  tenantId: string;
  /** All packages where the caller may see all; else those he may read, and his own jobs whatever they run. */
  isAdmin: boolean;
  packageIds: readonly string[];
  userId: string;
  /** One package alone; empty for all. */
  packageId: string;
  /** Empty for all. */
  function: string;
  states: readonly State[];
  /** Created within these; null for no bound. */
  createdFrom: string | null;
  createdUntil: string | null;
  /** Jobs with a smaller id than this: the newest come first. */
  beforeId: string;
  limit: number;
}

/** Live jobs, the newest first. */
export async function listLive(reader: Queryable, filter: ListFilter): Promise<JobRow[]> {
  return reader.query<JobRow>(sql`
    select id, package_id as "packageId", package_name as package, package_version as "packageVersion", function, needs,
      state, priority, attempts, attempts_max as "attemptsMax", acquired, lease_number as "leaseNumber",
      lease_until as "leaseUntil", runner_id as "runnerId", runner_name as runner, timeout_ms as "timeoutMs", input,
      null::jsonb as output, error, progress, null::jsonb as usage, log_lines as "logLines", due_at as "dueAt",
      cancel_requested_at as "cancelRequestedAt", environment, secrets is not null as "hadSecrets",
      has_files as "hasFiles", from_job_id as "fromJobId", created_at as "createdAt", created_by_id as "createdById",
      created_by as "createdBy", assigned_at as "assignedAt", started_at as "startedAt", null::timestamptz as "endedAt"
    from jobs.jobs
    where tenant_id = ${filter.tenantId} and id < ${filter.beforeId} and state = any (${filter.states}::text[])
      and (${filter.isAdmin} or package_id = any (${filter.packageIds}::text[]) or created_by_id = ${filter.userId})
      and (${filter.packageId} = '' or package_id = ${filter.packageId})
      and (${filter.function} = '' or function = ${filter.function})
      and created_at >= coalesce(${filter.createdFrom}::timestamptz, '-infinity')
      and created_at < coalesce(${filter.createdUntil}::timestamptz, 'infinity')
    order by id desc
    limit ${filter.limit}`);
}

/** Ended jobs, the newest first. */
export async function listEnded(reader: Queryable, filter: ListFilter): Promise<JobRow[]> {
  return reader.query<JobRow>(sql`
    select id, package_id as "packageId", package_name as package, package_version as "packageVersion", function, needs,
      state, priority, attempts, attempts_max as "attemptsMax", acquired, lease_number as "leaseNumber",
      null as "leaseUntil", runner_id as "runnerId", runner_name as runner, timeout_ms as "timeoutMs", input, output,
      error, progress, usage, log_lines as "logLines", null as "dueAt", null as "cancelRequestedAt", environment,
      had_secrets as "hadSecrets", has_files as "hasFiles", from_job_id as "fromJobId", created_at as "createdAt",
      created_by_id as "createdById", created_by as "createdBy", assigned_at as "assignedAt", started_at as "startedAt",
      ended_at as "endedAt"
    from jobs.ended_jobs
    where tenant_id = ${filter.tenantId} and id < ${filter.beforeId} and state = any (${filter.states}::text[])
      and (${filter.isAdmin} or package_id = any (${filter.packageIds}::text[]) or created_by_id = ${filter.userId})
      and (${filter.packageId} = '' or package_id = ${filter.packageId})
      and (${filter.function} = '' or function = ${filter.function})
      and created_at >= coalesce(${filter.createdFrom}::timestamptz, '-infinity')
      and created_at < coalesce(${filter.createdUntil}::timestamptz, 'infinity')
    order by id desc
    limit ${filter.limit}`);
}

/** Which of these have ended. */
export async function listEndedOf(database: Queryable, ids: readonly string[]): Promise<string[]> {
  const rows = await database.query<{ id: string }>(sql`
    select id from jobs.ended_jobs where id = any (${ids}::text[])`);
  return rows.map(({ id }) => id);
}

/** The results of a job that came too late, in their order. */
export async function listLate(
  reader: Queryable,
  tenantId: string,
  jobId: string,
): Promise<{ leaseNumber: number; runnerId: string; result: unknown; at: string }[]> {
  return reader.query(sql`
    select lease_number as "leaseNumber", runner_id as "runnerId", result, at from jobs.late_results
    where tenant_id = ${tenantId} and job_id = ${jobId}
    order by lease_number, at`);
}
