-- One server at a time asks the provider for a token of a user. The lease is in the row that says how the user stands, so
-- that it is taken, and a token saved under it, against the same row. `fence` rises with every lease: whoever comes back
-- with an earlier one writes nothing. `lease_until` is null while nobody asks; a time that has passed is of a holder that
-- died, or stood still, perhaps after the provider had answered: it counts as a possible orphan for whoever takes over.
alter table immint.user_standing
  add column fence bigint not null default 0 check (fence >= 0),
  add column lease_until timestamptz(3),
  add column lease_holder text,
  add column lease_urgency text check (lease_urgency in ('login', 'background')),
  -- A login waits for what a background job asks.
  add column hurried boolean not null default false,
  -- Why the last lease brought no token; null once one did.
  add column failure jsonb,
  add column failed_at timestamptz(3),
  -- Tokens that the provider may have given and that were never stored: an upper bound.
  add column possible_orphans integer not null default 0 check (possible_orphans >= 0),
  add constraint user_standing_lease_has_holder check ((lease_until is null) or (lease_holder is not null)),
  add constraint user_standing_failure_has_time check ((failure is null) = (failed_at is null));

-- The row changes with every lease, and its indexed columns never do.
alter table immint.user_standing set (fillfactor = 70);

alter table immint.token
  add column fence bigint not null default 0 check (fence >= 0),
  -- A device said that the provider refuses it.
  add column reported_at timestamptz(3),
  -- We do not trust our copy any more.
  add column discarded boolean not null default false,
  -- How often it was replaced on demand in a row, each within ten minutes of the one before.
  add column replacements integer not null default 0 check (replacements >= 0);

-- Tokens that were asked for before this are not trusted any more.
alter table immint.app add column discarded_before timestamptz(3);

-- How much of its allowance of replacements on demand an app has used up, as of an instant.
create table immint.replacement_budget (
  app_id bigint primary key references immint.app (id) on delete cascade,
  used double precision not null check (used >= 0),
  used_at timestamptz(3) not null
);
