-- Jobs: runs of a package's code by runners. Live ones in a small hot table, ended ones in weekly partitions.

create schema jobs;

-- Where a job stands among those that may be handed out. A retry takes a new place.
create sequence jobs.positions;

create table jobs.jobs (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  package_id text collate "C" not null,
  package_name text collate "C" not null,
  package_version text collate "C" not null,
  package_digest text collate "C" not null,
  package_file_id text collate "C" not null,
  function text collate "C",
  needs text collate "C" not null,
  state text collate "C" not null,
  priority int not null,
  position bigint,
  due_at timestamptz,
  attempts int not null,
  attempts_max int not null,
  acquired int not null,
  lease_number bigint not null,
  lease_ms int not null,
  lease_until timestamptz,
  runner_id text collate "C",
  runner_name text,
  session_id text collate "C",
  timeout_ms int not null,
  input jsonb not null,
  environment jsonb,
  secrets text,
  has_files boolean not null,
  idempotency_key text,
  traceparent text,
  progress jsonb,
  error jsonb,
  cancel_requested_at timestamptz,
  log_lines int not null default 0,
  log_bytes bigint not null default 0,
  from_job_id text collate "C",
  created_at timestamptz not null,
  created_by_id text collate "C" not null,
  created_by text not null,
  assigned_at timestamptz,
  started_at timestamptz,
  constraint state_is_a_live_one check (state in ('waiting', 'assigned', 'running')),
  constraint lease_iff_held check ((state <> 'waiting') = (lease_until is not null)),
  constraint runner_iff_held check ((state <> 'waiting') = (runner_id is not null and session_id is not null)),
  constraint what_waits_has_a_place_or_a_time
    check ((state = 'waiting') = ((position is not null) <> (due_at is not null))),
  constraint what_is_held_has_neither_place_nor_time
    check (state = 'waiting' or (position is null and due_at is null))
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.05);

-- The column order is the order of handing out; a job leaves this index when a runner gets it.
create index jobs_to_hand_out on jobs.jobs (tenant_id, needs, priority desc, position) where position is not null;
create index jobs_to_become_due on jobs.jobs (due_at) where due_at is not null;
create index jobs_whose_lease_runs_out on jobs.jobs (lease_until) where lease_until is not null;
create index jobs_of_a_runner on jobs.jobs (runner_id) where runner_id is not null;
create index jobs_to_cancel on jobs.jobs (session_id) where cancel_requested_at is not null;
create index jobs_of_a_tenant on jobs.jobs (tenant_id, id);
create index jobs_of_a_package on jobs.jobs (package_id, id);

create table jobs.ended_jobs (
  id text collate "C" not null,
  tenant_id text collate "C" not null,
  package_id text collate "C" not null,
  package_name text collate "C" not null,
  package_version text collate "C" not null,
  function text collate "C",
  needs text collate "C" not null,
  state text collate "C" not null,
  outcome text collate "C" not null,
  priority int not null,
  attempts int not null,
  attempts_max int not null,
  acquired int not null,
  lease_number bigint not null,
  lease_ms int not null,
  runner_id text collate "C",
  runner_name text,
  timeout_ms int not null,
  input jsonb not null,
  environment jsonb,
  had_secrets boolean not null,
  has_files boolean not null,
  progress jsonb,
  output jsonb,
  error jsonb,
  usage jsonb,
  log_lines int not null,
  log_bytes bigint not null,
  from_job_id text collate "C",
  created_at timestamptz not null,
  created_by_id text collate "C" not null,
  created_by text not null,
  assigned_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz not null,
  constraint state_is_a_final_one check (state in ('successful', 'failed', 'cancelled'))
) partition by range (ended_at);

comment on table jobs.ended_jobs is 'partitioned by week, retention drops partitions';

create table jobs.ended_jobs_default partition of jobs.ended_jobs default;
create index ended_jobs_by_id on jobs.ended_jobs (id);
create index ended_jobs_of_a_tenant on jobs.ended_jobs (tenant_id, id);
create index ended_jobs_of_a_package on jobs.ended_jobs (package_id, state, id);
select kit.make_weekly_partitions('jobs.ended_jobs', 4);

-- Results that came under a lease that was lost: evidence, which changes nothing.
create table jobs.late_results (
  job_id text collate "C" not null,
  lease_number bigint not null,
  tenant_id text collate "C" not null,
  runner_id text collate "C" not null,
  result jsonb not null,
  at timestamptz not null default now(),
  primary key (job_id, lease_number, runner_id)
);
create index late_results_to_forget on jobs.late_results (at);

-- What runs of a job said: batches of lines, the first line's number beside each.
create table jobs.log_batches (
  job_id text collate "C" not null,
  tenant_id text collate "C" not null,
  first_line int not null,
  line_count int not null,
  lines jsonb not null,
  at timestamptz not null default now()
) partition by range (at);

comment on table jobs.log_batches is 'append-only; partitioned by week, retention drops partitions';

create table jobs.log_batches_default partition of jobs.log_batches default;
create index log_batches_of_a_job on jobs.log_batches (job_id, first_line);
select kit.make_weekly_partitions('jobs.log_batches', 4);

create table jobs.idempotency_keys (
  tenant_id text collate "C" not null,
  key text collate "C" not null,
  job_id text collate "C" not null,
  digest text collate "C" not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, key)
);
create index idempotency_keys_to_forget on jobs.idempotency_keys (created_at);

-- The connection through which a runner holds its jobs: the newest of its newest start.
create table jobs.sessions (
  runner_id text collate "C" primary key,
  tenant_id text collate "C" not null,
  incarnation bigint not null,
  session_id text collate "C" not null,
  connected_at timestamptz not null default now(),
  constraint a_connection_is_of_one_runner unique (session_id)
);

-- Jobs alive by what they need: a folded sum, and the changes since. Writers only append, so none waits for another.
create table jobs.counts (
  tenant_id text collate "C" not null,
  needs text collate "C" not null,
  state text collate "C" not null,
  jobs bigint not null,
  primary key (tenant_id, needs, state)
);
create table jobs.count_changes (
  tenant_id text collate "C" not null,
  needs text collate "C" not null,
  state text collate "C" not null,
  jobs bigint not null,
  constraint state_is_counted check (state in ('waiting', 'held'))
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

alter table jobs.jobs enable row level security;
create policy jobs_of_the_callers_tenant on jobs.jobs
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
alter table jobs.ended_jobs enable row level security;
create policy ended_jobs_of_the_callers_tenant on jobs.ended_jobs
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
alter table jobs.late_results enable row level security;
create policy late_results_of_the_callers_tenant on jobs.late_results
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
alter table jobs.log_batches enable row level security;
create policy logs_of_the_callers_tenant on jobs.log_batches
  for select using (tenant_id = current_setting('millrace.tenant_id', true));

grant usage on schema jobs to millrace_reader;
grant select on jobs.jobs, jobs.ended_jobs, jobs.late_results, jobs.log_batches to millrace_reader;
