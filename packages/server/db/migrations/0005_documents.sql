-- Documents: JSON in collections, with an ACL, a version number and full history.

create schema documents;

create table documents.collections (
  tenant_id text collate "C" not null,
  name text collate "C" not null,
  acl jsonb not null,
  can_read text[] not null,
  cannot_read text[] not null,
  encrypt text[] not null default '{}',
  version int not null default 0,
  created_at timestamptz not null default now(),
  created_by_id text collate "C" not null,
  created_by text not null,
  modified_at timestamptz not null default now(),
  constraint a_collection_name_is_used_once_in_a_tenant primary key (tenant_id, name)
);

-- Who may read stands in can_read as `tenant/collection/principal`, so that one GIN index narrows to the collection
-- as well, and so that the planner's statistics tell how much of this collection somebody may read.
create table documents.documents (
  tenant_id text collate "C" not null,
  collection text collate "C" not null,
  id text collate "C" not null,
  version int not null,
  type text collate "C" not null,
  name text,
  document jsonb not null,
  can_read text[] not null,
  cannot_read text[] not null,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  constraint an_id_is_used_once_in_a_collection primary key (tenant_id, collection, id)
);
create index documents_that_a_principal_may_read on documents.documents using gin (can_read);

-- A full copy per version, the delete's too: what was deleted can come back. Numbers go on after it came back.
create table documents.versions (
  tenant_id text collate "C" not null,
  collection text collate "C" not null,
  document_id text collate "C" not null,
  version int not null,
  operation text collate "C" not null,
  document jsonb not null,
  can_read text[] not null,
  cannot_read text[] not null,
  at timestamptz not null,
  by_id text collate "C" not null,
  by_name text not null,
  xact xid8 not null default pg_current_xact_id(),
  constraint versions_of_a_document_are_numbered primary key (tenant_id, collection, document_id, version),
  constraint operation_is_known check (operation in ('insert', 'update', 'delete'))
);
create index versions_that_delete on documents.versions (tenant_id, collection, document_id desc, version)
  where operation = 'delete';

-- Indexes that users asked for; each is a few partial indexes on documents.documents that carry its id in their names.
create table documents.indexes (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  collection text collate "C" not null,
  name text collate "C" not null,
  kind text collate "C" not null,
  keys jsonb not null,
  is_unique boolean not null,
  expire_after_seconds bigint,
  is_ready boolean not null default false,
  created_at timestamptz not null default now(),
  created_by_id text collate "C" not null,
  constraint an_index_name_is_used_once_in_a_collection unique (tenant_id, collection, name),
  constraint kind_is_known check (kind in ('fields', 'text', 'wildcard')),
  constraint only_field_indexes_are_unique check (not is_unique or kind = 'fields')
);
create index indexes_that_expire_documents on documents.indexes (id) where expire_after_seconds is not null;

-- The words of all strings in a document, for $text. Words beyond ASCII, very long ones and those past the limit are
-- left out and told by the mark '*': such a document is always looked at.
create function documents.words_of(document jsonb) returns text[]
language plpgsql immutable parallel safe cost 2000 as $$
declare
  words text[];
  is_marked boolean;
begin
  select array_agg(distinct w.word) filter (where w.is_plain),
    coalesce(bool_or(not w.is_plain), false) or count(*) > 5000
  into words, is_marked
  from (
    select m.parts[1] as word, m.parts[1] ~ '^[a-z0-9_]{1,100}$' as is_plain
    from jsonb_path_query(document, 'strict $.** ? (@.type() == "string")') s (value),
      regexp_matches(lower((s.value #>> '{}') collate "C"), '[^\x01-\x2f\x3a-\x5e\x60\x7b-\x7f]+', 'g') m (parts)
    limit 5001
  ) w;
  return case when is_marked then array_append(coalesce(words, '{}'), '*') else coalesce(words, '{}') end;
end
$$;

alter table documents.collections enable row level security;
create policy collections_of_the_callers_tenant on documents.collections
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
alter table documents.documents enable row level security;
create policy documents_of_the_callers_tenant on documents.documents
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
alter table documents.versions enable row level security;
create policy versions_of_the_callers_tenant on documents.versions
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
alter table documents.indexes enable row level security;
create policy indexes_of_the_callers_tenant on documents.indexes
  for select using (tenant_id = current_setting('millrace.tenant_id', true));

-- What queries read: the same rows as the policy lets through. Under a policy no index may serve a condition whose
-- functions are not leakproof (&& on can_read, @> on documents); behind this view they may, and the session's tenant
-- still stands beneath every statement.
create view documents.queryable as
  select tenant_id, collection, id, version, type, name, document, can_read, cannot_read, created_at, modified_at
  from documents.documents
  where tenant_id = current_setting('millrace.tenant_id', true);

grant usage on schema documents to millrace_reader;
grant select on documents.collections, documents.documents, documents.versions, documents.indexes, documents.queryable
  to millrace_reader;
