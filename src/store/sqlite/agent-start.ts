/** How agents were started, and which of their processes are watched. */
import type { ProcessId } from '../../protocol/agent.ts';
import type { Remains, StartedProcess, StartRecord, WatchedAgent } from '../../queue/restart-store.ts';
import type { Database } from './database.ts';
import { whileUnchanged } from './unchanged.ts';

/** Without a new window the place stays as it was known. */
const RECORD = `
  INSERT INTO agent_start (agent, argv, folder, environment, session_id, tmux_socket, tmux_session, window_name, recorded_at_ms)
  VALUES (@agent, @argv, @folder, @environment, @sessionId, @socket, @session, @window, @nowMs)
  ON CONFLICT (agent) DO UPDATE
     SET argv = excluded.argv, folder = excluded.folder, environment = excluded.environment,
         session_id = excluded.session_id, recorded_at_ms = excluded.recorded_at_ms,
         tmux_socket = ifnull(excluded.tmux_socket, tmux_socket), tmux_session = ifnull(excluded.tmux_session, tmux_session),
         window_name = ifnull(excluded.window_name, window_name)`;

/** Rides on the primary key. */
const WATCH = `UPDATE agent_start SET pid = @pid, pid_start = @pidStart, owns_pane = @ownsPane, stopping = @stopping, hung = 0 WHERE agent = @agent`;

/** Rides on the primary key. */
const UNWATCH = `
  UPDATE agent_start SET pid = NULL, pid_start = NULL, stopping = 0, hung = 0 WHERE agent = @agent AND pid = @pid AND pid_start = @pidStart`;

/** Rides on the primary key. */
const MARK_STOPPING = `
  UPDATE agent_start SET stopping = 1 WHERE agent = @agent AND pid IS NOT NULL RETURNING pid, pid_start AS pidStart`;

/** Rides on the primary key. */
const MARK_START = `UPDATE agent_start SET stopping = @stopping WHERE agent = @agent AND pid IS NULL AND stopping <> @stopping`;

/** Rides on the primary key. */
const MARK_HUNG = `
  UPDATE agent_start SET hung = 1 WHERE agent = @agent AND pid IS NOT NULL RETURNING pid, pid_start AS pidStart`;

/** Rides on the primary key. */
const SELECT_RECORD = `
  SELECT agent, argv, folder, environment, session_id AS sessionId, tmux_socket AS socket, tmux_session AS session,
         window_name AS window, pid, pid_start AS pidStart, stopping
    FROM agent_start WHERE agent = @agent`;

/** Walks agent_start_watched: as many as live. */
const SELECT_WATCHED = `
  SELECT agent, pid, pid_start AS pidStart, owns_pane AS ownsPane, stopping, hung
    FROM agent_start INDEXED BY agent_start_watched WHERE pid IS NOT NULL`;

/** Rides on the primary keys and session_agent: the newest life of the process decides. */
const SELECT_REMAINS = `
  SELECT agent.tmux_socket AS socket, agent.tmux_server_start AS serverStart, agent.pane,
         (SELECT CASE WHEN last.standing = 'ended' AND last.end_reason <> 'process gone' THEN last.end_reason END
            FROM session AS last INDEXED BY session_agent
           WHERE last.agent = agent_start.agent AND last.pid = agent_start.pid AND last.pid_start = agent_start.pid_start
           ORDER BY last.key DESC LIMIT 1) AS farewell,
         EXISTS (SELECT 1 FROM session AS any INDEXED BY session_agent
                  WHERE any.agent = agent_start.agent AND any.pid = agent_start.pid AND any.pid_start = agent_start.pid_start) AS hasSpoken
    FROM agent_start CROSS JOIN agent ON agent.id = agent_start.agent
   WHERE agent_start.agent = @agent AND agent_start.pid IS NOT NULL`;

interface StoredRecord {
  readonly agent: string;
  readonly argv: string;
  readonly folder: string;
  readonly environment: string;
  readonly sessionId: string | null;
  readonly socket: string | null;
  readonly session: string | null;
  readonly window: string | null;
  readonly pid: number | null;
  readonly pidStart: string | null;
  readonly stopping: 0 | 1;
}

interface StoredWatched {
  readonly agent: string;
  readonly pid: number;
  readonly pidStart: string;
  readonly ownsPane: 0 | 1;
  readonly stopping: 0 | 1;
  readonly hung: 0 | 1;
}

interface StoredRemains {
  readonly socket: string | null;
  readonly serverStart: number | null;
  readonly pane: string | null;
  readonly farewell: string | null;
  readonly hasSpoken: 0 | 1;
}

export interface KnownStart extends StartRecord {
  readonly process: ProcessId | null;
  /** Somebody asked for its end. */
  readonly isStopping: boolean;
}

export interface AgentStarts {
  record(record: StartRecord, nowMs: number): void;
  find(agent: string): KnownStart | undefined;
  /** `stopping`: whoever was stopped while it was being started. */
  watch(agent: string, started: StartedProcess, stopping: boolean): void;
  /** False where it was not watched any more. */
  unwatch(agent: string, process: ProcessId): boolean;
  /** The end of whoever lives will be one that was asked for. */
  markStopping(agent: string): ProcessId | null;
  /** Whoever is being started, and is no process yet, is to end as soon as it is one; or may live on after all. */
  markStart(agent: string, stopping: boolean): void;
  /** The end of whoever lives will be one for hanging. */
  markHung(agent: string): ProcessId | null;
  watched(): readonly WatchedAgent[];
  remainsOf(agent: string): Remains | null;
}

export function prepareAgentStarts(db: Database): AgentStarts {
  const record = db.prepare<Omit<StoredRecord, 'pid' | 'pidStart' | 'stopping'> & { readonly nowMs: number }>(
    RECORD,
  );
  type Watch = { agent: string; pid: number; pidStart: string; ownsPane: number; stopping: number };
  const watch = db.prepare<Watch>(WATCH);
  const markStart = db.prepare<{ agent: string; stopping: number }>(MARK_START);
  const unwatch = db.prepare<{ agent: string; pid: number; pidStart: string }>(UNWATCH);
  type Marked = { pid: number; pidStart: string };
  const markStopping = db.prepare<{ agent: string }, Marked>(MARK_STOPPING);
  const markHung = db.prepare<{ agent: string }, Marked>(MARK_HUNG);
  const selectRecord = db.prepare<{ agent: string }, StoredRecord>(SELECT_RECORD);
  const selectWatched = db.prepare<[], StoredWatched>(SELECT_WATCHED);
  const selectRemains = db.prepare<{ agent: string }, StoredRemains>(SELECT_REMAINS);

  return {
    record: ({ agent, argv, folder, environment, sessionId, tmux }, nowMs) =>
      void record.run({
        agent,
        argv: JSON.stringify(argv),
        folder,
        environment: JSON.stringify(environment),
        sessionId,
        socket: tmux?.socket ?? null,
        session: tmux?.session ?? null,
        window: tmux?.window ?? null,
        nowMs,
      }),
    find: (agent) => {
      const found = selectRecord.get({ agent });
      return found && toRecord(found);
    },
    watch: (agent, { process: { pid, start }, ownsPane }, stopping) =>
      void watch.run({
        agent,
        pid,
        pidStart: start,
        ownsPane: Number(ownsPane),
        stopping: Number(stopping),
      }),
    unwatch: (agent, { pid, start }) => unwatch.run({ agent, pid, pidStart: start }).changes > 0,
    markStopping: (agent) => toProcess(markStopping.get({ agent })),
    markStart: (agent, stopping) => void markStart.run({ agent, stopping: Number(stopping) }),
    markHung: (agent) => toProcess(markHung.get({ agent })),
    watched: whileUnchanged(db)(() => selectWatched.all().map(toWatched)),
    remainsOf: (agent) => {
      const found = selectRemains.get({ agent });
      return found ? toRemains(found) : null;
    },
  };
}

function toProcess(found: { pid: number; pidStart: string } | undefined): ProcessId | null {
  return found ? { pid: found.pid, start: found.pidStart } : null;
}

function toRecord({
  argv,
  environment,
  socket,
  session,
  window,
  pid,
  pidStart,
  stopping,
  ...row
}: StoredRecord): KnownStart {
  return {
    ...row,
    isStopping: stopping === 1,
    argv: JSON.parse(argv) as string[],
    environment: JSON.parse(environment) as Record<string, string>,
    tmux: socket === null || session === null || window === null ? null : { socket, session, window },
    process: pid === null || pidStart === null ? null : { pid, start: pidStart },
  };
}

function toWatched({ agent, pid, pidStart, ownsPane, stopping, hung }: StoredWatched): WatchedAgent {
  return {
    agent,
    process: { pid, start: pidStart },
    ownsPane: ownsPane === 1,
    stopping: stopping === 1,
    hung: hung === 1,
  };
}

function toRemains({ socket, serverStart, pane, farewell, hasSpoken }: StoredRemains): Remains {
  return {
    pane: socket === null || serverStart === null || pane === null ? null : { socket, serverStart, pane },
    farewell,
    hasSpoken: hasSpoken === 1,
  };
}
