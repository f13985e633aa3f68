-- The app token of each Easemob account, for all servers together, and who asks for it. One row for the credentials, a keyed
-- hash of App Key, client id and secret: an app that is removed and added again may not be asked for again within the minute.
-- Times are by the clock of this database.
create sequence immint.app_token_fence;

create table immint.app_token (
  credentials text collate "C" primary key,
  -- Changes with every right to ask and with every end of one, and is never the same twice.
  fence bigint not null,
  -- Null while nobody asks. In the past: whoever asked died, and nobody knows whether the provider heard it.
  lease_until timestamptz(3),
  -- When the right to ask was taken last: the life of a token is counted from then.
  taken_at timestamptz(3) not null,
  -- When the last ask that may have reached the provider was over.
  asked_at timestamptz(3),
  -- Whether that ask replaced a refused token within the minute, and whether the one before did.
  out_of_turn boolean not null default false,
  was_out_of_turn boolean not null default false,
  -- Why the last ask brought no token.
  failure jsonb,
  -- The fence of the ask that brought the token.
  generation bigint,
  token_sealed bytea,
  fingerprint text,
  renew_at timestamptz(3),
  expires_at timestamptz(3),
  constraint app_token_whole check (num_nulls(generation, token_sealed, fingerprint, renew_at, expires_at) in (0, 5))
);
