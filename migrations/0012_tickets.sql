-- How a source's devices are watched: each round looks at every tenant once.
CREATE TABLE watch (
  connection TEXT PRIMARY KEY,
  -- Tenants that were tried before this are still to be looked at. In milliseconds.
  round_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE watched_tenant (
  connection TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  -- Events up to this one were taken in; null before the first look.
  event_cursor INTEGER,
  tried_at INTEGER NOT NULL,
  -- The last look that came to its end; null before the first.
  looked_at INTEGER,
  -- Why the last try failed, and since when all tries do.
  failure TEXT,
  failing_since TEXT,
  PRIMARY KEY (connection, tenant_id)
) STRICT, WITHOUT ROWID;

-- What a device suffers from, as the last look found it.
CREATE TABLE device_fault (
  connection TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  device_id TEXT NOT NULL,
  status TEXT NOT NULL,
  name TEXT NOT NULL,
  since INTEGER NOT NULL,
  -- The ticket that tells of it; null where it got none yet.
  ticket_id TEXT,
  PRIMARY KEY (connection, tenant_id, device_id, status)
) STRICT, WITHOUT ROWID;
CREATE INDEX device_fault_of_ticket ON device_fault (ticket_id) WHERE ticket_id IS NOT NULL;

CREATE TABLE ticket (
  id TEXT PRIMARY KEY,
  connection TEXT NOT NULL,
  company_id TEXT NOT NULL,
  cause TEXT NOT NULL,
  rule TEXT NOT NULL,
  subject TEXT NOT NULL,
  example TEXT NOT NULL,
  state TEXT NOT NULL,
  wanted TEXT NOT NULL,
  -- The PSA's own; null before it answered.
  psa_id TEXT,
  -- What it was made with; null before that.
  board TEXT,
  status_new TEXT,
  status_closed TEXT,
  title TEXT NOT NULL,
  happened INTEGER NOT NULL,
  told INTEGER NOT NULL,
  noted_at INTEGER,
  created_at TEXT NOT NULL,
  last_at TEXT NOT NULL,
  opened_at TEXT,
  closed_at TEXT,
  closed_by TEXT,
  -- Nothing is done about it before this time. In milliseconds.
  look_at INTEGER NOT NULL DEFAULT 0,
  sent_at INTEGER,
  tries INTEGER NOT NULL DEFAULT 0,
  -- Why it waits, in words.
  detail TEXT,
  -- When the PSA last showed how it stands. In milliseconds.
  seen_at INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
-- A company has at most one ticket of a cause that is not over.
CREATE UNIQUE INDEX ticket_of_cause ON ticket (connection, company_id, cause)
  WHERE state IN ('planned', 'sending', 'unknown', 'open') OR wanted = 'open';
CREATE INDEX ticket_of_company ON ticket (connection, company_id, closed_at);
CREATE INDEX ticket_by_age ON ticket (last_at, id);

CREATE TABLE ticket_device (
  ticket_id TEXT NOT NULL,
  device TEXT NOT NULL,
  name TEXT NOT NULL,
  happened INTEGER NOT NULL,
  told INTEGER NOT NULL,
  first_at TEXT NOT NULL,
  last_at TEXT NOT NULL,
  PRIMARY KEY (ticket_id, device)
) STRICT, WITHOUT ROWID;

-- Events of tenants without a company: counted, never ticketed.
CREATE TABLE unmapped_event (
  connection TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  type TEXT NOT NULL,
  name TEXT NOT NULL,
  happened INTEGER NOT NULL,
  last_at TEXT NOT NULL,
  PRIMARY KEY (connection, tenant_id, type)
) STRICT, WITHOUT ROWID;

-- Rules that are skipped, because the PSA no longer has what they file tickets under.
CREATE TABLE ticket_rule_problem (
  connection TEXT NOT NULL,
  rule TEXT NOT NULL,
  message TEXT NOT NULL,
  since TEXT NOT NULL,
  PRIMARY KEY (connection, rule)
) STRICT, WITHOUT ROWID;
