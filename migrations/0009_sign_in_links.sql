-- Links that sign a person in once; `token_hash` is the SHA-256 of what stands in the link, which is kept nowhere.
CREATE TABLE sign_in_link (
  token_hash TEXT PRIMARY KEY,
  connection TEXT NOT NULL,
  member TEXT NOT NULL,
  -- Milliseconds since the epoch.
  until INTEGER NOT NULL,
  -- Whether somebody signed in with it.
  used INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
