-- What messages wait for besides their own agent's order: others by name, and others in the same lane.

-- A message waits for another. An edge lives until it is decided; afterwards it says what was waited for. Who is waited for may be pruned,
-- but not while an edge lives.
CREATE TABLE dependency (
  message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  after_id   INTEGER NOT NULL,
  live       INTEGER NOT NULL DEFAULT 1 CHECK (live IN (0, 1)),
  PRIMARY KEY (message_id, after_id),
  CHECK (message_id <> after_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX dependency_live ON dependency (after_id, message_id) WHERE live = 1;

-- How messages ended that were pruned, for those that are to wait for them.
CREATE TABLE message_tombstone (
  id           INTEGER PRIMARY KEY,
  state        TEXT NOT NULL CHECK (state = 'delivered' OR state = 'dead' OR state = 'cancelled'),
  pruned_at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX message_tombstone_age ON message_tombstone (pruned_at_ms);

CREATE INDEX message_dependency_until ON message (dependency_until_ms) WHERE dependency_until_ms IS NOT NULL AND awaits > 0;

-- Who stands in a lane: all that are neither over nor held back nor waiting for their time or for another message.
CREATE INDEX message_lane ON message (lane, priority DESC, id)
  WHERE lane IS NOT NULL AND ended_at_ms IS NULL AND state <> 'scheduled' AND awaits = 0 AND held IS NULL;

-- Messages whose change may let others go. The request that changed them looks at them before it commits, where anything is blocked at all.
CREATE TABLE unsettled (
  message_id INTEGER PRIMARY KEY
) STRICT;

-- Whoever is no longer blocked waits for nothing more. A lease lets nobody go: it sets
-- none of these columns, of which every other move sets one, and does not pay for the trigger.
CREATE TRIGGER message_unsettled AFTER UPDATE OF ready_at_ms, ended_at_ms, held ON message
WHEN (NEW.lane IS NOT NULL OR NEW.has_dependents = 1 OR NEW.awaits > 0)
 AND NEW.state <> OLD.state AND NEW.state <> 'ready' AND NEW.state <> 'leased'
BEGIN
  INSERT INTO unsettled (message_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
  UPDATE dependency SET live = 0 WHERE message_id = NEW.id AND live = 1 AND NEW.awaits > 0 AND NEW.state <> 'blocked';
  UPDATE message SET awaits = 0 WHERE id = NEW.id AND awaits > 0 AND NEW.state <> 'blocked';
END;

-- Who is addressed by @project.
CREATE INDEX agent_project ON agent (project, id) WHERE project IS NOT NULL;

-- The messages that an idempotency key of such an address stands for.
CREATE TABLE broadcast (
  address    TEXT NOT NULL,
  key        TEXT NOT NULL,
  message_id INTEGER NOT NULL,
  PRIMARY KEY (address, key, message_id),
  FOREIGN KEY (address, key) REFERENCES idempotency_key (address, key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
