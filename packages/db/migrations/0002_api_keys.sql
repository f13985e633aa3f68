-- API keys: only a keyed hash of the secret part is kept.
create table immint.api_key (
  id text primary key,
  kind text not null check (kind in ('admin', 'token')),
  label text not null,
  secret_hash bytea not null,
  last_four text not null,
  created_at timestamptz(3) not null default now(),
  created_by text not null,
  revoked_at timestamptz(3)
);

-- The apps that a key of kind `token` may be used for.
create table immint.api_key_app (
  key_id text not null references immint.api_key (id) on delete cascade,
  app_id bigint not null references immint.app (id) on delete cascade,
  primary key (key_id, app_id)
);

create index api_key_app_app_id on immint.api_key_app (app_id);
