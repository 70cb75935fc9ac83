-- Triggers: what starts runs of workflows, and what became of their last firings.

create schema triggers;

create table triggers.triggers (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  name text collate "C" not null,
  description text not null default '',
  kind text collate "C" not null,
  -- As it was given: the fields of a form have an order.
  settings json not null,
  workflow text collate "C" not null,
  input text,
  acl jsonb not null,
  can_read text[] not null,
  cannot_read text[] not null,
  run_as_id text collate "C" not null,
  run_as_scopes text[],
  paused_at timestamptz,
  -- Of a schedule that is not paused: the tick that comes next.
  next_tick_at timestamptz,
  -- Of a webhook: the address behind the tenant's name.
  path text collate "C",
  version int not null default 0,
  created_at timestamptz not null default now(),
  created_by_id text collate "C" not null,
  modified_at timestamptz not null default now(),
  -- Of what listens to the feed: the topic, and what events must lie in, a collection or a queue's id.
  topic text collate "C",
  scope_id text collate "C",
  -- Facts from before this moment are not for it.
  active_since timestamptz not null default now(),
  constraint a_trigger_name_is_used_once_in_a_tenant unique (tenant_id, name),
  constraint a_path_leads_to_one_trigger unique (tenant_id, path),
  constraint nothing_paused_ticks check (paused_at is null or next_tick_at is null)
);
create index triggers_by_next_tick on triggers.triggers (next_tick_at) where next_tick_at is not null;
create index triggers_by_topic on triggers.triggers (topic, id) where topic is not null and paused_at is null;

create table triggers.firings (
  id text collate "C" primary key,
  trigger_id text collate "C" not null references triggers.triggers (id) on delete cascade,
  tenant_id text collate "C" not null,
  at timestamptz not null default now(),
  cause text not null,
  outcome text collate "C" not null,
  reason text not null default '',
  run_id text collate "C",
  facts jsonb,
  constraint outcome_is_known check (outcome in ('started', 'skipped', 'failed')),
  constraint a_run_iff_started check ((outcome = 'started') = (run_id is not null))
);
create index firings_of_a_trigger on triggers.firings (trigger_id, id desc);

-- Which events came from outside, by source and id. Kept for days.
create table triggers.signals (
  tenant_id text collate "C" not null,
  key text collate "C" not null,
  at timestamptz not null default now(),
  primary key (tenant_id, key)
);
create index signals_by_age on triggers.signals (at);

-- How far the feed was matched, by topic.
create table triggers.positions (
  topic text collate "C" primary key,
  position text not null
);

-- What names a firing for good, as its sender said it: what comes again under it starts nothing. Kept for days.
create table triggers.keys (
  trigger_id text collate "C" not null references triggers.triggers (id) on delete cascade,
  key text collate "C" not null,
  firing_id text collate "C" not null,
  at timestamptz not null default now(),
  primary key (trigger_id, key)
);
create index keys_by_age on triggers.keys (at);

alter table triggers.triggers enable row level security;
create policy triggers_of_the_callers_tenant on triggers.triggers
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
alter table triggers.firings enable row level security;
create policy firings_of_the_callers_tenant on triggers.firings
  for select using (tenant_id = current_setting('millrace.tenant_id', true));

grant usage on schema triggers to millrace_reader;
grant select on triggers.triggers, triggers.firings to millrace_reader;
