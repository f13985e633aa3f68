-- Pace: when the calls of each group go out, one row an account and group. Instants are milliseconds since 1970 by the
-- clock of this database, with fractions. Unlogged, since it is worth nothing after a crash: a schedule that is lost
-- begins again at that moment, and no server holds more of the old one than fractions of a second.
create unlogged table immint.pace (
  provider text not null,
  app_key text not null,
  rate_group text not null,
  last_at_ms double precision not null default 0,
  gap_slots integer not null default 0 check (gap_slots >= 0),
  paused_until_ms double precision not null default 0,
  slowed_at_ms double precision not null default 0,
  slowed_to double precision not null default 1 check (slowed_to > 0 and slowed_to <= 1),
  primary key (provider, app_key, rate_group)
) with (fillfactor = 50);
