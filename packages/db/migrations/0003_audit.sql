-- Who did what. Rows outlive what they tell of, so app_id refers to nothing.
create table immint.audit (
  id bigint generated always as identity primary key,
  at timestamptz(3) not null default now(),
  actor text not null,
  action text not null,
  app_id bigint,
  subject text,
  request_id text,
  detail jsonb not null default '{}'
);

create index audit_app_id on immint.audit (app_id, id);
