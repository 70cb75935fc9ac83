import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import type { PlacedRow } from "./submit-store.ts";

/** Jobs whose pause is over take their place among those that wait. */
export async function releaseDue(tx: Queryable, limit: number): Promise<PlacedRow[]> {
  return tx.query<PlacedRow>(sql`
    with due as (
      select id from jobs.jobs
      where due_at <= now()
      order by due_at
      limit ${limit}
      for update skip locked
    )
    update jobs.jobs j set due_at = null, position = nextval('jobs.positions')
    from due
    where j.id = due.id
    returning j.tenant_id as "tenantId", j.needs, j.priority, j.position`);
}

/** Forgets idempotency keys past their time. */
export async function forgetKeys(database: Queryable, keepDays: number, limit: number): Promise<number> {
  const rows = await database.query(sql`
    delete from jobs.idempotency_keys
    where (tenant_id, key) in (
      select tenant_id, key from jobs.idempotency_keys
      where created_at < now() - make_interval(days => ${keepDays})
      limit ${limit}
    )
    returning key`);
  return rows.length;
}

/** Forgets late results past their time. */
export async function forgetLate(database: Queryable, keepDays: number, limit: number): Promise<number> {
  const rows = await database.query(sql`
    delete from jobs.late_results
    where (job_id, lease_number, runner_id) in (
      select job_id, lease_number, runner_id from jobs.late_results
      where at < now() - make_interval(days => ${keepDays})
      limit ${limit}
    )
    returning job_id`);
  return rows.length;
}

/** Jobs with files that are older than `keepDays`. */
export async function listPastKeeping(
  database: Queryable,
  keepDays: number,
  limit: number,
): Promise<string[]> {
  const rows = await database.query<{ id: string }>(sql`
    select id from jobs.ended_jobs
    where has_files and ended_at < date_trunc('week', now() - make_interval(days => ${keepDays}))
    limit ${limit}`);
  return rows.map(({ id }) => id);
}

/** The files of these ended jobs are let go of. */
export async function noteWithoutFiles(tx: Queryable, ids: readonly string[]): Promise<void> {
  await tx.query(sql`update jobs.ended_jobs set has_files = false where id = any (${ids}::text[])`);
}

/** Makes the coming weeks' partitions and drops the weeks that are older than `keepDays`. */
export async function turnPartitions(tx: Queryable, keepDays: number): Promise<void> {
  await tx.query(sql`select kit.make_weekly_partitions('jobs.ended_jobs', 4)`);
  await tx.query(sql`select kit.make_weekly_partitions('jobs.log_batches', 4)`);
  await tx.query(sql`
    delete from jobs.ended_jobs_default
    where ended_at < date_trunc('week', now() - make_interval(days => ${keepDays}))`);
  await tx.query(sql`
    delete from jobs.log_batches_default
    where at < date_trunc('week', now() - make_interval(days => ${keepDays}))`);
  await tx.query(sql`
    select kit.drop_weekly_partitions('jobs.ended_jobs',
      date_trunc('week', now() - make_interval(days => ${keepDays})))`);
  await tx.query(sql`
    select kit.drop_weekly_partitions('jobs.log_batches',
      date_trunc('week', now() - make_interval(days => ${keepDays})))`);
}

/** Folds the changes into the sums; sums that came to nothing go. */
export async function foldCounts(tx: Queryable, limit: number): Promise<number> {
  const rows = await tx.query<{ folded: number }>(sql`
    with taken as (
      delete from jobs.count_changes
      where ctid = any (array(select ctid from jobs.count_changes limit ${limit} for update skip locked))
      returning tenant_id, needs, state, jobs
    ), sums as (
      select tenant_id, needs, state, sum(jobs) as jobs, count(*) as rows from taken group by tenant_id, needs, state
    ), folded as (
      insert into jobs.counts as c (tenant_id, needs, state, jobs)
      select tenant_id, needs, state, jobs from sums order by tenant_id, needs, state
      on conflict (tenant_id, needs, state) do update set jobs = c.jobs + excluded.jobs
    )
    select coalesce(sum(rows), 0)::int as folded from sums`);
  return rows[0]!.folded;
}

export interface CountRow {
  tenantId: string;
  needs: string;
  waiting: number;
  held: number;
}

/** How many jobs wait and are held, by what they need, changes included. */
export async function countJobs(database: Queryable, limit: number): Promise<CountRow[]> {
  return database.query<CountRow>(sql`
    select tenant_id as "tenantId", needs, coalesce(sum(jobs) filter (where state = 'waiting'), 0)::bigint as waiting,
      coalesce(sum(jobs) filter (where state = 'held'), 0)::bigint as held
    from (
      select tenant_id, needs, state, jobs from jobs.counts
      union all
      select tenant_id, needs, state, jobs from jobs.count_changes
    ) c
    group by tenant_id, needs
    order by tenant_id, needs
    limit ${limit}`);
}

/** How long the job at the head of each level has waited, in seconds: of each line the longest. */
export async function oldestWaiting(
  database: Queryable,
  lines: readonly { tenantId: string; needs: string }[],
): Promise<{ tenantId: string; needs: string; seconds: number }[]> {
  return database.query<{ tenantId: string; needs: string; seconds: number }>(sql`
    select l."tenantId", l.needs, extract(epoch from now() - o.oldest)::float8 as seconds
    from json_to_recordset(${JSON.stringify(lines)}::json) as l ("tenantId" text, needs text)
    cross join lateral (
      with recursive levels as (
        (select priority, created_at from jobs.jobs
         where tenant_id = l."tenantId" and needs = l.needs and position is not null
         order by priority desc, position limit 1)
        union all
        select n.priority, n.created_at from levels v cross join lateral (
          select priority, created_at from jobs.jobs
          where tenant_id = l."tenantId" and needs = l.needs and position is not null and priority < v.priority
          order by priority desc, position limit 1
        ) n
      )
      select min(created_at) as oldest from levels
    ) o
    where o.oldest is not null`);
}

export interface HeadRow {
  id: string;
  packageId: string;
  tenantId: string;
  needs: string;
  /** How many wait in its line. */
  waiting: number;
}

/** The job at the head of each line, where it has waited for so long. */
export async function listHeads(
  database: Queryable,
  lines: readonly { tenantId: string; needs: string; waiting: number }[],
  seconds: number,
): Promise<HeadRow[]> {
  return database.query<HeadRow>(sql`
    select j.id, j.package_id as "packageId", l."tenantId", l.needs, l.waiting
    from json_to_recordset(${JSON.stringify(lines)}::json) as l ("tenantId" text, needs text, waiting bigint)
    cross join lateral (
      select id, package_id, created_at from jobs.jobs
      where tenant_id = l."tenantId" and needs = l.needs and position is not null
      order by priority desc, position
      limit 1
    ) j
    where j.created_at < now() - make_interval(secs => ${seconds})`);
}
