/** Databases of the old system in every shape that was ever found, built from its description. */
import Sqlite from 'better-sqlite3';

export const SHAPES = ['none', 'v0', 'v1', 'v1-long', 'v2', 'v3', 'half-migrated', 'lifted'] as const;
export type Shape = (typeof SHAPES)[number];

const AGENT_V1 = `agent_session TEXT NOT NULL, message TEXT NOT NULL, priority INTEGER DEFAULT 0`;
const TIMES = `status TEXT DEFAULT 'pending', enqueued_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, pulled_at TIMESTAMP, delivered_at TIMESTAMP`;
const QUEUE_V1 = `
  CREATE TABLE message_queue (id INTEGER PRIMARY KEY AUTOINCREMENT, ${AGENT_V1}, sequence_number INTEGER NOT NULL, dependency_id INTEGER,
    project_name TEXT, ${TIMES}, FOREIGN KEY (dependency_id) REFERENCES message_queue(id));`;
const LONG = `
  ALTER TABLE message_queue ADD COLUMN delivery_method TEXT DEFAULT 'queued';
  ALTER TABLE message_queue ADD COLUMN fifo_scope TEXT DEFAULT 'agent';`;
const QUEUE_V3 = `
  CREATE TABLE message_queue (id INTEGER PRIMARY KEY AUTOINCREMENT, agent_id TEXT NOT NULL, message TEXT NOT NULL, priority INTEGER DEFAULT 0,
    sequence_number INTEGER NOT NULL DEFAULT 0, dependency_id INTEGER, project_name TEXT, ${TIMES}, delivery_method TEXT DEFAULT 'queued',
    fifo_scope TEXT DEFAULT 'agent', FOREIGN KEY (dependency_id) REFERENCES message_queue(id));`;
const GENERATOR = `
  CREATE TABLE sequence_generator (name TEXT PRIMARY KEY, current_value INTEGER DEFAULT 0);
  INSERT OR IGNORE INTO sequence_generator (name, current_value) VALUES ('message_sequence', 0);`;
const AGENTS_V1 = `
  CREATE TABLE agents (session_name TEXT PRIMARY KEY, project_name TEXT, status TEXT DEFAULT 'active', ready_since TIMESTAMP,
    last_heartbeat TIMESTAMP DEFAULT CURRENT_TIMESTAMP, direct_delivery_pipe TEXT, last_sequence_delivered INTEGER DEFAULT 0);`;
const AGENTS_V2 = AGENTS_V1.replace('session_name', 'agent_id');
const AGENTS_V3 = AGENTS_V2.replace(
  'DEFAULT 0);',
  'DEFAULT 0, restart_count INTEGER DEFAULT 0, last_restart TIMESTAMP, last_error TEXT, context_preserved TEXT);',
);
const MIGRATIONS = `CREATE TABLE migrations (name TEXT PRIMARY KEY, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);`;
const RENAMED = `INSERT INTO migrations (name) VALUES ('agent_id_rename');`;
const CONTEXT = `
  CREATE TABLE agent_context (agent_id TEXT PRIMARY KEY, last_briefing TIMESTAMP, briefing_content TEXT, activity_summary TEXT,
    checkpoint_data TEXT, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
  CREATE TABLE session_events (id INTEGER PRIMARY KEY AUTOINCREMENT, agent_id TEXT NOT NULL, event_type TEXT NOT NULL, reason TEXT,
    timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP, details TEXT);`;
const TASKS = `
  CREATE TABLE tasks (id INTEGER PRIMARY KEY AUTOINCREMENT, session_name TEXT NOT NULL, agent_role TEXT NOT NULL, window_index INTEGER NOT NULL,
    next_run REAL NOT NULL, interval_minutes INTEGER NOT NULL, note TEXT, last_run REAL, created_at REAL DEFAULT (strftime('%s', 'now')),
    retry_count INTEGER DEFAULT 0, max_retries INTEGER DEFAULT 3);
  CREATE TABLE project_queue (id INTEGER PRIMARY KEY, name TEXT);
  INSERT INTO project_queue (name) VALUES ('theirs');`;

const SCHEMAS: Readonly<Record<Shape, string>> = {
  none: TASKS,
  v0: `CREATE TABLE message_queue (id INTEGER PRIMARY KEY AUTOINCREMENT, ${AGENT_V1}, ${TIMES});
    CREATE INDEX idx_agent_priority ON message_queue(agent_session, priority DESC, enqueued_at);
    CREATE TABLE agents (session_name TEXT PRIMARY KEY, status TEXT DEFAULT 'active');`,
  v1: QUEUE_V1 + GENERATOR + AGENTS_V1,
  'v1-long': QUEUE_V1 + LONG + GENERATOR + AGENTS_V1 + TASKS,
  v2: QUEUE_V3 + GENERATOR + AGENTS_V2 + MIGRATIONS + RENAMED,
  v3: QUEUE_V3 + GENERATOR + AGENTS_V3 + CONTEXT + MIGRATIONS + RENAMED + TASKS,
  'half-migrated':
    QUEUE_V1 +
    LONG +
    AGENTS_V1 +
    MIGRATIONS +
    QUEUE_V3.replace('TABLE message_queue', 'TABLE message_queue_new'),
  lifted: AGENTS_V3 + CONTEXT,
};

export type OldRow = Readonly<Record<string, string | number | null>>;

/** Makes the file. `rows` have the columns of v1; what a shape lacks is left out, `agent_session` is `agent_id` where it is called so. */
export function makeLegacy(
  path: string,
  shape: Shape,
  rows: readonly OldRow[] = [],
  { tasks = [], wal = false }: { tasks?: readonly OldRow[]; wal?: boolean } = {},
): Sqlite.Database {
  const db = new Sqlite(path);
  if (wal) db.pragma('journal_mode = WAL');
  db.pragma('foreign_keys = OFF');
  db.exec(SCHEMAS[shape]);
  const columnsOf = (table: string) =>
    new Set(
      db
        .prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('${table}')`)
        .all()
        .map(({ name }) => name),
    );
  const insert = (table: string, row: OldRow): void => {
    const columns = columnsOf(table);
    const fields = Object.entries(row)
      .map(
        ([name, value]) =>
          [name === 'agent_session' && columns.has('agent_id') ? 'agent_id' : name, value] as const,
      )
      .filter(([name]) => columns.has(name));
    const names = fields.map(([name]) => name);
    const sql = `INSERT INTO ${table} (${names.join()}) VALUES (${names.map(() => '?').join()})`;
    db.prepare(sql).run(fields.map(([, value]) => value));
  };
  if (columnsOf('message_queue').size > 0) for (const row of rows) insert('message_queue', row);
  for (const task of tasks) insert('tasks', task);
  return db;
}

/** A file that nobody holds open. */
export function writeLegacyFile(...given: Parameters<typeof makeLegacy>): void {
  makeLegacy(...given).close();
}

/** Of agent S:1: urgent, two of one priority whose sequence is against their ids, one that waits for another, one pulled, one over. */
export const rowsOf = (session: string): OldRow[] => {
  const agent = { agent_session: `${session}:1`, enqueued_at: '2025-08-30 12:00:00' };
  return [
    { ...agent, id: 1, message: 'second', sequence_number: 5 },
    { ...agent, id: 2, message: 'first', sequence_number: 4, enqueued_at: '2025-08-30 11:00:00' },
    { ...agent, id: 3, message: 'urgent', priority: 60, sequence_number: 6 },
    { ...agent, id: 4, message: 'waits', sequence_number: 7, dependency_id: 2 },
    {
      ...agent,
      id: 5,
      message: 'pulled',
      sequence_number: 1,
      status: 'pulled',
      pulled_at: '2025-08-30 12:00:01',
      enqueued_at: '2025-08-30 10:00:00',
    },
    {
      ...agent,
      id: 6,
      message: 'over',
      sequence_number: 2,
      status: 'delivered',
      delivered_at: '2025-08-30 12:00:02',
    },
  ];
};
