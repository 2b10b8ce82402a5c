-- Who can be mapped to whom, as last listed by the vendors; for choosing and naming, never for an amount.
CREATE TABLE psa_company (
  connection TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  -- Without accents and in lower case.
  search_key TEXT NOT NULL,
  -- What is left of the name for comparing it; see worker/domain/matching.ts.
  core TEXT NOT NULL,
  PRIMARY KEY (connection, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX psa_company_by_name ON psa_company (connection, search_key, id);
CREATE INDEX psa_company_by_core ON psa_company (connection, core);

CREATE TABLE directory (
  connection TEXT PRIMARY KEY,
  read_at TEXT,
  -- Why the last attempt failed: { "code", "message" }.
  problem TEXT,
  -- Somebody is reading it until then at most, in milliseconds.
  reading_until INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- What pickers answered, and companies that are no longer listed, so that they can be named later.
CREATE TABLE known_name (
  connection TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  ends_on TEXT,
  PRIMARY KEY (connection, kind, id)
) STRICT, WITHOUT ROWID;

ALTER TABLE tenant ADD COLUMN search_key TEXT NOT NULL DEFAULT '';
ALTER TABLE tenant ADD COLUMN sort_key TEXT NOT NULL DEFAULT '';
ALTER TABLE tenant ADD COLUMN core TEXT NOT NULL DEFAULT '';
CREATE INDEX tenant_by_core ON tenant (connection, core);

CREATE INDEX audit_of_subject ON audit (subject, id);
