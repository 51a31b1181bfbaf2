/** Writes messages into a new database of the old system's last shape, for its own tools to read. */
import type { PendingRow } from '../../takeover/pending-row.ts';
import { openPlain } from '../sqlite/database.ts';

const SCHEMA = `
  CREATE TABLE message_queue (id INTEGER PRIMARY KEY AUTOINCREMENT, agent_id TEXT NOT NULL,
    message TEXT NOT NULL, priority INTEGER DEFAULT 0, sequence_number INTEGER NOT NULL DEFAULT 0,
    dependency_id INTEGER, project_name TEXT, status TEXT DEFAULT 'pending', enqueued_at TIMESTAMP DEFAULT
    CURRENT_TIMESTAMP, pulled_at TIMESTAMP, delivered_at TIMESTAMP, delivery_method TEXT DEFAULT 'queued',
    fifo_scope TEXT DEFAULT 'agent', FOREIGN KEY (dependency_id) REFERENCES message_queue(id));
  CREATE INDEX idx_agent_fifo ON message_queue(agent_id, priority DESC, sequence_number);
  CREATE INDEX idx_project_fifo ON message_queue(project_name, priority DESC, sequence_number);
  CREATE INDEX idx_global_fifo ON message_queue(priority DESC, sequence_number);
  CREATE TABLE sequence_generator (name TEXT PRIMARY KEY, current_value INTEGER DEFAULT 0);
  CREATE TABLE agents (agent_id TEXT PRIMARY KEY, project_name TEXT, status TEXT DEFAULT 'active',
    ready_since TIMESTAMP, last_heartbeat TIMESTAMP DEFAULT CURRENT_TIMESTAMP, direct_delivery_pipe TEXT,
    last_sequence_delivered INTEGER DEFAULT 0, restart_count INTEGER DEFAULT 0, last_restart TIMESTAMP,
    last_error TEXT, context_preserved TEXT);
  CREATE TABLE agent_context (agent_id TEXT PRIMARY KEY, last_briefing TIMESTAMP, briefing_content TEXT,
    activity_summary TEXT, checkpoint_data TEXT, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
  CREATE TABLE session_events (id INTEGER PRIMARY KEY AUTOINCREMENT, agent_id TEXT NOT NULL,
    event_type TEXT NOT NULL, reason TEXT, timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP, details TEXT);
  CREATE TABLE migrations (name TEXT PRIMARY KEY, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
  CREATE TABLE orq_message (row_id INTEGER PRIMARY KEY, origin TEXT NOT NULL, message_id INTEGER NOT NULL);
  INSERT INTO migrations (name) VALUES ('agent_id_rename')`;

const INSERT_ROW = `
  INSERT INTO message_queue (id, agent_id, message, priority, sequence_number, dependency_id, project_name, status, enqueued_at, fifo_scope)
  VALUES (@sequence, @agent, @text, @priority, @sequence, @dependencyId, @project, 'pending', @enqueuedAt, @scope)`;
const INSERT_AGENT = `INSERT INTO agents (agent_id, project_name, status) VALUES (@agent, @project, 'offline') ON CONFLICT DO NOTHING`;
const INSERT_CAME_FROM = `INSERT INTO orq_message (row_id, origin, message_id) VALUES (@sequence, @origin, @messageId)`;
const SET_GENERATOR = `INSERT INTO sequence_generator (name, current_value) VALUES ('message_sequence', @last)`;

/** `path` names an empty file of this user's, or none. All rows or none. */
export function writeLegacy(path: string, rows: readonly PendingRow[], origin: string): void {
  const db = openPlain(path);
  try {
    // One may wait for a later one, and the old system's writers kept no references either.
    db.pragma('foreign_keys = OFF');
    db.exec(SCHEMA);
    const insertRow = db.prepare<PendingRow>(INSERT_ROW);
    const insertCameFrom = db.prepare<PendingRow & { origin: string }>(INSERT_CAME_FROM);
    const insertAgent = db.prepare<PendingRow>(INSERT_AGENT);
    db.transaction(() => {
      for (const row of rows) {
        insertRow.run(row);
        insertAgent.run(row);
        // The old tools pass over it; a later takeover knows the message again.
        if (row.messageId !== null) insertCameFrom.run({ ...row, origin });
      }
      db.prepare<{ last: number }>(SET_GENERATOR).run({ last: rows.length });
    })();
  } finally {
    db.close();
  }
}
