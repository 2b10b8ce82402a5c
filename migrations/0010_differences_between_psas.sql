-- Whether an agreement bills bundles, whose products have no lines of their own.
ALTER TABLE agreement ADD COLUMN bundled INTEGER NOT NULL DEFAULT 0;

-- The price level of the mapping that a change was planned with.
ALTER TABLE change ADD COLUMN price_level_id TEXT;
-- The local day before which a planned change must not be sent, and why.
ALTER TABLE change ADD COLUMN not_before TEXT;
ALTER TABLE change ADD COLUMN waits_for TEXT;

-- The price level that the line was last written or taken over with.
ALTER TABLE own_line ADD COLUMN price_level_id TEXT;

-- When the PSA last had room for the run, in milliseconds.
ALTER TABLE run_psa ADD COLUMN room_seen_at INTEGER NOT NULL DEFAULT 0;

-- When a test write succeeded with the connection as it stands.
ALTER TABLE connection ADD COLUMN tested_at TEXT;

CREATE INDEX sent_change ON change (connection, effective_on) WHERE sent_at IS NOT NULL;
