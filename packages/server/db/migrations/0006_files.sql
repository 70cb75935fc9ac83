-- Files: names, rights and metadata of bytes that lie in the blob store under their SHA-256.

create schema files;

create table files.files (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  name text collate "C" not null,
  content_type text collate "C" not null,
  size bigint not null,
  sha256 text collate "C" not null,
  metadata jsonb not null,
  acl jsonb not null,
  can_read text[] not null,
  cannot_read text[] not null,
  temporary boolean not null,
  version int not null default 0,
  created_at timestamptz not null default now(),
  created_by_id text collate "C" not null,
  created_by text not null,
  modified_at timestamptz not null default now(),
  modified_by_id text collate "C" not null,
  modified_by text not null,
  constraint a_file_name_has_at_most_255_bytes check (octet_length(name) between 1 and 255),
  constraint a_hash_is_64_hex_digits check (sha256 ~ '^[0-9a-f]{64}$'),
  constraint size_is_not_negative check (size >= 0)
);
create index files_of_a_tenant on files.files (tenant_id, id desc);
create index files_by_name on files.files (tenant_id, name);
create index files_that_a_principal_may_read on files.files using gin (can_read);
create index files_with_these_bytes on files.files (sha256);
create index files_that_may_be_swept on files.files (created_at) where temporary;

-- Which files belong to a work item or a document. The owner's id is unique in the whole database.
create table files.attachments (
  owner_kind text collate "C" not null,
  owner_id text collate "C" not null,
  file_id text collate "C" not null,
  tenant_id text collate "C" not null,
  constraint a_file_is_attached_to_an_owner_once primary key (owner_kind, owner_id, file_id),
  constraint an_attached_file_exists foreign key (file_id) references files.files (id),
  constraint owner_kind_is_known check (owner_kind in ('work_item', 'document'))
);
create index attachments_of_a_file on files.attachments (file_id);

-- Uploads whose bytes have come and whose file is not written yet: the sweep leaves their blobs alone.
create table files.uploads (
  id text collate "C" primary key,
  sha256 text collate "C" not null,
  created_at timestamptz not null default now()
);
create index uploads_of_these_bytes on files.uploads (sha256);

alter table files.files enable row level security;
create policy files_of_the_callers_tenant on files.files
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
alter table files.attachments enable row level security;
create policy attachments_of_the_callers_tenant on files.attachments
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
alter table files.uploads enable row level security;

-- What lists read: the same rows as the policy lets through. Under a policy no index may serve && and starts_with,
-- whose functions are not leakproof; behind this view they may, and the session's tenant stands beneath every list.
create view files.listable as
  select * from files.files where tenant_id = current_setting('millrace.tenant_id', true);

grant usage on schema files to millrace_reader;
grant select on files.files, files.attachments, files.listable to millrace_reader;
