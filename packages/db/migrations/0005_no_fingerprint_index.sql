-- A token is always looked for by its app and user. Nothing searches by the fingerprint alone, and every new token would
-- have to be written into this index too.
drop index immint.token_fingerprint;
