-- The ground: who leads which task, and the role that reads for callers under row-level security.

create table kit.leaders (
  task text primary key,
  node_id text not null,
  term bigint not null,
  lease_until timestamptz not null
);

-- The role may have been made before by somebody with the right to; then it is enough to be allowed to take it.
do $$
begin
  if not exists (select from pg_roles where rolname = 'millrace_reader') then
    create role millrace_reader nologin;
  end if;
exception
  when duplicate_object or unique_violation then null;
end
$$;

do $$
declare
  may_take_it boolean;
begin
  if current_setting('server_version_num')::int >= 160000 then
    may_take_it := pg_has_role(current_user, 'millrace_reader', 'set');
  else
    may_take_it := pg_has_role(current_user, 'millrace_reader', 'member');
  end if;
  if not may_take_it then
    execute format('grant millrace_reader to %I', current_user);
  end if;
end
$$;

-- Weekly partitions, for tables whose old rows leave by dropping a partition. `parent` is partitioned by range on a
-- timestamptz; weeks begin on Monday, UTC. The table's default partition catches what no week covers.
create function kit.make_weekly_partitions(parent regclass, weeks_ahead int) returns int
language plpgsql as $$
declare
  week timestamptz := date_trunc('week', now() at time zone 'UTC') at time zone 'UTC';
  made int := 0;
  part text;
begin
  for n in 0..weeks_ahead loop
    part := format('%s_%s', parent, to_char((week + n * interval '7 days') at time zone 'UTC', 'YYYYMMDD'));
    if to_regclass(part) is null then
      execute format('create table %s partition of %s for values from (%L) to (%L)',
        part, parent, week + n * interval '7 days', week + (n + 1) * interval '7 days');
      made := made + 1;
    end if;
  end loop;
  return made;
end
$$;

-- Drops the weeks of `parent` that lie wholly before `cutoff`.
create function kit.drop_weekly_partitions(parent regclass, cutoff timestamptz) returns int
language plpgsql as $$
declare
  part record;
  dropped int := 0;
begin
  for part in
    select c.oid::regclass as name, to_timestamp(right(c.relname, 8), 'YYYYMMDD') as starts_at
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = parent and c.relname ~ '_\d{8}$'
  loop
    if part.starts_at + interval '7 days' <= cutoff then
      execute format('drop table %s', part.name);
      dropped := dropped + 1;
    end if;
  end loop;
  return dropped;
end
$$;
