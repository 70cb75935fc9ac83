-- Message queues, exchanges and bindings: where rights are decided, whatever broker carries the messages; and the
-- tables of the broker on PostgreSQL.

create schema messages;

create table messages.message_queues (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  name text collate "C" not null,
  kind text collate "C" not null,
  description text not null default '',
  acl jsonb not null,
  can_read text[] not null,
  cannot_read text[] not null,
  durable boolean not null,
  expiry_ms bigint,
  dead_letter jsonb,
  priority_max int not null,
  length_max int not null,
  deliveries_max int not null,
  keep_ms bigint,
  keep_messages bigint,
  keep_bytes bigint,
  session_id text collate "C",
  node_id text collate "C",
  version int not null default 0,
  created_at timestamptz not null default now(),
  created_by_id text collate "C" not null,
  modified_at timestamptz not null default now(),
  constraint a_message_queue_is_named_once_in_a_tenant unique (tenant_id, name),
  constraint kind_of_message_queue_is_known check (kind in ('queue', 'stream')),
  constraint priorities_are_ten check (priority_max between 0 and 9),
  constraint a_session_lives_on_a_node check ((session_id is null) = (node_id is null))
);
create index message_queues_of_a_node on messages.message_queues (node_id) where node_id is not null;

create table messages.exchanges (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  name text collate "C" not null,
  kind text collate "C" not null,
  description text not null default '',
  acl jsonb not null,
  can_read text[] not null,
  cannot_read text[] not null,
  version int not null default 0,
  created_at timestamptz not null default now(),
  created_by_id text collate "C" not null,
  modified_at timestamptz not null default now(),
  constraint an_exchange_is_named_once_in_a_tenant unique (tenant_id, name),
  constraint kind_of_exchange_is_known check (kind in ('direct', 'fanout', 'topic', 'header'))
);

create table messages.bindings (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  exchange_id text collate "C" not null references messages.exchanges (id) on delete cascade,
  queue_id text collate "C" not null references messages.message_queues (id) on delete cascade,
  routing_key text not null,
  headers jsonb not null,
  match text collate "C" not null,
  constraint a_binding_stands_once unique (exchange_id, queue_id, routing_key, headers, match),
  constraint match_is_known check (match in ('all', 'any'))
);
create index bindings_of_a_message_queue on messages.bindings (queue_id);

-- Who lives: what a node holds comes back when it has been silent.
create table messages.nodes (
  id text collate "C" primary key,
  alive_until timestamptz not null,
  -- It was silent for too long: it may hold nothing more, and what it held is being given back.
  retired_at timestamptz
);

-- The broker on PostgreSQL. The content is the message as JSON text, which the database only keeps.
create table messages.messages (
  position bigint generated always as identity primary key,
  queue_id text collate "C" not null,
  priority int not null,
  content text not null,
  published_at timestamptz not null default now(),
  expires_at timestamptz,
  holder_id text collate "C",
  lease_number int not null default 0,
  deliveries int not null default 0
) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.05);

-- The column order is the order of handing out; a message leaves this index when it is handed out.
create index messages_to_hand_out on messages.messages (queue_id, priority desc, position) where holder_id is null;
create index messages_to_expire on messages.messages (expires_at)
  where holder_id is null and expires_at is not null;

-- Messages that wait for their time, for every broker.
create table messages.delayed_messages (
  id text collate "C" primary key,
  queue_id text collate "C" not null,
  content text not null,
  due_at timestamptz not null
);
create index delayed_messages_to_release on messages.delayed_messages (due_at, id);
create index delayed_messages_of_a_queue on messages.delayed_messages (queue_id);

-- The row of a stream is locked by whoever appends, so that offsets become visible in their order.
create table messages.streams (
  queue_id text collate "C" primary key references messages.message_queues (id) on delete cascade,
  next_offset bigint not null default 0,
  bytes bigint not null default 0
);

create table messages.stream_messages (
  queue_id text collate "C" not null,
  "offset" bigint not null,
  -- The bytes of the stream up to and with this message, those that are gone included.
  bytes_until bigint not null,
  content text not null,
  published_at timestamptz not null default now(),
  primary key (queue_id, "offset")
);

alter table messages.message_queues enable row level security;
create policy message_queues_of_the_callers_tenant on messages.message_queues
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
alter table messages.exchanges enable row level security;
create policy exchanges_of_the_callers_tenant on messages.exchanges
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
alter table messages.bindings enable row level security;
create policy bindings_of_the_callers_tenant on messages.bindings
  for select using (tenant_id = current_setting('millrace.tenant_id', true));

grant usage on schema messages to millrace_reader;
grant select on messages.message_queues, messages.exchanges, messages.bindings to millrace_reader;

-- Which Millrace this is among those that share a broker; written by the first node that needs it.
create table messages.installation (
  id text collate "C" primary key,
  is_the_only_one boolean not null default true unique check (is_the_only_one)
);
