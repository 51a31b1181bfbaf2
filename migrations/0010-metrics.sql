-- What the daemon counted, kept over its restarts: one row per series, written by sweeps only.
CREATE TABLE metric (
  name   TEXT NOT NULL,
  series TEXT NOT NULL,
  value  TEXT NOT NULL CHECK (json_valid(value)),
  PRIMARY KEY (name, series)
) STRICT, WITHOUT ROWID;

-- Messages above the normal band that are not over: so few that they can be counted, and no other pays for it.
CREATE INDEX message_urgent ON message (priority, state) WHERE priority >= 10 AND ended_at_ms IS NULL;
