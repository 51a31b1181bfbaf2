-- How agents were started, so that they can be started again, and what became of every crash, restart, refusal and hold.

-- pid and pid_start: the process that is watched; NULL while none is known to live. stopping, hung: it was told to end, by a person or because it hung. Keys never stand in environment.
CREATE TABLE agent_start (
  agent         TEXT PRIMARY KEY NOT NULL REFERENCES agent (id) ON UPDATE CASCADE ON DELETE CASCADE,
  argv          TEXT NOT NULL,
  folder        TEXT NOT NULL,
  environment   TEXT NOT NULL,
  session_id    TEXT,
  tmux_socket   TEXT,
  tmux_session  TEXT,
  window_name   TEXT,
  pid           INTEGER,
  pid_start     TEXT,
  owns_pane     INTEGER NOT NULL DEFAULT 0 CHECK (owns_pane IN (0, 1)),
  stopping      INTEGER NOT NULL DEFAULT 0 CHECK (stopping IN (0, 1)),
  hung          INTEGER NOT NULL DEFAULT 0 CHECK (hung IN (0, 1)),
  recorded_at_ms INTEGER NOT NULL,
  CHECK ((pid IS NULL) = (pid_start IS NULL))
) STRICT;

CREATE INDEX agent_start_watched ON agent_start (agent) WHERE pid IS NOT NULL;

-- What people said of one agent; NULL: as for all.
CREATE TABLE restart_policy (
  agent     TEXT PRIMARY KEY NOT NULL REFERENCES agent (id) ON UPDATE CASCADE ON DELETE CASCADE,
  is_on     INTEGER CHECK (is_on IN (0, 1)),
  max_count INTEGER CHECK (max_count >= 0),
  window_ms INTEGER CHECK (window_ms > 0)
) STRICT;

-- live: under way or in force; an agent has one such row at most. counted_at_ms: the restart counts towards the limits, until a person lets the
-- agent go; it moves with a clock that was set. fresh: without the session, because with it the client did not come up.
-- owed_cause: the client of an agent that is held went for this, and is started once the hold is over.
-- pane_pid: what ran in the pane before the start. Where something else runs in it, the start took place.
CREATE TABLE agent_restart (
  id                INTEGER PRIMARY KEY AUTOINCREMENT,
  agent             TEXT NOT NULL REFERENCES agent (id) ON UPDATE CASCADE ON DELETE CASCADE,
  at_ms             INTEGER NOT NULL,
  cause             TEXT NOT NULL,
  detail            TEXT,
  initiator         TEXT NOT NULL CHECK (initiator = 'orq' OR initiator = 'supervisor' OR initiator = 'person'),
  outcome           TEXT NOT NULL
                    CHECK (outcome = 'waiting' OR outcome = 'starting' OR outcome = 'granted' OR outcome = 'held'
                           OR outcome = 'restarted' OR outcome = 'failed' OR outcome = 'expired' OR outcome = 'none' OR outcome = 'released'),
  reason            TEXT,
  attempt           INTEGER NOT NULL DEFAULT 0,
  live              INTEGER NOT NULL CHECK (live IN (0, 1)),
  counted_at_ms     INTEGER,
  due_ms            INTEGER,
  until_ms          INTEGER,
  owed_cause        TEXT,
  ended_at_ms       INTEGER,
  fresh             INTEGER NOT NULL DEFAULT 0 CHECK (fresh IN (0, 1)),
  began_at_ms       INTEGER,
  tmux_socket       TEXT,
  tmux_server_start INTEGER,
  pane              TEXT,
  pane_pid          INTEGER,
  pid               INTEGER,
  pid_start         TEXT,
  CHECK ((live = 1) = (outcome = 'waiting' OR outcome = 'starting' OR outcome = 'granted' OR outcome = 'held')),
  CHECK ((live = 1) = (ended_at_ms IS NULL)),
  CHECK (live = 0 OR outcome = 'held' OR owed_cause IS NULL),
  CHECK ((outcome = 'waiting') <= (due_ms IS NOT NULL)),
  CHECK ((pid IS NULL) = (pid_start IS NULL))
) STRICT;

CREATE UNIQUE INDEX agent_restart_live ON agent_restart (agent) WHERE live = 1;
CREATE INDEX agent_restart_agent ON agent_restart (agent, id);
CREATE INDEX agent_restart_ended ON agent_restart (ended_at_ms) WHERE ended_at_ms IS NOT NULL;
CREATE INDEX agent_restart_counted ON agent_restart (agent, counted_at_ms) WHERE counted_at_ms IS NOT NULL;

-- The old system's view of agents, beside message_queue.
CREATE VIEW agents AS
SELECT agent.id AS agent_id,
       agent.id AS agent_session,
       agent.project AS project_name,
       CASE
         WHEN session.key IS NULL THEN 'offline'
         WHEN session.state = 'idle' THEN 'ready'
         ELSE 'active'
       END AS status,
       CASE
         WHEN session.state = 'idle' THEN strftime('%Y-%m-%d %H:%M:%S', session.last_event_ms / 1000, 'unixepoch')
       END AS ready_since,
       strftime('%Y-%m-%d %H:%M:%S', max(agent.last_seen_ms, ifnull(session.last_event_ms, 0)) / 1000, 'unixepoch') AS last_heartbeat,
       NULL AS direct_delivery_pipe,
       ifnull((SELECT max(message.id) FROM message WHERE message.agent = agent.id AND message.state = 'delivered'), 0)
         AS last_sequence_delivered,
       (SELECT count(*) FROM agent_restart WHERE agent_restart.agent = agent.id AND outcome = 'restarted') AS restart_count,
       (SELECT strftime('%Y-%m-%d %H:%M:%S', max(ended_at_ms) / 1000, 'unixepoch') FROM agent_restart
         WHERE agent_restart.agent = agent.id AND outcome = 'restarted') AS last_restart,
       (SELECT ifnull(detail, cause) FROM agent_restart
         WHERE agent_restart.agent = agent.id AND cause <> 'requested' AND cause <> 'stopped' AND cause <> 'clean_exit' AND cause <> 'closed'
         ORDER BY at_ms DESC, id DESC LIMIT 1) AS last_error,
       NULL AS context_preserved
  FROM agent
  LEFT JOIN session ON session.agent = agent.id AND session.standing = 'bound';
