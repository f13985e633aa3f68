-- How a user stands with an app: how often its tokens were revoked, and whether it may have new ones.
-- A token is good only while its revocation_epoch is the user's.
create table immint.user_standing (
  app_id bigint not null references immint.app (id) on delete cascade,
  canonical_user_id text collate "C" not null,
  revocation_epoch integer not null default 0 check (revocation_epoch >= 0),
  barred_at timestamptz(3),
  -- By the database's clock: until then the provider would end a new token together with the revoked ones.
  issue_after timestamptz(3),
  -- A revoke waits for the provider's clock, so that nobody knows yet which tokens it will end.
  instant_missing boolean not null default false,
  primary key (app_id, canonical_user_id)
);

alter table immint.token add column revocation_epoch integer not null default 0 check (revocation_epoch >= 0);

-- What providers are still to be told, and what became of it. `revoked_before` is by the provider's clock: fixed once, sent
-- unchanged however often it is sent.
create table immint.revocation (
  id bigint generated always as identity primary key,
  app_id bigint not null references immint.app (id) on delete cascade,
  canonical_user_id text collate "C" not null,
  revoked_before timestamptz(3),
  state text not null check (state in ('pending', 'delivered', 'failed', 'unsupported')),
  reason text,
  attempts integer not null default 0,
  accepted_at timestamptz(3) not null default now(),
  next_attempt_at timestamptz(3),
  settled_at timestamptz(3),
  constraint revocation_pending_has_attempt check ((state = 'pending') = (next_attempt_at is not null)),
  constraint revocation_settled check ((state = 'pending') = (settled_at is null))
);

create index revocation_next_attempt on immint.revocation (next_attempt_at) where state = 'pending';
create index revocation_user on immint.revocation (app_id, canonical_user_id, id);
