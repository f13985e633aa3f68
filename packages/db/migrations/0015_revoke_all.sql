-- All users of an app are revoked by one row: `revocation_epoch` adds to that of each user, and a token is good only while its
-- own revocation_epoch is the sum. The other columns are what `user_standing` has for one user, for all of them.
alter table immint.app
  add column revocation_epoch integer not null default 0 check (revocation_epoch >= 0),
  add column barred_at timestamptz(3),
  add column issue_after timestamptz(3),
  add column instant_missing boolean not null default false;

-- The job that has the provider told of it. `revoked_before` is by the provider's clock, fixed once for all users; `written`
-- counts those of whom it is written down that the provider is to be told.
alter table immint.job
  add column revoked_before timestamptz(3),
  add column written integer not null default 0 check (written >= 0);

-- Of which job a revoke is. Rows outlive what they tell of, so it refers to nothing.
alter table immint.revocation add column job_id bigint;

create index revocation_job on immint.revocation (job_id, state) where state in ('pending', 'failed');
