-- Jobs: work on many users of an app, done by any server, a few users at a time.
create table immint.job (
  id bigint generated always as identity primary key,
  app_id bigint not null references immint.app (id) on delete cascade,
  kind text not null check (kind in ('bulk', 'reissue', 'revoke-all')),
  state text not null check (state in ('filling', 'running', 'paused', 'done', 'cancelled')),
  paused_because text,
  actor text not null,
  -- At most so many calls for tokens; `calls` counts those that were allowed, an upper bound of those that were made.
  cap integer check (cap > 0),
  calls integer not null default 0 check (calls >= 0),
  -- Items, and what became of those that are settled; the rest is waiting. `told` are users of whom a provider was told.
  items integer not null default 0,
  issued integer not null default 0,
  stored integer not null default 0,
  failed integer not null default 0,
  duplicates integer not null default 0,
  told integer not null default 0,
  -- Where the items come from tables of ours: up to which user they are there, and whether all are.
  filled_up_to text collate "C",
  is_filled boolean not null default true,
  -- A reissue: users whom a token was handed out to on this day or later.
  seen_since date,
  created_at timestamptz(3) not null default now(),
  started_at timestamptz(3),
  finished_at timestamptz(3),
  constraint job_paused_because check ((state = 'paused') = (paused_because is not null)),
  constraint job_finished check ((state in ('done', 'cancelled')) = (finished_at is not null))
);

create index job_app on immint.job (app_id, id);
create index job_running on immint.job (id) where state = 'running';

-- One user of a job. `due_at` is when it may be taken: later than now while it rests after a failure, or while whoever took
-- it holds it. Only `taken_by` may say what became of it.
create table immint.job_item (
  job_id bigint not null references immint.job (id) on delete cascade,
  number integer not null check (number > 0),
  user_id text not null,
  -- Null where the provider's rules refuse the id.
  canonical_user_id text collate "C",
  name text,
  avatar_url text,
  state text not null check (state in ('waiting', 'issued', 'stored', 'failed', 'duplicate')),
  -- Why it failed, now or at the last attempt.
  reason text,
  -- Of a duplicate: the item that has the user.
  same_as integer,
  attempts integer not null default 0,
  due_at timestamptz(3) not null default now(),
  taken_by text,
  primary key (job_id, number),
  constraint job_item_duplicate check ((state = 'duplicate') = (same_as is not null))
);

create unique index job_item_user on immint.job_item (job_id, canonical_user_id) where state <> 'duplicate';
create index job_item_due on immint.job_item (job_id, due_at, number) where state = 'waiting';
create index job_item_state on immint.job_item (job_id, state, number) where state in ('failed', 'duplicate');
