import type { Queryable } from "../../kit/database.ts";
import { gatherRows } from "../../kit/gathered-rows.ts";
import { sql } from "../../kit/sql.ts";

/** A job about to be written; ids are made by the writer, times by the database. */
export interface NewRow {
  id: string;
  tenantId: string;
  packageId: string;
  packageName: string;
  packageVersion: string;
  packageDigest: string;
  packageFileId: string;
  function: string | null;
  needs: string;
  priority: number;
  attemptsMax: number;
  leaseMs: number;
  timeoutMs: number;
  input: unknown;
  environment: Record<string, string> | null;
  /** Sealed. */
  secrets: string | null;
  hasFiles: boolean;
  idempotencyKey: string | null;
  traceparent: string | null;
  fromJobId: string | null;
  createdById: string;
  createdBy: string;
}

/** A place at which a job waits for a runner. */
export interface PlacedRow {
  tenantId: string;
  needs: string;
  priority: number;
  position: number;
}

const newFields = {
  shared: [
    "tenantId",
    "packageId",
    "packageName",
    "packageVersion",
    "packageDigest",
    "packageFileId",
    "function",
    "needs",
    "priority",
    "attemptsMax",
    "leaseMs",
    "timeoutMs",
    "hasFiles",
    "createdById",
    "createdBy",
  ],
  own: ["id", "input", "environment", "secrets", "idempotencyKey", "traceparent", "fromJobId"],
} as const;

/** Writes new jobs; a runner may get them from the commit on. */
export async function insertJobs(tx: Queryable, rows: readonly NewRow[]): Promise<PlacedRow[]> {
  return tx.query<PlacedRow>(sql`
    with groups as (
      select * from json_to_recordset(${gatherRows(rows, newFields)}::json) as g
        ("tenantId" text, "packageId" text, "packageName" text, "packageVersion" text, "packageDigest" text,
         "packageFileId" text, function text, needs text, priority int, "attemptsMax" int, "leaseMs" int,
         "timeoutMs" int, "hasFiles" boolean, "createdById" text, "createdBy" text, id text[], input jsonb[],
         environment jsonb[], secrets text[], "idempotencyKey" text[], traceparent text[], "fromJobId" text[])
    ), counted as (
      insert into jobs.count_changes (tenant_id, needs, state, jobs)
      select "tenantId", needs, 'waiting', sum(cardinality(id)) from groups group by "tenantId", needs
    )
    insert into jobs.jobs (id, tenant_id, package_id, package_name, package_version, package_digest, package_file_id,
      function, needs, state, priority, position, attempts, attempts_max, acquired, lease_number, lease_ms, timeout_ms,
      input, environment, secrets, has_files, idempotency_key, traceparent, from_job_id, created_at, created_by_id,
      created_by)
    select m.id, "tenantId", "packageId", "packageName", "packageVersion", "packageDigest", "packageFileId", function,
      needs, 'waiting', priority, nextval('jobs.positions'), 0, "attemptsMax", 0, 0, "leaseMs", "timeoutMs", m.input,
      m.environment, m.secrets, "hasFiles", m.idempotency_key, m.traceparent, m.from_job_id, now(),
      "createdById", "createdBy"
    from groups g
    cross join lateral unnest(g.id, g.input, g.environment, g.secrets, g."idempotencyKey", g.traceparent,
      g."fromJobId") as m (id, input, environment, secrets, idempotency_key, traceparent, from_job_id)
    returning tenant_id as "tenantId", needs, priority, position`);
}

export interface KeyRow {
  tenantId: string;
  key: string;
  jobId: string;
  digest: string;
}

/** Takes idempotency keys; answers, for each key, the job it belongs to (an older one if it was taken before). */
export async function takeKeys(tx: Queryable, keys: readonly KeyRow[]): Promise<KeyRow[]> {
  const text = JSON.stringify(keys);
  await tx.query(sql`
    insert into jobs.idempotency_keys (tenant_id, key, job_id, digest)
    select k."tenantId", k.key, k."jobId", k.digest
    from json_to_recordset(${text}::json) as k ("tenantId" text, key text, "jobId" text, digest text)
    order by k."tenantId", k.key
    on conflict do nothing`);
  return tx.query<KeyRow>(sql`
    select t.tenant_id as "tenantId", t.key, t.job_id as "jobId", t.digest
    from json_to_recordset(${text}::json) as k ("tenantId" text, key text)
    join jobs.idempotency_keys t on t.tenant_id = k."tenantId" and t.key = k.key`);
}

/** Whether jobs of a package wait or run. */
export async function hasLiveJobs(tx: Queryable, packageId: string): Promise<boolean> {
  const rows = await tx.query(
    sql`select id from jobs.jobs where package_id = ${packageId} order by id limit 1`,
  );
  return rows.length > 0;
}
