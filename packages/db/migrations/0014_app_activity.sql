-- What happened with the tokens of each app, by the minute: every server counts for itself, and adds here what it counted,
-- once a second. Rows of more than a day ago are deleted.
create table immint.app_activity (
  app_id bigint not null references immint.app (id) on delete cascade,
  minute timestamptz(3) not null,
  -- Callers who were answered with a token.
  handed_out integer not null,
  -- Calls to the provider that brought a token, and calls that brought none.
  issued integer not null,
  failed integer not null,
  -- Reports of devices.
  reported integer not null,
  primary key (app_id, minute)
) with (fillfactor = 50);

-- When the provider last gave a token of an app, and why it last gave none, over all servers.
create table immint.app_outcome (
  app_id bigint primary key references immint.app (id) on delete cascade,
  succeeded_at timestamptz(3),
  failed_at timestamptz(3),
  failure_kind text,
  failure_reason text,
  failure_sentence text,
  -- Whether it says less of the provider than another failure would: it is about one person, or the call was held back here.
  failure_is_minor boolean,
  constraint app_outcome_failure check (num_nulls(failed_at, failure_kind, failure_reason, failure_sentence, failure_is_minor) in (0, 5))
) with (fillfactor = 50);

-- The story of one user: what was done about the user, and what was done to the whole app meanwhile.
create index audit_subject on immint.audit (app_id, subject, id) where subject is not null;
create index audit_app_event on immint.audit (app_id, id) where subject is null or action like 'app.%';
