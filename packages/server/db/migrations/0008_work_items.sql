-- Work items: live ones in a small hot table, ended ones in weekly partitions.

create schema work_items;

-- Where an item stands among those that may be claimed. A retry takes a new place.
create sequence work_items.positions;

create table work_items.work_items (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  queue_id text collate "C" not null,
  state text collate "C" not null,
  priority int not null,
  position bigint,
  due_at timestamptz,
  gate text collate "C",
  arrival bigint,
  admitted boolean not null,
  attempts int not null,
  acquired int not null,
  lease_number bigint not null,
  lease_until timestamptz,
  holder_id text collate "C",
  worker text,
  name text,
  payload jsonb not null,
  error jsonb,
  success_queue_id text collate "C",
  failed_queue_id text collate "C",
  from_item_id text collate "C",
  created_at timestamptz not null,
  created_by_id text collate "C" not null,
  claimed_at timestamptz,
  constraint state_is_a_live_one check (state in ('new', 'processing', 'retry')),
  constraint lease_iff_processing check ((state = 'processing') = (lease_until is not null)),
  constraint holder_iff_processing check ((state = 'processing') = (holder_id is not null)),
  constraint what_may_be_claimed_is_admitted_due_and_free
    check (position is null or (admitted and due_at is null and state <> 'processing')),
  constraint what_waits_for_nothing_may_be_claimed
    check (position is not null or state = 'processing' or due_at is not null or not admitted),
  constraint only_gated_items_wait_for_admission check (admitted or gate is not null)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.05);

-- The column order is the claim's order; an item leaves this index when it is claimed.
create index work_items_to_claim on work_items.work_items (queue_id, priority desc, position)
  where position is not null;
create index work_items_to_become_due on work_items.work_items (due_at) where due_at is not null;
create index work_items_whose_lease_runs_out on work_items.work_items (lease_until) where lease_until is not null;
create index work_items_waiting_at_a_gate on work_items.work_items (queue_id, gate, arrival)
  where gate is not null and not admitted;
create index work_items_of_a_queue on work_items.work_items (queue_id, id);

create table work_items.finished_items (
  id text collate "C" not null,
  tenant_id text collate "C" not null,
  queue_id text collate "C" not null,
  state text collate "C" not null,
  priority int not null,
  gate text collate "C",
  attempts int not null,
  acquired int not null,
  lease_number bigint not null,
  holder_id text collate "C",
  worker text,
  name text,
  payload jsonb not null,
  error jsonb,
  success_queue_id text collate "C",
  failed_queue_id text collate "C",
  from_item_id text collate "C",
  next_item_id text collate "C",
  created_at timestamptz not null,
  created_by_id text collate "C" not null,
  claimed_at timestamptz,
  finished_at timestamptz not null,
  constraint state_is_a_final_one check (state in ('successful', 'failed', 'abandoned'))
) partition by range (finished_at);

comment on table work_items.finished_items is 'partitioned by week, retention drops partitions';

create table work_items.finished_items_default partition of work_items.finished_items default;
create index finished_items_by_id on work_items.finished_items (id);
create index finished_items_of_a_queue on work_items.finished_items (queue_id, state, id);
select kit.make_weekly_partitions('work_items.finished_items', 4);

-- How many items of a key are admitted: the holders of an order key (one) or of a concurrency key (several).
create table work_items.gates (
  queue_id text collate "C" not null,
  gate text collate "C" not null,
  admitted int not null default 0,
  primary key (queue_id, gate),
  constraint admitted_is_not_negative check (admitted >= 0)
);

create table work_items.idempotency_keys (
  queue_id text collate "C" not null,
  key text collate "C" not null,
  item_id text collate "C" not null,
  digest text collate "C" not null,
  created_at timestamptz not null default now(),
  primary key (queue_id, key)
);
create index idempotency_keys_to_forget on work_items.idempotency_keys (created_at);

-- Counts per queue and state: a folded sum, and the changes since. Writers only append, so none waits for another.
create table work_items.counts (
  queue_id text collate "C" not null,
  state text collate "C" not null,
  items bigint not null,
  primary key (queue_id, state)
);
create table work_items.count_changes (
  queue_id text collate "C" not null,
  state text collate "C" not null,
  items bigint not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

alter table work_items.work_items enable row level security;
create policy items_of_the_callers_tenant on work_items.work_items
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
alter table work_items.finished_items enable row level security;
create policy finished_items_of_the_callers_tenant on work_items.finished_items
  for select using (tenant_id = current_setting('millrace.tenant_id', true));

grant usage on schema work_items to millrace_reader;
grant select on work_items.work_items, work_items.finished_items, work_items.counts, work_items.count_changes
  to millrace_reader;
