-- Who asks: users, roles in roles, tokens, sessions, one-time links, and what holds sign-in back.

create schema identity;

-- The number under which a tenant's cached rights and definitions are fresh. Every change raises it in its own
-- transaction; the row is also the lock that lets changes of one tenant's identities in one by one.
create table identity.epochs (
  tenant_id text collate "C" primary key,
  epoch bigint not null default 1
);

create table identity.users (
  tenant_id text collate "C" not null,
  id text collate "C" not null,
  name text not null,
  name_key text collate "C" not null,
  email text,
  email_key text collate "C",
  language text,
  password_hash text,
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  created_by_id text collate "C" not null,
  modified_at timestamptz not null default now(),
  primary key (tenant_id, id),
  constraint a_user_name_is_used_once_in_a_tenant unique (tenant_id, name_key),
  constraint an_email_is_used_once_in_a_tenant unique (tenant_id, email_key),
  constraint an_email_has_its_key check ((email is null) = (email_key is null)),
  constraint a_user_name_is_no_email check (name_key not like '%@%')
);

create table identity.roles (
  tenant_id text collate "C" not null,
  id text collate "C" not null,
  name text not null,
  name_key text collate "C" not null,
  description text not null default '',
  created_at timestamptz not null default now(),
  created_by_id text collate "C" not null,
  modified_at timestamptz not null default now(),
  primary key (tenant_id, id),
  constraint a_role_name_is_used_once_in_a_tenant unique (tenant_id, name_key)
);

create table identity.role_members (
  tenant_id text collate "C" not null,
  role_id text collate "C" not null,
  user_id text collate "C",
  member_role_id text collate "C",
  principal_id text collate "C" not null generated always as (coalesce(user_id, member_role_id)) stored,
  primary key (tenant_id, role_id, principal_id),
  constraint a_member_is_a_user_or_a_role check (num_nonnulls(user_id, member_role_id) = 1),
  constraint a_role_is_not_its_own_member check (member_role_id <> role_id),
  constraint a_membership_is_in_a_role foreign key (tenant_id, role_id)
    references identity.roles (tenant_id, id) on delete cascade,
  constraint a_member_user_exists foreign key (tenant_id, user_id)
    references identity.users (tenant_id, id) on delete cascade,
  constraint a_member_role_exists foreign key (tenant_id, member_role_id)
    references identity.roles (tenant_id, id) on delete cascade
);

create index role_members_to_climb on identity.role_members (tenant_id, principal_id, role_id);
create index role_members_of_a_deleted_user on identity.role_members (tenant_id, user_id) where user_id is not null;
create index role_members_of_a_deleted_role on identity.role_members (tenant_id, member_role_id)
  where member_role_id is not null;

create table identity.tokens (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  user_id text collate "C" not null,
  name text not null,
  token_hash text collate "C" not null,
  scopes text[],
  created_at timestamptz not null default now(),
  created_by_id text collate "C" not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  constraint a_token_has_a_user foreign key (tenant_id, user_id)
    references identity.users (tenant_id, id) on delete cascade,
  constraint a_token_lasts_a_year_at_most check (expires_at <= created_at + interval '366 days')
);

create index tokens_of_a_user on identity.tokens (tenant_id, user_id, id);
create index tokens_to_sweep on identity.tokens ((least(expires_at, revoked_at)));

create table identity.sessions (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  user_id text collate "C" not null,
  token_hash text collate "C" not null,
  address text not null default '',
  user_agent text not null default '',
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint a_session_token_is_used_once unique (token_hash),
  constraint a_session_has_a_user foreign key (tenant_id, user_id)
    references identity.users (tenant_id, id) on delete cascade
);

create index sessions_of_a_user on identity.sessions (tenant_id, user_id, id);
create index sessions_to_sweep on identity.sessions (expires_at);

create table identity.links (
  token_hash text collate "C" primary key,
  tenant_id text collate "C" not null,
  user_id text collate "C" not null,
  kind text not null,
  expires_at timestamptz not null,
  constraint a_user_has_one_link_of_a_kind unique (tenant_id, user_id, kind),
  constraint link_kind_is_known check (kind in ('sign_in', 'password_reset')),
  constraint a_link_has_a_user foreign key (tenant_id, user_id)
    references identity.users (tenant_id, id) on delete cascade
);

create index links_to_sweep on identity.links (expires_at);

-- Attempts that have not been followed by a success, per account and per address. No name stands here: only its hash,
-- since people mistake the field and type their password into it.
create table identity.sign_in_throttles (
  tenant_id text collate "C" not null,
  key text collate "C" not null,
  failures int not null,
  blocked_until timestamptz not null,
  failed_at timestamptz not null default now(),
  primary key (tenant_id, key),
  constraint failures_are_counted check (failures >= 0)
);

create index sign_in_throttles_to_sweep on identity.sign_in_throttles (failed_at);

-- Stays when the user goes: a tenant gets its first admin once.
create table identity.first_admins (
  tenant_id text collate "C" not null,
  user_id text collate "C" not null,
  created_at timestamptz not null default now(),
  constraint a_tenant_has_one_first_admin primary key (tenant_id)
);

alter table identity.epochs enable row level security;
alter table identity.users enable row level security;
alter table identity.roles enable row level security;
alter table identity.role_members enable row level security;
alter table identity.tokens enable row level security;
alter table identity.sessions enable row level security;
alter table identity.links enable row level security;
alter table identity.sign_in_throttles enable row level security;
alter table identity.first_admins enable row level security;

create policy epochs_of_the_callers_tenant on identity.epochs
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
create policy users_of_the_callers_tenant on identity.users
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
create policy roles_of_the_callers_tenant on identity.roles
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
create policy role_members_of_the_callers_tenant on identity.role_members
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
create policy tokens_of_the_callers_tenant on identity.tokens
  for select using (tenant_id = current_setting('millrace.tenant_id', true));
create policy sessions_of_the_callers_tenant on identity.sessions
  for select using (tenant_id = current_setting('millrace.tenant_id', true));

-- Readers see no hash: what is granted is granted by column. Links, throttles and first admins are read for nobody.
grant usage on schema identity to millrace_reader;
grant select on identity.epochs, identity.roles, identity.role_members to millrace_reader;
grant select (tenant_id, id, name, name_key, email, language, disabled_at, created_at, created_by_id, modified_at)
  on identity.users to millrace_reader;
grant select (id, tenant_id, user_id, name, scopes, created_at, created_by_id, expires_at, last_used_at, revoked_at)
  on identity.tokens to millrace_reader;
grant select (id, tenant_id, user_id, address, user_agent, created_at, seen_at, expires_at)
  on identity.sessions to millrace_reader;
