-- Facts about the platform, written in the transaction of what they tell of: the history and the source of audit.

create schema events;

create table events.events (
  seq bigint generated always as identity,
  xact xid8 not null default pg_current_xact_id(),
  at timestamptz not null default now(),
  tenant_id text collate "C" not null,
  topic text collate "C" not null,
  type text collate "C" not null,
  subject_id text collate "C" not null,
  scope_id text collate "C" not null,
  actor_id text collate "C" not null,
  actor_name text not null,
  request_id text not null,
  details jsonb
) partition by range (at);

comment on table events.events is 'append-only; partitioned by week, retention drops partitions';

create table events.events_default partition of events.events default;

create index events_to_feed on events.events (topic, xact, seq);
create index events_of_a_subject on events.events (subject_id, seq);

alter table events.events enable row level security;
create policy events_of_the_callers_tenant on events.events
  for select using (tenant_id = current_setting('millrace.tenant_id', true));

grant usage on schema events to millrace_reader;
grant select on events.events to millrace_reader;

select kit.make_weekly_partitions('events.events', 4);
