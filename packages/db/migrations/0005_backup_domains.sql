-- The second domain of an app, called when the first does not answer. Apps from before have none until their secret is
-- entered for it: no secret goes to a host that it was not entered for.
alter table immint.app add column backup_base_url text;

-- Whether the sealed secret opens only beside the base URLs that it was entered for. The server seals older ones so when it
-- starts.
alter table immint.app add column secret_names_place boolean not null default false;
