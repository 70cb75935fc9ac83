-- Which root keys sealed values may be under: a node that comes with another one would make values that the others
-- cannot open, and cannot open theirs. Ids are no secrets.

create table kit.root_keys (
  key_id text collate "C" primary key,
  noted_at timestamptz not null default now()
);
