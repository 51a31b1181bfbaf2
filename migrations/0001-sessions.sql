-- Agents, the sessions that lived for them, and the addresses under which tmux shows them.

CREATE TABLE agent (
  id                TEXT PRIMARY KEY NOT NULL CHECK (length(id) BETWEEN 1 AND 200),
  project           TEXT,
  mode              TEXT NOT NULL DEFAULT 'pull' CHECK (mode IN ('pull', 'push')),
  tmux_socket       TEXT,
  tmux_server_start INTEGER,
  pane              TEXT,
  folder            TEXT,
  first_seen_ms     INTEGER NOT NULL,
  last_seen_ms      INTEGER NOT NULL,
  CHECK ((tmux_socket IS NULL) = (pane IS NULL) AND (tmux_socket IS NULL) = (tmux_server_start IS NULL))
) STRICT;

-- Ids of panes are reused by the next tmux server on the same socket, so its start time is part of the key.
CREATE UNIQUE INDEX agent_pane ON agent (tmux_socket, tmux_server_start, pane) WHERE pane IS NOT NULL;

-- Outside tmux an agent that nobody named is known again by the folder in which it was first seen.
CREATE UNIQUE INDEX agent_folder ON agent (folder) WHERE folder IS NOT NULL;

-- What else an agent may be called now: session:index, session:name, session:window.pane, %pane.
CREATE TABLE agent_address (
  address TEXT NOT NULL,
  agent   TEXT NOT NULL REFERENCES agent (id) ON DELETE CASCADE,
  PRIMARY KEY (address, agent)
) STRICT, WITHOUT ROWID;

CREATE INDEX agent_address_agent ON agent_address (agent);

-- Checks are written with OR: for an IN of more than two SQLite builds a table in memory at every change.

-- One life of one Claude: process × session id, from one startup, resume, clear or fork.
CREATE TABLE session (
  key             INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id      TEXT NOT NULL,
  pid             INTEGER,
  pid_start       TEXT,
  agent           TEXT REFERENCES agent (id),
  standing        TEXT NOT NULL CHECK (standing = 'bound' OR standing = 'guest' OR standing = 'ended'),
  state           TEXT NOT NULL
                  CHECK (state = 'idle' OR state = 'busy' OR state = 'compacting' OR state = 'failed'
                         OR state = 'needs_human' OR state = 'ended'),
  prompt_id       TEXT,
  turn_number     INTEGER NOT NULL DEFAULT 0,
  in_turn         INTEGER NOT NULL DEFAULT 0 CHECK (in_turn IN (0, 1)),
  continuations   INTEGER NOT NULL DEFAULT 0,
  has_proven      INTEGER NOT NULL DEFAULT 0 CHECK (has_proven IN (0, 1)),
  last_event      TEXT NOT NULL,
  last_event_ms   INTEGER NOT NULL,
  source          TEXT,
  -- What ended the last turn, while the session is failed.
  failure         TEXT,
  client_version  TEXT,
  -- Of orq's own client, which runs the hooks.
  hook_version    TEXT,
  entrypoint      TEXT,
  permission_mode TEXT,
  cwd             TEXT,
  inbox_socket    TEXT,
  -- It was not told yet who it is, as far as its client said.
  bootstrap_due   INTEGER NOT NULL DEFAULT 0 CHECK (bootstrap_due IN (0, 1)),
  started_at_ms   INTEGER NOT NULL,
  ended_at_ms     INTEGER,
  end_reason      TEXT,
  CHECK ((pid IS NULL) = (pid_start IS NULL)),
  CHECK ((standing = 'ended') = (ended_at_ms IS NOT NULL)),
  CHECK ((standing = 'ended') = (state = 'ended')),
  CHECK (standing <> 'bound' OR agent IS NOT NULL)
) STRICT;

CREATE UNIQUE INDEX session_living ON session (session_id, ifnull(pid, 0), ifnull(pid_start, '')) WHERE standing <> 'ended';
CREATE UNIQUE INDEX session_bound ON session (agent) WHERE standing = 'bound';
CREATE INDEX session_by_id ON session (session_id, key);
CREATE INDEX session_process ON session (pid, pid_start) WHERE standing <> 'ended';
CREATE INDEX session_ended ON session (ended_at_ms) WHERE standing = 'ended';
CREATE INDEX session_guest ON session (agent) WHERE standing = 'guest';
