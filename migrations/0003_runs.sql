CREATE TABLE run (
  id TEXT PRIMARY KEY,
  day TEXT NOT NULL,
  trigger TEXT NOT NULL,
  dry_run INTEGER NOT NULL,
  -- 1 where the caller named tenants: they are read in full, the others not at all.
  named INTEGER NOT NULL,
  state TEXT NOT NULL,
  created_at TEXT NOT NULL,
  started_at TEXT,
  finished_at TEXT,
  -- Counted once the run has ended; its rows below are forgotten when the next one starts.
  tenants INTEGER NOT NULL DEFAULT 0,
  incomplete INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX one_cron_run_a_day ON run (day) WHERE trigger = 'cron';
CREATE UNIQUE INDEX one_active_run ON run (1) WHERE state IN ('queued', 'running');
CREATE INDEX run_by_age ON run (created_at DESC, id);

CREATE TABLE run_source (
  run_id TEXT NOT NULL,
  connection TEXT NOT NULL,
  -- listing, reading, done
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (run_id, connection)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_tenant (
  run_id TEXT NOT NULL,
  connection TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  -- waiting, complete, incomplete, gone
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (run_id, connection, tenant_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_tenant_waiting ON run_tenant (run_id, connection, attempts) WHERE state = 'waiting';

CREATE TABLE run_psa (
  run_id TEXT NOT NULL,
  connection TEXT NOT NULL,
  -- planning, done
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (run_id, connection)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_company (
  run_id TEXT NOT NULL,
  connection TEXT NOT NULL,
  company_id TEXT NOT NULL,
  -- ready, done
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before INTEGER NOT NULL DEFAULT 0,
  -- Lines that agreed when it was planned.
  unchanged INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (run_id, connection, company_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_company_ready ON run_company (run_id, connection, attempts) WHERE state = 'ready';

CREATE TABLE run_problem (
  run_id TEXT NOT NULL,
  code TEXT NOT NULL,
  tenant TEXT NOT NULL DEFAULT '',
  company TEXT NOT NULL DEFAULT '',
  message TEXT NOT NULL,
  PRIMARY KEY (run_id, code, tenant, company, message)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_calls (
  run_id TEXT NOT NULL,
  connection TEXT NOT NULL,
  calls INTEGER NOT NULL,
  PRIMARY KEY (run_id, connection)
) STRICT, WITHOUT ROWID;

-- Who works for one connection. Messages only wake; `step` and `lease_until` (milliseconds) decide who works.
CREATE TABLE chain (
  id TEXT PRIMARY KEY,
  step INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER NOT NULL DEFAULT 0,
  -- 1 while there is or may be work; 0 where the chain stopped with nothing left.
  awake INTEGER NOT NULL DEFAULT 0,
  -- 1 where somebody called while the chain was at work.
  woken INTEGER NOT NULL DEFAULT 0,
  -- 1 where the holder only waits for a time to come, so that a call may cut the wait short.
  resting INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
