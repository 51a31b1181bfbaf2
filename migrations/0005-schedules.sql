-- Messages that come again and again. next_at_ms is the next tick, NULL where there is none any more; set_at_ms says when it was found, so that
-- a clock that went back shows.
CREATE TABLE schedule (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  agent         TEXT NOT NULL,
  name          TEXT,
  cron          TEXT,
  every_ms      INTEGER CHECK (every_ms > 0),
  zone          TEXT NOT NULL,
  catch_up      TEXT NOT NULL CHECK (catch_up = 'skip' OR catch_up = 'once'),
  text          TEXT NOT NULL,
  priority      INTEGER NOT NULL,
  sender        TEXT,
  project       TEXT,
  wake          TEXT NOT NULL CHECK (wake = 'now' OR wake = 'later'),
  ttl_ms        INTEGER,
  created_at_ms INTEGER NOT NULL,
  set_at_ms     INTEGER NOT NULL,
  next_at_ms    INTEGER,
  last_tick_ms  INTEGER,
  -- Why the last tick brought no message.
  error         TEXT,
  CHECK ((cron IS NULL) <> (every_ms IS NULL))
) STRICT;

CREATE INDEX schedule_next ON schedule (next_at_ms) WHERE next_at_ms IS NOT NULL;
CREATE INDEX schedule_set ON schedule (set_at_ms);
CREATE INDEX schedule_agent ON schedule (agent, id);
CREATE UNIQUE INDEX schedule_name ON schedule (agent, name) WHERE name IS NOT NULL;
