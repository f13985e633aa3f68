-- What servers must not go on remembering: one row a change, written in the transaction of the change, read by every server
-- and deleted after some minutes. `xact` is the transaction: ids are given out before transactions end, so a reader that only
-- looked for higher ids would miss what was committed late. A transaction is compared with the reader's last snapshot instead.
create table immint.change (
  id bigint generated always as identity primary key,
  xact xid8 not null default pg_current_xact_id(),
  at timestamptz(3) not null default now(),
  kind text not null,
  app_id bigint,
  subject text collate "C"
);

create index change_xact on immint.change (xact);
