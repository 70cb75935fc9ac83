-- Secrets: values that may be used and never read. They lie sealed under the root key.

create schema secrets;

create table secrets.secrets (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  name text collate "C" not null,
  description text not null default '',
  acl jsonb not null,
  can_read text[] not null,
  cannot_read text[] not null,
  sealed text collate "C" not null,
  value_version int not null default 0,
  version int not null default 0,
  created_at timestamptz not null default now(),
  created_by_id text collate "C" not null,
  modified_at timestamptz not null default now(),
  value_changed_at timestamptz not null default now(),
  constraint a_secret_name_is_used_once_in_a_tenant unique (tenant_id, name),
  constraint a_value_lies_sealed check (sealed like 'enc1.%')
);
create index secrets_by_root_key on secrets.secrets ((split_part(sealed, '.', 2)), id);

alter table secrets.secrets enable row level security;
create policy secrets_of_the_callers_tenant on secrets.secrets
  for select using (tenant_id = current_setting('millrace.tenant_id', true));

grant usage on schema secrets to millrace_reader;
-- Whoever reads for callers cannot see a value, not even sealed.
grant select (id, tenant_id, name, description, acl, can_read, cannot_read, version, created_at, created_by_id,
  modified_at, value_changed_at) on secrets.secrets to millrace_reader;
