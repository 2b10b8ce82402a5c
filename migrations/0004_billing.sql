-- What the PSA said of agreements and products, and when. Never read for an amount without being read anew first.
CREATE TABLE agreement (
  connection TEXT NOT NULL,
  id TEXT NOT NULL,
  company_id TEXT NOT NULL,
  name TEXT NOT NULL,
  starts_on TEXT,
  ends_on TEXT,
  -- active, ended, inactive; missing where the PSA does not know it.
  state TEXT NOT NULL,
  next_invoice_on TEXT,
  -- Which run or approval read it.
  read_for TEXT NOT NULL,
  PRIMARY KEY (connection, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE product (
  connection TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  -- active, inactive; missing where the PSA does not know it.
  state TEXT NOT NULL,
  read_for TEXT NOT NULL,
  PRIMARY KEY (connection, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE agreement_lines (
  connection TEXT NOT NULL,
  agreement_id TEXT NOT NULL,
  lines TEXT NOT NULL,
  read_at TEXT NOT NULL,
  read_on TEXT NOT NULL,
  PRIMARY KEY (connection, agreement_id)
) STRICT, WITHOUT ROWID;

-- The lines that tallypod wrote or adopted, and what it knows of them.
CREATE TABLE own_line (
  id TEXT PRIMARY KEY,
  connection TEXT NOT NULL,
  company_id TEXT NOT NULL,
  agreement_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  line_id TEXT NOT NULL,
  written REAL NOT NULL,
  found REAL NOT NULL,
  -- 0 where the last plan left a difference: the line is looked at again in the next run.
  agrees INTEGER NOT NULL,
  left_since TEXT,
  left_reason TEXT,
  UNIQUE (connection, agreement_id, product_id)
) STRICT;

CREATE TABLE own_line_part (
  connection TEXT NOT NULL,
  agreement_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  tenant TEXT NOT NULL,
  application TEXT NOT NULL,
  category TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  PRIMARY KEY (connection, agreement_id, product_id, tenant, application, category)
) STRICT, WITHOUT ROWID;
CREATE INDEX own_line_part_of_tenant ON own_line_part (tenant);

CREATE TABLE change (
  id TEXT PRIMARY KEY,
  run_id TEXT,
  dry_run INTEGER NOT NULL,
  connection TEXT NOT NULL,
  company_id TEXT NOT NULL,
  agreement_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  line_id TEXT,
  kind TEXT NOT NULL,
  from_quantity REAL NOT NULL,
  to_quantity REAL NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  drift TEXT,
  adopted INTEGER NOT NULL,
  parts TEXT NOT NULL,
  replaces TEXT NOT NULL,
  -- The complete reads that the quantity comes from: [["connection/tenant", read], …].
  reads TEXT NOT NULL,
  configuration_version INTEGER NOT NULL,
  effective_on TEXT NOT NULL,
  created_at TEXT NOT NULL,
  approved_at TEXT,
  sent_at INTEGER,
  -- While it is not known what became of it: when the PSA is read for it, in milliseconds.
  look_at INTEGER,
  settled_at TEXT,
  detail TEXT
) STRICT;
CREATE UNIQUE INDEX one_open_change_a_line ON change (connection, agreement_id, product_id)
  WHERE dry_run = 0 AND state IN ('planned', 'held', 'sending', 'unknown');
CREATE INDEX change_of_run ON change (run_id, created_at, id);
CREATE INDEX change_of_company ON change (connection, company_id, state);
CREATE INDEX approved_change ON change (connection, approved_at, id)
  WHERE state = 'planned' AND approved_at IS NOT NULL;
CREATE INDEX change_by_state ON change (state, created_at, id);
CREATE INDEX change_of_line ON change (connection, agreement_id, product_id, settled_at);

CREATE TABLE dismissal (
  connection TEXT NOT NULL,
  agreement_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  quantity REAL NOT NULL,
  change_id TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (connection, agreement_id, product_id)
) STRICT, WITHOUT ROWID;

-- What a line billed from `day` on and what that was made of; a row only where one of both changed.
CREATE TABLE line_history (
  connection TEXT NOT NULL,
  agreement_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  day TEXT NOT NULL,
  billed REAL NOT NULL,
  parts TEXT NOT NULL,
  PRIMARY KEY (connection, agreement_id, product_id, day)
) STRICT, WITHOUT ROWID;
