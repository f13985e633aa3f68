-- What providers said of each app's secret, for all servers together. It is about the app as it was changed last: a row
-- of an earlier version counts for nothing but when the secret was last accepted, and which.
create table immint.credential_state (
  app_id bigint primary key references immint.app (id) on delete cascade,
  app_updated_at timestamptz(3) not null,
  refusals integer not null check (refusals >= 0),
  probe_at timestamptz(3),
  accepted_at timestamptz(3),
  accepted_credentials text,
  constraint credential_state_accepted check ((accepted_at is null) = (accepted_credentials is null))
);
