-- What a person uploaded, a program delivered or a feed answered: who uses what, as of a day.
CREATE TABLE report (
  id TEXT PRIMARY KEY,
  connection TEXT NOT NULL,
  -- upload, feed
  origin TEXT NOT NULL,
  as_of TEXT NOT NULL,
  received_at TEXT NOT NULL,
  received_by TEXT NOT NULL,
  file_name TEXT,
  -- Of the file's or the feed's bytes, and of how they were read.
  digest TEXT NOT NULL,
  -- By which a feed tells that it has not changed, and the address it came from.
  etag TEXT,
  address TEXT,
  companies INTEGER NOT NULL DEFAULT 0,
  row_count INTEGER NOT NULL DEFAULT 0,
  -- arriving, current, replaced, undone
  state TEXT NOT NULL,
  -- 0 once what it says is forgotten; then nobody can go back to it.
  kept INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX one_current_report ON report (connection) WHERE state = 'current';
CREATE INDEX report_by_age ON report (connection, received_at DESC, id DESC);

-- One row for each spelling, so that a company which is named in two ways can be refused.
CREATE TABLE report_company (
  report_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  first_row INTEGER NOT NULL,
  PRIMARY KEY (report_id, id, name, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE report_use (
  report_id TEXT NOT NULL,
  company_id TEXT NOT NULL,
  application TEXT NOT NULL,
  -- '' where it counts, else the reason why not.
  left_out TEXT NOT NULL,
  row_number INTEGER NOT NULL,
  application_name TEXT NOT NULL,
  licence_name TEXT NOT NULL,
  unit TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  -- Devices by kind; null where they are not told apart.
  workstations INTEGER,
  servers INTEGER,
  other INTEGER,
  PRIMARY KEY (report_id, company_id, application, left_out, row_number)
) STRICT, WITHOUT ROWID;

CREATE TABLE report_item (
  report_id TEXT NOT NULL,
  company_id TEXT NOT NULL,
  application TEXT NOT NULL,
  item_id TEXT NOT NULL,
  name TEXT NOT NULL,
  category TEXT,
  PRIMARY KEY (report_id, company_id, application, item_id)
) STRICT, WITHOUT ROWID;

-- How the files of a connection were last read.
CREATE TABLE report_columns (
  connection TEXT PRIMARY KEY,
  columns TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The report that a read took its numbers from; null where the vendor itself was asked.
ALTER TABLE usage_read ADD COLUMN report_id TEXT;
CREATE INDEX usage_read_of_report ON usage_read (report_id) WHERE report_id IS NOT NULL;

-- Null where it is the application's own.
ALTER TABLE usage_quantity ADD COLUMN unit TEXT;
-- Devices that users were computed from: { "workstations", "servers", "other" }.
ALTER TABLE usage_quantity ADD COLUMN basis TEXT;
