import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import { topics } from "./model.ts";

/** Makes the coming weeks' partitions. */
export async function makePartitions(database: Queryable): Promise<void> {
  await database.query(sql`select kit.make_weekly_partitions('events.events', 4)`);
}

/**
 * Drops the partitions older than `keepDays`, once it is written down what they held: a reader that looks for it there
 * sees either the facts or that they are gone. Answers how many were dropped.
 */
export async function dropPartitions(tx: Queryable, keepDays: number): Promise<number> {
  await tx.query(sql`
    insert into events.dropped (topic, xact, dropped_in)
    select t.topic, e.xact, pg_current_xact_id() from unnest(${topics}::text[]) as t (topic)
    cross join lateral (
      select v.xact from events.events v
      where v.topic = t.topic and v.at < date_trunc('week', now() - make_interval(days => ${keepDays}), 'UTC')
      order by v.xact desc limit 1
    ) e
    on conflict (topic) do update set xact = excluded.xact, dropped_in = excluded.dropped_in
      where excluded.xact > dropped.xact`);
  const rows = await tx.query<{ dropped: number }>(sql`
    select kit.drop_weekly_partitions('events.events', now() - make_interval(days => ${keepDays})) as dropped`);
  return rows[0]!.dropped;
}
