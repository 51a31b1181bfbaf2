-- Where messages came from that this database did not take from their senders: exports, and databases of an older system.

-- Whose ids those of an export are: a name that no other database has.
CREATE TABLE origin (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL
) STRICT;

INSERT INTO origin (id, name) VALUES (1, lower(hex(randomblob(16))));

-- What was imported once is never imported again, also after the message was pruned.
CREATE TABLE imported (
  origin     TEXT NOT NULL,
  item       TEXT NOT NULL,
  message_id INTEGER NOT NULL,
  at_ms      INTEGER NOT NULL,
  PRIMARY KEY (origin, item)
) STRICT, WITHOUT ROWID;

-- Pages of an import that is on its way: all of them are stored in one transaction when the last one is there.
CREATE TABLE import_page (
  import   TEXT NOT NULL,
  position INTEGER NOT NULL CHECK (position >= 0),
  body     TEXT NOT NULL,
  at_ms    INTEGER NOT NULL,
  PRIMARY KEY (import, position)
) STRICT;

CREATE INDEX import_page_age ON import_page (at_ms);
