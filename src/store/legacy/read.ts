/** Reads a copy of the old system's database. Each table is known by its columns, never by a version number. */
import { OrqError } from '../../protocol/errors.ts';
import type {
  Cell,
  LegacyContents,
  LegacyContext,
  LegacyEvent,
  LegacyRow,
  LegacyShape,
  LegacyTask,
} from '../../takeover/legacy-row.ts';
import { APPLICATION_ID, openPlain, type Database } from '../sqlite/database.ts';

const SELECT_TABLES = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`;
const SELECT_COLUMNS = `SELECT name FROM pragma_table_info(@table)`;
const SELECT_QUEUE = `SELECT * FROM message_queue ORDER BY id`;
const COUNT_QUEUE = `SELECT count(*) AS count FROM message_queue`;
const SELECT_TASKS = `SELECT * FROM tasks ORDER BY id`;
const SELECT_CONTEXT = `SELECT * FROM agent_context ORDER BY agent_id`;
const SELECT_EVENTS = `SELECT * FROM session_events ORDER BY id`;
const SELECT_CAME_FROM = `SELECT row_id AS rowId, origin, message_id AS id FROM orq_message`;
const SELECT_RENAMED = `SELECT 1 FROM migrations WHERE name = 'agent_id_rename'`;

/** Tables of the old system whose rows are counted, and left. */
const LEFT = {
  agents: `SELECT count(*) AS count FROM agents`,
  project_queue: `SELECT count(*) AS count FROM project_queue`,
  scheduler_state: `SELECT count(*) AS count FROM scheduler_state`,
  agent_health: `SELECT count(*) AS count FROM agent_health`,
} as const;

const ROWS_PER_REPORT = 1000;

type Stored = Readonly<Record<string, Cell>>;

/** What a legacy row must have to be one. */
const NEEDED = ['id', 'message', 'status'] as const;

/** `onRows` is told of the queue's rows as they are read. @throws OrqError database_damaged, database_foreign (orq's own file, or a queue that nobody knows). */
export function readLegacy(path: string, onRows?: (done: number, all: number) => void): LegacyContents {
  const db = openPlain(path);
  try {
    if (db.pragma('application_id', { simple: true }) === APPLICATION_ID)
      throw new OrqError('database_foreign', `database ${path}: is orq's own`);
    const check: unknown = db.pragma('quick_check(1)', { simple: true });
    if (check !== 'ok')
      throw new OrqError('database_damaged', `database ${path}: is damaged (${String(check)})`);
    return contentsOf(db, onRows);
  } finally {
    db.close();
  }
}

function contentsOf(
  db: Database,
  onRows: (done: number, all: number) => void = () => undefined,
): LegacyContents {
  const tables = new Set(
    db
      .prepare<[], { name: string }>(SELECT_TABLES)
      .all()
      .map(({ name }) => name),
  );
  const selectColumns = db.prepare<{ table: string }, { name: string }>(SELECT_COLUMNS);
  const columns = (table: string): Set<string> =>
    new Set(selectColumns.all({ table }).map(({ name }) => name));
  const queue = tables.has('message_queue') ? columns('message_queue') : null;
  const shape = shapeOf(tables, queue, columns('agents'));
  const cameFrom = new Map(
    tables.has('orq_message')
      ? db
          .prepare<[], { rowId: number; origin: string; id: number }>(SELECT_CAME_FROM)
          .all()
          .map(({ rowId, ...sameAs }) => [rowId, sameAs])
      : [],
  );
  return {
    shape,
    sequenceLost: tables.has('migrations') && db.prepare(SELECT_RENAMED).get() !== undefined,
    rows: queue ? readQueue(db, cameFrom, onRows) : [],
    tasks: tables.has('tasks') ? db.prepare<[], Stored>(SELECT_TASKS).all().map(taskOf) : [],
    contexts: columns('agent_context').has('agent_id')
      ? db.prepare<[], Stored>(SELECT_CONTEXT).all().map(contextOf)
      : [],
    events: columns('session_events').has('agent_id')
      ? db.prepare<[], Stored>(SELECT_EVENTS).all().map(eventOf)
      : [],
    left: Object.fromEntries(
      Object.entries(LEFT)
        .filter(([table]) => tables.has(table))
        .map(([table, sql]) => [table, db.prepare<[], { count: number }>(sql).get()?.count ?? 0]),
    ),
  };
}

function readQueue(
  db: Database,
  cameFrom: ReadonlyMap<number, NonNullable<LegacyRow['sameAs']>>,
  onRows: (done: number, all: number) => void,
): LegacyRow[] {
  const all = db.prepare<[], { count: number }>(COUNT_QUEUE).get()?.count ?? 0;
  const rows: LegacyRow[] = [];
  for (const row of db.prepare<[], Stored>(SELECT_QUEUE).iterate()) {
    rows.push(rowOf(row, cameFrom.get(Number(row['id']))));
    if (rows.length % ROWS_PER_REPORT === 0 || rows.length === all) onRows(rows.length, all);
  }
  return rows;
}

function shapeOf(
  tables: ReadonlySet<string>,
  queue: ReadonlySet<string> | null,
  agents: ReadonlySet<string>,
): LegacyShape {
  if (!queue) return tables.has('agent_context') || tables.has('session_events') ? 'lifted' : 'none';
  const missing = NEEDED.filter((column) => !queue.has(column));
  if (missing.length > 0 || !(queue.has('agent_id') || queue.has('agent_session')))
    throw new OrqError(
      'database_foreign',
      `message_queue: has no ${missing[0] ?? 'agent_id or agent_session'}, so nobody knows what it holds`,
    );
  if (queue.has('agent_id')) return agents.has('restart_count') ? 'v3' : 'v2';
  if (tables.has('message_queue_new')) return 'half-migrated';
  return queue.has('sequence_number') ? 'v1' : 'v0';
}

function rowOf(row: Stored, sameAs: LegacyRow['sameAs']): LegacyRow {
  return {
    id: Number(row['id']),
    agent: row['agent_id'] ?? row['agent_session'],
    text: row['message'],
    priority: row['priority'],
    sequence: row['sequence_number'],
    dependencyId: row['dependency_id'],
    project: row['project_name'],
    status: row['status'],
    enqueuedAt: row['enqueued_at'],
    pulledAt: row['pulled_at'],
    deliveredAt: row['delivered_at'],
    scope: row['fifo_scope'],
    ...(sameAs && { sameAs }),
  };
}

function contextOf(row: Stored): LegacyContext {
  return {
    agent: row['agent_id'],
    lastBriefing: row['last_briefing'],
    briefing: row['briefing_content'],
    activity: row['activity_summary'],
    checkpoint: row['checkpoint_data'],
  };
}

function eventOf(row: Stored): LegacyEvent {
  return {
    id: Number(row['id']),
    agent: row['agent_id'],
    type: row['event_type'],
    reason: row['reason'],
    at: row['timestamp'],
    details: row['details'],
  };
}

function taskOf(row: Stored): LegacyTask {
  return {
    id: Number(row['id']),
    session: row['session_name'],
    role: row['agent_role'],
    window: row['window_index'],
    nextRun: row['next_run'],
    intervalMinutes: row['interval_minutes'],
    note: row['note'],
    retryCount: row['retry_count'],
  };
}
