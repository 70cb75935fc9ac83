-- Packages: code with a manifest, in versions that never change; channels name the version that is meant.

create schema packages;

create table packages.packages (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  name text collate "C" not null,
  description text not null default '',
  acl jsonb not null,
  can_read text[] not null,
  cannot_read text[] not null,
  version int not null default 0,
  created_at timestamptz not null default now(),
  created_by_id text collate "C" not null,
  modified_at timestamptz not null default now(),
  constraint a_package_name_is_used_once_in_a_tenant unique (tenant_id, name)
);

create table packages.versions (
  id text collate "C" primary key,
  package_id text collate "C" not null references packages.packages (id) on delete cascade,
  tenant_id text collate "C" not null,
  version text collate "C" not null,
  file_id text collate "C" not null,
  digest text collate "C" not null,
  size bigint not null,
  runtime text collate "C" not null,
  manifest jsonb not null,
  published_at timestamptz not null default now(),
  published_by_id text collate "C" not null,
  published_by text not null,
  yanked_at timestamptz,
  yanked_reason text,
  constraint a_version_is_published_once unique (package_id, version),
  constraint a_digest_is_64_hex_digits check (digest ~ '^[0-9a-f]{64}$'),
  constraint a_reason_iff_yanked check ((yanked_at is null) = (yanked_reason is null))
);
create index versions_of_a_package on packages.versions (package_id, id desc);

create table packages.channels (
  package_id text collate "C" not null references packages.packages (id) on delete cascade,
  tenant_id text collate "C" not null,
  name text collate "C" not null,
  version text collate "C" not null,
  promoted_at timestamptz not null default now(),
  promoted_by_id text collate "C" not null,
  primary key (package_id, name),
  constraint a_channel_names_a_published_version
    foreign key (package_id, version) references packages.versions (package_id, version)
);

alter table packages.packages enable row level security;
create policy packages_of_the_callers_tenant on packages.packages
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
alter table packages.versions enable row level security;
create policy versions_of_the_callers_tenant on packages.versions
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
alter table packages.channels enable row level security;
create policy channels_of_the_callers_tenant on packages.channels
  for select using (tenant_id = current_setting('millrace.tenant_id', true));

grant usage on schema packages to millrace_reader;
grant select on packages.packages, packages.versions, packages.channels to millrace_reader;

-- The bytes of a version are a file that stays for as long as the version does.
alter table files.attachments drop constraint owner_kind_is_known;
alter table files.attachments add constraint owner_kind_is_known
  check (owner_kind in ('work_item', 'document', 'package_version', 'job')) not valid;
