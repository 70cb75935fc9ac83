-- What readers of the feed can no longer be told: where retention has come to, in the order that they read by.

create table events.dropped (
  topic text collate "C" primary key,
  xact xid8 not null
);

comment on table events.dropped is 'the newest transaction of each topic of which retention has dropped facts';

-- Whether facts that came after the snapshot were dropped: a dropped fact may have been unseen if its transaction is
-- not older than all that were open then. A snapshot that lies ahead is of another database, or of before a restore.
create function events.is_gone(of_topic text, done pg_snapshot) returns boolean
language sql stable as $$
  select exists (select from events.dropped d where d.topic = of_topic and d.xact >= pg_snapshot_xmin(done))
    or pg_snapshot_xmax(done) > pg_snapshot_xmax(pg_current_snapshot())
$$;
