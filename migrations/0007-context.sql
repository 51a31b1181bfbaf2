-- What is kept of an agent over its sessions, so that it can be told after a compaction or a restart.

CREATE TABLE context (
  agent           TEXT PRIMARY KEY NOT NULL,
  session_id      TEXT,
  transcript_path TEXT,
  -- Where its session began.
  folder          TEXT,
  activity        TEXT,
  briefing        TEXT,
  briefed_at_ms   INTEGER,
  created_at_ms   INTEGER NOT NULL,
  updated_at_ms   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE compact_summary (
  id    INTEGER PRIMARY KEY AUTOINCREMENT,
  agent TEXT NOT NULL,
  text  TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX compact_summary_agent ON compact_summary (agent, id);

CREATE TABLE session_event (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  agent      TEXT NOT NULL,
  session_id TEXT NOT NULL,
  kind       TEXT NOT NULL CHECK (kind = 'session_start' OR kind = 'session_end' OR kind = 'pre_compact' OR kind = 'post_compact'
                                  OR kind = 'stop_failure' OR kind = 'hung'),
  reason     TEXT,
  at_ms      INTEGER NOT NULL
) STRICT;

CREATE INDEX session_event_agent ON session_event (agent, id);

-- Whoever ends a session: a hook, a sweep, or the one that takes its place.
CREATE TRIGGER session_end_event AFTER UPDATE OF standing ON session
WHEN NEW.standing = 'ended' AND OLD.standing = 'bound'
BEGIN
  INSERT INTO session_event (agent, session_id, kind, reason, at_ms)
  VALUES (NEW.agent, NEW.session_id, 'session_end', NEW.end_reason, NEW.ended_at_ms);
END;

-- A session that starts and ends all day must not fill the disk.
CREATE TRIGGER session_event_prune AFTER INSERT ON session_event
BEGIN
  DELETE FROM session_event
   WHERE agent = NEW.agent AND id <= (SELECT id FROM session_event WHERE agent = NEW.agent ORDER BY id DESC LIMIT 1 OFFSET 500);
END;

CREATE TRIGGER compact_summary_prune AFTER INSERT ON compact_summary
BEGIN
  DELETE FROM compact_summary
   WHERE agent = NEW.agent AND id <= (SELECT id FROM compact_summary WHERE agent = NEW.agent ORDER BY id DESC LIMIT 1 OFFSET 5);
END;

CREATE TRIGGER agent_context_rename AFTER UPDATE OF id ON agent
WHEN NEW.id <> OLD.id
BEGIN
  DELETE FROM context WHERE agent = NEW.id;
  UPDATE context SET agent = NEW.id WHERE agent = OLD.id;
  UPDATE compact_summary SET agent = NEW.id WHERE agent = OLD.id;
  UPDATE session_event SET agent = NEW.id WHERE agent = OLD.id;
END;

CREATE TRIGGER agent_context_forget AFTER DELETE ON agent
BEGIN
  DELETE FROM context WHERE agent = OLD.id;
  DELETE FROM compact_summary WHERE agent = OLD.id;
  DELETE FROM session_event WHERE agent = OLD.id;
END;

-- Under the old system's names. checkpoint_data: what else is kept, as JSON.
CREATE VIEW agent_context AS
SELECT agent AS agent_id,
       agent AS agent_session,
       strftime('%Y-%m-%d %H:%M:%S', briefed_at_ms / 1000, 'unixepoch') AS last_briefing,
       briefing AS briefing_content,
       activity AS activity_summary,
       json_object('session_id', session_id, 'transcript_path', transcript_path, 'folder', folder, 'compact_summaries',
                   (SELECT json_group_array(text) FROM (SELECT text FROM compact_summary WHERE compact_summary.agent = context.agent ORDER BY id)))
         AS checkpoint_data,
       strftime('%Y-%m-%d %H:%M:%S', created_at_ms / 1000, 'unixepoch') AS created_at,
       strftime('%Y-%m-%d %H:%M:%S', updated_at_ms / 1000, 'unixepoch') AS updated_at
  FROM context;

CREATE VIEW session_events AS
SELECT id,
       agent AS agent_id,
       agent AS agent_session,
       kind AS event_type,
       reason,
       strftime('%Y-%m-%d %H:%M:%S', at_ms / 1000, 'unixepoch') AS timestamp,
       json_object('session_id', session_id) AS details
  FROM session_event;
