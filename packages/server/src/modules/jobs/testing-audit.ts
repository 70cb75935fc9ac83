import type pg from "pg";
import { expect } from "vitest";

/** What must hold whatever ran: counts agree with jobs, no job is in two places, and each has ended at most once. */
export async function audit(watcher: pg.Client): Promise<void> {
  const wrong = await watcher.query(`
    with live as (
      select tenant_id, needs, case when state = 'waiting' then 'waiting' else 'held' end as state, count(*) as n
      from jobs.jobs group by 1, 2, 3
    ), counted as (
      select tenant_id, needs, state, sum(jobs) as n from
        (select * from jobs.counts union all select * from jobs.count_changes) c group by 1, 2, 3
    )
    select 'count' as what, coalesce(l.needs, c.needs) || ' ' || coalesce(l.state, c.state) as name
    from live l full join counted c using (tenant_id, needs, state)
    where coalesce(l.n, 0) <> coalesce(c.n, 0)
    union all
    select 'twice', id from (select id from jobs.jobs union all select id from jobs.ended_jobs) j
    group by id having count(*) > 1
    union all
    select 'ends', subject_id from events.events
    where topic = 'jobs' and type in ('job.successful', 'job.failed', 'job.cancelled')
    group by subject_id having count(*) > 1
    union all
    select 'no end', e.id from jobs.ended_jobs e
    where not exists (
      select from events.events v where v.subject_id = e.id and v.type = 'job.' || e.state
    )`);
  expect(wrong.rows).toEqual([]);
}

/** The lease numbers under which a job was handed out: they only grow, and none comes twice. */
export async function auditLeases(watcher: pg.Client): Promise<void> {
  const wrong = await watcher.query(`
    select subject_id, number, before from (
      select subject_id, (details ->> 'leaseNumber')::bigint as number,
        lag((details ->> 'leaseNumber')::bigint) over (partition by subject_id order by xact, seq) as before
      from events.events where topic = 'jobs' and type = 'job.assigned'
    ) a
    where before >= number`);
  expect(wrong.rows).toEqual([]);
}
