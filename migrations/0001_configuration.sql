-- The configuration document, cut into rows. A new version is a new row, so that two writers of the same version collide.
CREATE TABLE configuration (
  version INTEGER PRIMARY KEY,
  settings TEXT NOT NULL,
  tickets TEXT,
  changed_at TEXT NOT NULL
) STRICT;

CREATE TABLE connection (
  id TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  base_url TEXT,
  options TEXT NOT NULL,
  sealed_credentials TEXT,
  sealed_headers TEXT,
  header_names TEXT NOT NULL DEFAULT '[]',
  -- Where the vendor's API was found; discovered anew when the address changes.
  api_root TEXT
) STRICT;

CREATE TABLE person (
  position INTEGER NOT NULL,
  connection TEXT NOT NULL,
  member TEXT NOT NULL,
  role TEXT NOT NULL,
  PRIMARY KEY (connection, member)
) STRICT, WITHOUT ROWID;

CREATE TABLE company_mapping (
  position INTEGER NOT NULL,
  tenant_connection TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  connection TEXT NOT NULL,
  company_id TEXT NOT NULL,
  billing INTEGER NOT NULL,
  agreement_id TEXT,
  price_level_id TEXT,
  manual_quantity TEXT NOT NULL,
  PRIMARY KEY (tenant_connection, tenant_id),
  UNIQUE (connection, company_id, tenant_connection)
) STRICT, WITHOUT ROWID;

CREATE TABLE product_mode (
  position INTEGER NOT NULL,
  connection TEXT PRIMARY KEY,
  bill_by_category INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE product_mapping (
  position INTEGER NOT NULL,
  connection TEXT NOT NULL,
  application TEXT NOT NULL,
  all_id TEXT,
  workstation_id TEXT,
  server_id TEXT,
  other_id TEXT,
  PRIMARY KEY (connection, application)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  who TEXT NOT NULL,
  subject TEXT NOT NULL,
  before TEXT,
  after TEXT
) STRICT;
