-- A program without a browser asks for a token under a key that it made up; who is signed in approves the key in a
-- browser, and the program takes the token, once. Only hashes of keys are kept.

create table identity.token_requests (
  key_hash text collate "C" primary key,
  tenant_id text collate "C",
  user_id text collate "C",
  expires_at timestamptz not null default now() + interval '15 minutes',
  constraint an_approval_names_tenant_and_user check (num_nulls(tenant_id, user_id) in (0, 2)),
  constraint a_token_request_has_a_user foreign key (tenant_id, user_id)
    references identity.users (tenant_id, id) on delete cascade
);

create index token_requests_to_sweep on identity.token_requests (expires_at);
create index token_requests_of_a_user on identity.token_requests (tenant_id, user_id) where user_id is not null;

alter table identity.token_requests enable row level security;
