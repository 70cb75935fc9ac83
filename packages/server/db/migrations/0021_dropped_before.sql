-- A snapshot that sees the drop itself misses nothing of it: whatever was dropped had been committed by then, and who
-- was open at that snapshot, in this database or in another one of the cluster, had nothing in what was dropped.

alter table events.dropped add column dropped_in xid8 not null default pg_current_xact_id();
comment on column events.dropped.dropped_in is 'the transaction that dropped them';

create or replace function events.is_gone(of_topic text, done pg_snapshot) returns boolean
language sql stable as $$
  select exists (
      select from events.dropped d
      where d.topic = of_topic and d.xact >= pg_snapshot_xmin(done)
        and not pg_visible_in_snapshot(d.dropped_in, done)
    )
    or pg_snapshot_xmax(done) > pg_snapshot_xmax(pg_current_snapshot())
$$;
