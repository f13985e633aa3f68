-- A refreshed secret that waits to be put in force, and its cut-over. One row for an app that ever had a secret staged.
create table immint.secret_rotation (
  app_id bigint primary key references immint.app (id) on delete cascade,
  -- Opens only beside the account, the place and the secret epoch that it was entered for.
  staged_sealed bytea,
  staged_at timestamptz(3),
  -- The right to carry out the cut-over that is in progress: whoever takes it raises the fence, so that a late writer
  -- writes nothing. Without a lease none is in progress; when it is over, another server goes on.
  fence bigint not null default 0,
  lease_until timestamptz(3),
  begun_by text,
  attempts integer not null default 0 check (attempts >= 0),
  -- Why the last attempt did not settle it.
  last_failure text,
  -- What came of the last one.
  result text check (result in ('done', 'new-secret-refused', 'no-secret-taken', 'overruled')),
  ended_at timestamptz(3),
  constraint secret_rotation_staged check ((staged_sealed is null) = (staged_at is null)),
  constraint secret_rotation_in_progress check (lease_until is null or (staged_sealed is not null and begun_by is not null)),
  constraint secret_rotation_ended check ((result is null) = (ended_at is null))
);

create index secret_rotation_lease on immint.secret_rotation (lease_until) where lease_until is not null;

-- Since when it is open whether the provider goes by the old secret or by the staged one.
alter table immint.app add column cutting_over_since timestamptz(3);
