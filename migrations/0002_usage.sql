CREATE TABLE tenant (
  connection TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  -- 0 where the vendor no longer lists it.
  listed INTEGER NOT NULL,
  -- 1 where a person took a gone tenant out of the bill; back to 0 when it returns.
  retired INTEGER NOT NULL DEFAULT 0,
  seen_at TEXT NOT NULL,
  PRIMARY KEY (connection, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE application (
  key TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  unit TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row per complete read. What was read lies in the intervals below, which grow only where something changed.
CREATE TABLE usage_read (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  connection TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  day TEXT NOT NULL,
  at TEXT NOT NULL,
  -- Of all that was read: a read with the digest of the one before it changed nothing below.
  digest TEXT NOT NULL
) STRICT;
CREATE INDEX usage_read_of_tenant ON usage_read (connection, tenant_id, day, id);

-- An interval holds from the read `first_read` until the read `end_read`, which is the first that said otherwise.
CREATE TABLE usage_quantity (
  connection TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  application TEXT NOT NULL,
  category TEXT NOT NULL,
  first_read INTEGER NOT NULL,
  end_read INTEGER,
  quantity INTEGER NOT NULL,
  PRIMARY KEY (connection, tenant_id, application, category, first_read)
) STRICT, WITHOUT ROWID;

CREATE TABLE usage_item (
  connection TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  application TEXT NOT NULL,
  item_id TEXT NOT NULL,
  category TEXT NOT NULL,
  -- '' where it counts, else the reason why not.
  left_out TEXT NOT NULL,
  first_read INTEGER NOT NULL,
  end_read INTEGER,
  name TEXT NOT NULL,
  warning TEXT,
  since TEXT NOT NULL,
  PRIMARY KEY (connection, tenant_id, application, item_id, category, left_out, first_read)
) STRICT, WITHOUT ROWID;

-- Where a read is laid down until it is known to be whole; each attempt has a token of its own.
CREATE TABLE staged_item (
  connection TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  token TEXT NOT NULL,
  application TEXT NOT NULL,
  item_id TEXT NOT NULL,
  category TEXT NOT NULL,
  left_out TEXT NOT NULL,
  name TEXT NOT NULL,
  warning TEXT,
  PRIMARY KEY (connection, tenant_id, token, application, item_id, category, left_out)
) STRICT, WITHOUT ROWID;
