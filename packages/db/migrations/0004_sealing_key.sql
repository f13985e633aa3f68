-- Which key the sealed values of this database were sealed with: a check value, from which nobody learns the key.
create table immint.sealing_key (
  key_id integer primary key,
  check_value bytea not null,
  created_at timestamptz(3) not null default now()
);
