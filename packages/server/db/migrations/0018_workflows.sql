-- Workflows: definitions in versions that never change, and their runs.

create schema workflows;

create table workflows.workflows (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  name text collate "C" not null,
  description text not null default '',
  acl jsonb not null,
  can_read text[] not null,
  cannot_read text[] not null,
  latest int not null,
  version int not null default 0,
  created_at timestamptz not null default now(),
  created_by_id text collate "C" not null,
  modified_at timestamptz not null default now(),
  constraint a_workflow_name_is_used_once_in_a_tenant unique (tenant_id, name)
);

create table workflows.versions (
  id text collate "C" primary key,
  workflow_id text collate "C" not null references workflows.workflows (id) on delete cascade,
  tenant_id text collate "C" not null,
  number int not null,
  name_of_author text not null,
  text text not null,
  digest text collate "C" not null,
  created_at timestamptz not null default now(),
  created_by_id text collate "C" not null,
  created_by text not null,
  constraint a_number_is_used_once_in_a_workflow unique (workflow_id, number)
);

alter table workflows.workflows enable row level security;
create policy workflows_of_the_callers_tenant on workflows.workflows
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
alter table workflows.versions enable row level security;
create policy versions_of_the_callers_tenant on workflows.versions
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
grant usage on schema workflows to millrace_reader;
grant select on workflows.workflows, workflows.versions to millrace_reader;

create schema runs;

-- A run, from its start until it is kept no more. `turn` counts what was written of it: who writes names the number
-- he has read, so that of two only one can.
create table runs.runs (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  workflow_id text collate "C" not null,
  workflow_name text collate "C" not null,
  version int not null,
  state text collate "C" not null,
  turn int not null,
  -- What a run decides upon from its beginning.
  begun jsonb not null,
  input json not null,
  output json,
  error json,
  correlation text collate "C",
  -- The commands that have not ended:
  -- { "calls": { id: [turn, node] }, "waits": { id: instant }, "listens": { id: [told lately] } }
  open jsonb not null,
  has_calls boolean not null,
  wake_at timestamptz,
  -- The run as it was after `snapshot_turn`; the events since then make it what it is.
  snapshot text,
  snapshot_turn int not null default 0,
  parent_id text collate "C",
  parent_command int,
  -- The end of a child is news for its parent, until the parent has written it down.
  parent_waits boolean not null default false,
  from_run_id text collate "C",
  started_by jsonb not null,
  run_as_id text collate "C" not null,
  run_as text not null,
  run_as_scopes text[],
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  forget_at timestamptz,
  constraint state_is_known check (state in ('running', 'suspended', 'completed', 'faulted', 'cancelled')),
  constraint ended_iff_over check ((state in ('completed', 'faulted', 'cancelled')) = (ended_at is not null)),
  constraint what_is_over_has_nothing_open
    check (ended_at is null or (not has_calls and wake_at is null and forget_at is not null))
) with (fillfactor = 80, autovacuum_vacuum_cost_delay = 0, autovacuum_vacuum_scale_factor = 0.02);

create index runs_of_a_tenant on runs.runs (tenant_id, id desc);
create index runs_of_a_workflow on runs.runs (workflow_id, id desc);
create index runs_to_wake on runs.runs (wake_at) where wake_at is not null;
create index runs_with_calls on runs.runs (id) where has_calls;
create index runs_under_way on runs.runs (tenant_id, workflow_id) where ended_at is null;
create index runs_by_correlation on runs.runs (tenant_id, correlation, id desc) where correlation is not null;
create unique index runs_of_a_parent on runs.runs (parent_id, parent_command) where parent_id is not null;
create index runs_whose_parent_waits on runs.runs (ended_at) where parent_waits and ended_at is not null;
create index runs_to_forget on runs.runs (forget_at) where forget_at is not null;

-- What a run has heard, turn by turn, and what it asked for then.
create table runs.history (
  run_id text collate "C" not null,
  turn int not null,
  tenant_id text collate "C" not null,
  events json not null,
  commands json not null,
  primary key (run_id, turn)
);

create table runs.idempotency_keys (
  tenant_id text collate "C" not null,
  workflow_id text collate "C" not null,
  key text collate "C" not null,
  run_id text collate "C" not null,
  digest text collate "C" not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, workflow_id, key)
);
create index keys_of_a_run on runs.idempotency_keys (run_id);

alter table runs.runs enable row level security;
create policy runs_of_the_callers_tenant on runs.runs
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
alter table runs.history enable row level security;
create policy history_of_the_callers_tenant on runs.history
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
grant usage on schema runs to millrace_reader;
grant select on runs.runs, runs.history to millrace_reader;

-- Nodes that carry out commands of runs: what a silent one had in hand goes to the others.
create table runs.nodes (
  id text collate "C" primary key,
  alive_until timestamptz not null,
  retired_at timestamptz
);

-- Commands that wait for the end of a job or of a work item.
create table runs.awaited (
  kind text collate "C" not null,
  subject_id text collate "C" not null,
  run_id text collate "C" not null,
  command int not null,
  tenant_id text collate "C" not null,
  primary key (kind, subject_id, run_id, command),
  constraint kind_is_known check (kind in ('job', 'work_item'))
);
create index awaited_of_a_run on runs.awaited (run_id);

-- Listens of runs, by the attributes that an event of interest has; an empty one takes any event.
create table runs.listens (
  run_id text collate "C" not null,
  command int not null,
  tenant_id text collate "C" not null,
  filters jsonb not null,
  since timestamptz not null default now(),
  primary key (run_id, command)
);
create index listens_of_a_tenant on runs.listens (tenant_id);

-- How far each feed has been told to the runs.
create table runs.positions (
  topic text collate "C" primary key,
  position text collate "C" not null
);
