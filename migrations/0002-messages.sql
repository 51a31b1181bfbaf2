-- Messages, their receipts, idempotency keys and counts. Checks and laws are written with OR: for an IN of more than two
-- SQLite builds a table in memory at every change.

-- Texts stand apart, so that a change of state does not rewrite a long one.
CREATE TABLE message_text (
  message_id INTEGER PRIMARY KEY,
  text       TEXT NOT NULL
) STRICT;

-- The id is the sequence: ids are given in the order of commits and never reused.
CREATE TABLE message (
  id                INTEGER PRIMARY KEY AUTOINCREMENT,
  agent             TEXT NOT NULL,
  state             TEXT NOT NULL
                    CHECK (state = 'ready' OR state = 'leased' OR state = 'delivered' OR state = 'scheduled'
                           OR state = 'blocked' OR state = 'dead' OR state = 'cancelled'),
  priority          INTEGER NOT NULL DEFAULT 0,
  sender            TEXT,
  project           TEXT,
  thread_id         TEXT,
  reply_to          INTEGER,
  wake              TEXT NOT NULL DEFAULT 'now' CHECK (wake IN ('now', 'later')),
  idempotency_key   TEXT,
  -- orq's own words, whose death tells nobody.
  notice            INTEGER NOT NULL DEFAULT 0 CHECK (notice = 0 OR notice = 1),
  -- What an agent is told after a compaction or a restart: outside the order, before it, and not open itself.
  briefing          INTEGER NOT NULL DEFAULT 0 CHECK (briefing = 0 OR briefing = 1),
  attempts          INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  failures          INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),
  max_failures      INTEGER NOT NULL CHECK (max_failures > 0),
  enqueued_at_ms    INTEGER NOT NULL,
  ready_at_ms       INTEGER NOT NULL,
  -- Whether the sender named that time, so that it holds by the wall clock, whatever that is set to.
  names_time        INTEGER NOT NULL DEFAULT 0 CHECK (names_time IN (0, 1)),
  expires_at_ms     INTEGER,
  ended_at_ms       INTEGER,
  reason            TEXT,
  open              INTEGER NOT NULL DEFAULT 0 CHECK (open IN (0, 1)),
  lease_token       INTEGER NOT NULL DEFAULT 0,
  leased_at_ms      INTEGER,
  -- No foreign keys: for each session that is forgotten SQLite would search all messages. session_delete holds what counts.
  lease_session     INTEGER,
  lease_prompt_id   TEXT,
  lease_event       TEXT,
  lease_injected    INTEGER CHECK (lease_injected IN (0, 1)),
  lease_until_ms    INTEGER,
  lease_request_id  TEXT,
  -- Parts that come after the one given; NULL for a message that stands whole. Without lease_prompt_id all parts given so far were seen.
  lease_parts_left  INTEGER CHECK (lease_parts_left >= 0),
  seen_session      INTEGER,
  seen_prompt_id    TEXT,
  -- How many messages led to this one, counted while a cap is set, and why it was held back.
  hops              INTEGER NOT NULL DEFAULT 0 CHECK (hops >= 0),
  held              TEXT,
  lane              TEXT CHECK (lane = 'global' OR lane = 'project:' || project),
  awaits            INTEGER NOT NULL DEFAULT 0 CHECK (awaits >= 0),
  has_dependents    INTEGER NOT NULL DEFAULT 0 CHECK (has_dependents IN (0, 1)),
  on_dependency_failure TEXT CHECK (on_dependency_failure = 'fail' OR on_dependency_failure = 'release' OR on_dependency_failure = 'wait'),
  dependency_until_ms   INTEGER,
  CHECK (awaits = 0 OR on_dependency_failure IS NOT NULL),
  CHECK ((state = 'leased') = (leased_at_ms IS NOT NULL)),
  CHECK ((state = 'leased') = (lease_session IS NOT NULL OR lease_until_ms IS NOT NULL)),
  CHECK (lease_session IS NULL OR lease_until_ms IS NULL),
  CHECK ((lease_session IS NULL) = (lease_injected IS NULL) AND (lease_session IS NULL) = (lease_event IS NULL)),
  CHECK (lease_prompt_id IS NULL OR lease_session IS NOT NULL),
  CHECK (lease_request_id IS NULL OR lease_until_ms IS NOT NULL),
  CHECK (lease_parts_left IS NULL OR lease_session IS NOT NULL),
  CHECK ((state = 'delivered' OR state = 'dead' OR state = 'cancelled') = (ended_at_ms IS NOT NULL)),
  CHECK (state <> 'dead' OR reason IS NOT NULL),
  CHECK (open = 0 OR state = 'delivered'),
  CHECK (state = 'dead' OR failures <= max_failures),
  CHECK (state <> 'scheduled' OR ready_at_ms > 0)
) STRICT;

-- One partial index per state: a state in a WHERE is a literal, so that it matches. What ended is kept in an
-- order that grows: its index is then written at its end, not at one page per agent.
-- With wake at its end: whether an agent may be woken is read from the index alone, however many messages only ride along.
CREATE INDEX message_ready ON message (agent, priority DESC, id, wake) WHERE state = 'ready';
CREATE INDEX message_scheduled ON message (ready_at_ms) WHERE state = 'scheduled';
CREATE INDEX message_blocked ON message (agent, id) WHERE state = 'blocked';
CREATE INDEX message_leased ON message (lease_session, lease_prompt_id, lease_until_ms) WHERE state = 'leased';
CREATE INDEX message_delivered ON message (ended_at_ms) WHERE state = 'delivered';
CREATE INDEX message_dead ON message (id) WHERE state = 'dead';
CREATE INDEX message_cancelled ON message (id) WHERE state = 'cancelled';
CREATE INDEX message_buried ON message (ended_at_ms) WHERE state = 'dead' OR state = 'cancelled';

CREATE INDEX message_agent ON message (agent, id);
CREATE INDEX message_lease_request ON message (lease_request_id) WHERE lease_request_id IS NOT NULL;
CREATE INDEX message_expires ON message (expires_at_ms)
  WHERE expires_at_ms IS NOT NULL AND ended_at_ms IS NULL;
CREATE INDEX message_open ON message (agent, id) WHERE open = 1;
CREATE INDEX message_thread ON message (thread_id, id) WHERE thread_id IS NOT NULL;

CREATE TRIGGER session_delete BEFORE DELETE ON session
WHEN EXISTS (SELECT 1 FROM message WHERE state = 'leased' AND lease_session = OLD.key)
BEGIN
  SELECT RAISE(ABORT, 'a session that holds a lease cannot be forgotten');
END;

CREATE TABLE receipt (
  message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  number     INTEGER NOT NULL,
  kind       TEXT NOT NULL CHECK (kind = 'injected' OR kind = 'seen' OR kind = 'done'),
  at_ms      INTEGER NOT NULL,
  session_id TEXT,
  event      TEXT,
  by_reference INTEGER NOT NULL DEFAULT 0 CHECK (by_reference IN (0, 1)),
  PRIMARY KEY (message_id, number)
) STRICT, WITHOUT ROWID;

-- Files with texts that are too long for hooks, below the working directories of the sessions that they were written for.
CREATE TABLE reference_file (
  message_id INTEGER NOT NULL,
  folder     TEXT NOT NULL,
  PRIMARY KEY (message_id, folder)
) STRICT, WITHOUT ROWID;

-- How fast messages come for an agent, from one sender or ('') from all; kept only while there is a cap.
CREATE TABLE message_flow (
  agent  TEXT NOT NULL,
  sender TEXT NOT NULL,
  due_ms INTEGER NOT NULL,
  at_ms  INTEGER NOT NULL,
  PRIMARY KEY (agent, sender)
) STRICT, WITHOUT ROWID;

-- The newest message when the wall clock was set last: times of those before it are of another clock.
CREATE TABLE clock_step (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  message_id INTEGER NOT NULL
) STRICT;

-- Unique per address as it was sent, whatever agent the address meant at the time.
CREATE TABLE idempotency_key (
  address     TEXT NOT NULL,
  key         TEXT NOT NULL,
  message_id  INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  at_ms       INTEGER NOT NULL,
  PRIMARY KEY (address, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_key_age ON idempotency_key (at_ms);

-- Kept by triggers, so that a count never scans the messages: one row per agent, a column per state.
CREATE TABLE message_count (
  agent     TEXT PRIMARY KEY NOT NULL,
  ready     INTEGER NOT NULL DEFAULT 0,
  scheduled INTEGER NOT NULL DEFAULT 0,
  blocked   INTEGER NOT NULL DEFAULT 0,
  leased    INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0,
  dead      INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0,
  CHECK (ready >= 0 AND scheduled >= 0 AND blocked >= 0 AND leased >= 0 AND delivered >= 0 AND dead >= 0 AND cancelled >= 0)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER message_insert AFTER INSERT ON message
BEGIN
  INSERT INTO message_count (agent) VALUES (NEW.agent) ON CONFLICT DO NOTHING;
  UPDATE message_count
     SET ready = ready + (NEW.state = 'ready'), scheduled = scheduled + (NEW.state = 'scheduled'),
         blocked = blocked + (NEW.state = 'blocked'), leased = leased + (NEW.state = 'leased'),
         delivered = delivered + (NEW.state = 'delivered'), dead = dead + (NEW.state = 'dead'),
         cancelled = cancelled + (NEW.state = 'cancelled')
   WHERE agent = NEW.agent;
END;

CREATE TRIGGER message_delete AFTER DELETE ON message
BEGIN
  UPDATE message_count
     SET ready = ready - (OLD.state = 'ready'), scheduled = scheduled - (OLD.state = 'scheduled'),
         blocked = blocked - (OLD.state = 'blocked'), leased = leased - (OLD.state = 'leased'),
         delivered = delivered - (OLD.state = 'delivered'), dead = dead - (OLD.state = 'dead'),
         cancelled = cancelled - (OLD.state = 'cancelled')
   WHERE agent = OLD.agent;
END;

-- The laws of a change and its count, in one trigger because every change pays for each trigger and for what it runs before the row is
-- written: the legal moves, as src/protocol/message.ts has them, and a lease token that never goes back (it grows with each lease and with each
-- act that takes one away).
CREATE TRIGGER message_change AFTER UPDATE OF state, lease_token ON message
BEGIN
  SELECT RAISE(ABORT, 'illegal move of a message, or its lease token went back')
   WHERE NEW.lease_token < OLD.lease_token OR (NEW.state <> OLD.state AND NOT CASE OLD.state
     WHEN 'ready' THEN NEW.state <> 'blocked'
     WHEN 'scheduled' THEN NEW.state <> 'leased'
     WHEN 'blocked' THEN NEW.state <> 'leased'
     WHEN 'leased' THEN NEW.state <> 'blocked'
     WHEN 'dead' THEN NEW.state = 'ready' OR NEW.state = 'blocked' OR NEW.state = 'cancelled'
     ELSE 0 END);
  UPDATE message_count
     SET ready = ready + (NEW.state = 'ready') - (OLD.state = 'ready'),
         scheduled = scheduled + (NEW.state = 'scheduled') - (OLD.state = 'scheduled'),
         blocked = blocked + (NEW.state = 'blocked') - (OLD.state = 'blocked'),
         leased = leased + (NEW.state = 'leased') - (OLD.state = 'leased'),
         delivered = delivered + (NEW.state = 'delivered') - (OLD.state = 'delivered'),
         dead = dead + (NEW.state = 'dead') - (OLD.state = 'dead'),
         cancelled = cancelled + (NEW.state = 'cancelled') - (OLD.state = 'cancelled')
   WHERE agent = OLD.agent AND NEW.state <> OLD.state;
END;

-- Mail that waited for an agent under another name is counted where it goes.
CREATE TRIGGER message_adoption AFTER UPDATE OF agent ON message
WHEN NEW.agent <> OLD.agent
BEGIN
  INSERT INTO message_count (agent) VALUES (NEW.agent) ON CONFLICT DO NOTHING;
  UPDATE message_count
     SET ready = ready - (NEW.state = 'ready'), scheduled = scheduled - (NEW.state = 'scheduled'),
         blocked = blocked - (NEW.state = 'blocked'), leased = leased - (NEW.state = 'leased'),
         delivered = delivered - (NEW.state = 'delivered'), dead = dead - (NEW.state = 'dead'),
         cancelled = cancelled - (NEW.state = 'cancelled')
   WHERE agent = OLD.agent;
  UPDATE message_count
     SET ready = ready + (NEW.state = 'ready'), scheduled = scheduled + (NEW.state = 'scheduled'),
         blocked = blocked + (NEW.state = 'blocked'), leased = leased + (NEW.state = 'leased'),
         delivered = delivered + (NEW.state = 'delivered'), dead = dead + (NEW.state = 'dead'),
         cancelled = cancelled + (NEW.state = 'cancelled')
   WHERE agent = NEW.agent;
END;

-- One message as every reader of the daemon wants it.
CREATE VIEW message_row AS
SELECT message.id AS id, message.agent AS agent, message.state AS state, priority, sender AS "from", project,
       thread_id AS threadId, reply_to AS replyTo, idempotency_key AS idempotencyKey, wake, lane, text, awaits,
       on_dependency_failure AS onDependencyFailure, dependency_until_ms AS dependencyUntilMs,
       (SELECT json_group_array(after_id) FROM dependency WHERE dependency.message_id = message.id) AS after,
       attempts, failures, open,
       enqueued_at_ms AS enqueuedAtMs, ready_at_ms AS readyAtMs, expires_at_ms AS expiresAtMs, message.ended_at_ms AS endedAtMs,
       reason, lease_token AS leaseToken, leased_at_ms AS leasedAtMs, lease_until_ms AS leaseUntilMs,
       lease_event AS leaseEvent, lease_injected AS leaseInjected,
       (SELECT session_id FROM session WHERE key = lease_session) AS leaseSessionId, lease_parts_left AS leasePartsLeft, hops,
       CASE WHEN message.state = 'scheduled' OR message.state = 'blocked' THEN held END AS held
  FROM message JOIN message_text ON message_text.message_id = message.id;
