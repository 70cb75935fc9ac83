-- Queues of work items: what they are called, who may use them, how they retry.

create schema queues;

create table queues.queues (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  name text collate "C" not null,
  description text not null default '',
  acl jsonb not null,
  can_read text[] not null,
  cannot_read text[] not null,
  attempts_max int not null,
  backoff text not null,
  backoff_ms int not null,
  backoff_max_ms int not null,
  jitter real not null,
  lease_ms int not null,
  acquired_max int not null,
  concurrency_per_key int not null,
  keep_days int,
  success_queue_id text collate "C" references queues.queues (id),
  failed_queue_id text collate "C" references queues.queues (id),
  paused_at timestamptz,
  version int not null default 0,
  created_at timestamptz not null default now(),
  created_by_id text collate "C" not null,
  modified_at timestamptz not null default now(),
  constraint a_name_is_used_once_in_a_tenant unique (tenant_id, name),
  constraint at_least_one_attempt check (attempts_max >= 1),
  constraint backoff_is_known check (backoff in ('constant', 'exponential')),
  constraint jitter_is_a_share check (jitter between 0 and 1),
  constraint a_lease_lasts check (lease_ms >= 1000)
);

create index queues_that_lead_on_success on queues.queues (success_queue_id) where success_queue_id is not null;
create index queues_that_lead_on_failure on queues.queues (failed_queue_id) where failed_queue_id is not null;

alter table queues.queues enable row level security;
create policy queues_of_the_callers_tenant on queues.queues
  for select using (tenant_id = current_setting('millrace.tenant_id', true));

grant usage on schema queues to millrace_reader;
grant select on queues.queues to millrace_reader;
