-- Runners: who can execute. Their enrolment, the authorities that sign for them, what is denied, and who is there.

create schema runners;

-- The server's own certificate authorities: one signs, the next is made known in time, the last is trusted for a while.
create table runners.authorities (
  id text collate "C" primary key,
  state text not null,
  certificate text not null,
  sealed_key text not null,
  created_at timestamptz not null default now(),
  activated_at timestamptz,
  retired_at timestamptz,
  expires_at timestamptz not null,
  constraint authority_state_is_known check (state in ('next', 'active', 'retiring')),
  constraint an_active_authority_was_activated check ((state = 'next') = (activated_at is null)),
  constraint a_retiring_authority_was_retired check ((state = 'retiring') = (retired_at is not null))
);

comment on table runners.authorities is 'not in backups: two servers must not command one runner';

create unique index one_authority_signs on runners.authorities ((true)) where state = 'active';
create unique index one_authority_comes_next on runners.authorities ((true)) where state = 'next';

create table runners.enrolment_tokens (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  secret_hash text collate "C" not null,
  name text collate "C" not null,
  tags text[] not null,
  -- Enrols this runner again instead of making one.
  runner_id text collate "C",
  created_at timestamptz not null default now(),
  created_by_id text collate "C" not null,
  created_by_name text not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  -- The key that it was used for: the same key may ask again, when the answer got lost.
  used_key text collate "C",
  used_runner_id text collate "C",
  constraint a_used_token_says_for_what check ((used_at is null) = (used_key is null and used_runner_id is null))
);

comment on table runners.enrolment_tokens is 'not in backups: what was used once must not be good again';

create index enrolment_tokens_of_a_tenant on runners.enrolment_tokens (tenant_id, id);
create index enrolment_tokens_to_sweep on runners.enrolment_tokens (expires_at);

create table runners.runners (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  name text collate "C" not null,
  tags text[] not null,
  acl jsonb not null,
  can_read text[] not null,
  cannot_read text[] not null,
  state text not null default 'enrolled',
  version int not null default 0,
  enrolled_at timestamptz not null default now(),
  created_by_id text collate "C" not null,
  -- What it said of itself in its last hello.
  facts jsonb not null default '{}',
  incarnation bigint not null default 0,
  -- The connection that speaks for it, and the node that holds that; null while nobody does.
  connection_id text collate "C",
  node_id text collate "C",
  transport text not null default '',
  connected_at timestamptz,
  last_seen_at timestamptz,
  busy int not null default 0,
  refusing text not null default '',
  -- Up to where the records of its spool have been received.
  spool_id text collate "C" not null default '',
  received_seq bigint not null default 0,
  constraint a_runner_name_is_used_once_in_a_tenant unique (tenant_id, name),
  constraint runner_state_is_known check (state in ('enrolled', 'draining', 'blocked'))
);

create table runners.certificates (
  fingerprint text collate "C" primary key,
  tenant_id text collate "C" not null,
  -- No reference: a restore fills the runners, and this stays empty.
  runner_id text collate "C" not null,
  authority_id text collate "C" not null,
  key_thumbprint text collate "C" not null,
  certificate text not null,
  issued_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint a_key_is_certified_once unique (key_thumbprint)
);

comment on table runners.certificates is 'not in backups: a restored server has its runners enrol again';

create index certificates_of_a_runner on runners.certificates (runner_id, issued_at desc);
create index certificates_to_sweep on runners.certificates (expires_at);

-- What is let in no more, whatever certificate it shows. Kept when the runner goes.
create table runners.denials (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  kind text not null,
  -- A runner's id, or a certificate's SHA-256 in hex; empty where everything issued before is denied.
  value text collate "C" not null default '',
  issued_before timestamptz,
  reason text not null default '',
  created_at timestamptz not null default now(),
  created_by_id text collate "C" not null,
  constraint denial_kind_is_known check (kind in ('runner', 'certificate', 'issued_before')),
  constraint a_denial_says_what check ((kind = 'issued_before') = (issued_before is not null and value = '')),
  constraint a_denial_stands_once unique (tenant_id, kind, value, issued_before)
);

create index denials_to_check on runners.denials (tenant_id, kind, value);

create function runners.is_denied(tenant text, runner text, fingerprint text, issued timestamptz) returns boolean
language sql stable as $$
  select exists (
    select from runners.denials d
    where d.tenant_id = tenant and (
      (d.kind = 'runner' and d.value = runner) or (d.kind = 'certificate' and d.value = fingerprint)
      or (d.kind = 'issued_before' and issued < d.issued_before)))
$$;

alter table runners.authorities enable row level security;
alter table runners.enrolment_tokens enable row level security;
alter table runners.runners enable row level security;
alter table runners.certificates enable row level security;
alter table runners.denials enable row level security;

create policy enrolment_tokens_of_the_callers_tenant on runners.enrolment_tokens
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
create policy runners_of_the_callers_tenant on runners.runners
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
create policy certificates_of_the_callers_tenant on runners.certificates
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
create policy denials_of_the_callers_tenant on runners.denials
  for select using (tenant_id = current_setting('millrace.tenant_id', true));

-- Readers see no hash and no key; of an authority they see nothing.
grant usage on schema runners to millrace_reader;
grant select on runners.runners, runners.certificates, runners.denials to millrace_reader;
grant select (id, tenant_id, name, tags, runner_id, created_at, created_by_id, created_by_name, expires_at, used_at,
    used_runner_id)
  on runners.enrolment_tokens to millrace_reader;
