-- Members whose proof the PSA confirmed; `proof` is a keyed digest of it, from which nothing can be had back.
CREATE TABLE proven_member (
  proof TEXT PRIMARY KEY,
  -- Milliseconds since the epoch.
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row for each limit that a failed attempt counts towards: of one member, of all members, of the administrator token.
CREATE TABLE failed_sign_in (
  id INTEGER PRIMARY KEY,
  counts_for TEXT NOT NULL,
  -- Milliseconds since the epoch.
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX failed_sign_in_by_age ON failed_sign_in (at);
