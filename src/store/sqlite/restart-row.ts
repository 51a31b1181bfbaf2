/** Rows of restart accounting: written once, moved on while they are live. */
import type { ProcessId } from '../../protocol/agent.ts';
import type { RestartCause, RestartOutcome } from '../../protocol/restart.ts';
import type { OpenRestart } from '../../queue/restart-store.ts';
import type { Database } from './database.ts';

const COLUMNS = `
  id, agent, at_ms AS atMs, cause, outcome, reason, attempt, due_ms AS dueMs, until_ms AS untilMs, owed_cause AS owedCause, fresh, began_at_ms AS beganAtMs,
  tmux_socket AS socket, tmux_server_start AS serverStart, pane, pane_pid AS panePid, pid, pid_start AS pidStart`;

/** Rides on agent_restart_live. */
const SELECT_LIVE = `SELECT ${COLUMNS} FROM agent_restart WHERE agent = @agent AND live = 1`;

/** Walks agent_restart_live: as many as are under way or held. */
const SELECT_ALL_LIVE = `SELECT ${COLUMNS} FROM agent_restart INDEXED BY agent_restart_live WHERE live = 1`;

/** Rides on agent_restart_agent. */
const SELECT_LATEST = `SELECT ${COLUMNS} FROM agent_restart INDEXED BY agent_restart_agent WHERE agent = @agent ORDER BY id DESC LIMIT 1`;

const INSERT_ROW = `
  INSERT INTO agent_restart (agent, at_ms, cause, detail, initiator, outcome, reason, attempt, live, counted_at_ms, due_ms, until_ms, owed_cause, ended_at_ms)
  VALUES (@agent, @nowMs, @cause, @detail, @initiator, @outcome, @reason, @attempt, @live, @countedAtMs, @dueMs, @untilMs, @owedCause,
          CASE WHEN @live = 0 THEN @nowMs END)
  RETURNING id`;

/** Rides on the primary key. */
const SET_OUTCOME = `
  UPDATE agent_restart
     SET outcome = @outcome, live = @live, reason = ifnull(@reason, reason), ended_at_ms = CASE WHEN @live = 0 THEN @nowMs END
   WHERE id = @id AND live = 1`;

/** Rides on the primary key. */
const OWE = `UPDATE agent_restart SET owed_cause = @cause WHERE id = @id AND outcome = 'held'`;

/** Rides on the primary key. */
const LOOSEN = `UPDATE agent_restart SET until_ms = @nowMs WHERE id = @id AND outcome = 'held'`;

/** Rides on agent_restart_counted. */
const FORGIVE = `UPDATE agent_restart SET counted_at_ms = NULL WHERE agent = @agent AND counted_at_ms IS NOT NULL`;

/** Rides on agent_restart_counted. */
const SELECT_COUNTED = `
  SELECT counted_at_ms AS atMs FROM agent_restart INDEXED BY agent_restart_counted
   WHERE agent = @agent AND counted_at_ms IS NOT NULL AND counted_at_ms > @sinceMs ORDER BY counted_at_ms`;

type Stored = Omit<OpenRestart, 'placed' | 'process' | 'fresh'> & {
  readonly fresh: 0 | 1;
  readonly socket: string | null;
  readonly serverStart: number | null;
  readonly pane: string | null;
  readonly panePid: number | null;
  readonly pid: number | null;
  readonly pidStart: string | null;
};

export interface NewRestart {
  readonly agent: string;
  readonly cause: RestartCause;
  readonly detail: string | null;
  readonly initiator: 'orq' | 'supervisor' | 'person';
  readonly outcome: RestartOutcome;
  readonly reason: string | null;
  readonly attempt?: number;
  readonly counts?: boolean;
  readonly dueMs?: number;
  readonly untilMs?: number | null;
  readonly owedCause?: RestartCause | null;
}

export interface RestartRows {
  liveOf(agent: string): OpenRestart | undefined;
  live(): OpenRestart[];
  latestOf(agent: string): OpenRestart | undefined;
  /** Replies with its id. */
  add(row: NewRestart, nowMs: number): number;
  /** A person has the agent started. */
  request(agent: string, dueMs: number, nowMs: number): void;
  /** Moves a live row on; false where it is not live any more. */
  become(id: number, outcome: RestartOutcome, reason: string | null, nowMs: number): boolean;
  /** The client of an agent that is held is gone, for a cause that starts it again. */
  owe(id: number, cause: RestartCause): void;
  /** The time of a hold is over. */
  loosen(id: number, nowMs: number): void;
  /** What happened so far counts towards no limit any more. */
  forgive(agent: string): void;
  /** When its restarts counted, ascending. */
  countedSince(agent: string, sinceMs: number): number[];
}

const LIVE: ReadonlySet<RestartOutcome> = new Set(['waiting', 'starting', 'granted', 'held']);

export function prepareRestartRows(db: Database): RestartRows {
  const selectLive = db.prepare<{ agent: string }, Stored>(SELECT_LIVE);
  const selectAllLive = db.prepare<[], Stored>(SELECT_ALL_LIVE);
  const selectLatest = db.prepare<{ agent: string }, Stored>(SELECT_LATEST);
  const insertRow = db.prepare<Record<string, string | number | null>, { id: number }>(INSERT_ROW);
  const setOutcome = db.prepare<Record<string, string | number | null>>(SET_OUTCOME);
  const owe = db.prepare<{ id: number; cause: RestartCause }>(OWE);
  const loosen = db.prepare<{ id: number; nowMs: number }>(LOOSEN);
  const forgive = db.prepare<{ agent: string }>(FORGIVE);
  const selectCounted = db.prepare<{ agent: string; sinceMs: number }, { atMs: number }>(SELECT_COUNTED);

  function add(
    { agent, cause, detail, initiator, outcome, reason, ...more }: NewRestart,
    nowMs: number,
  ): number {
    const inserted = insertRow.get({
      agent,
      cause,
      detail,
      initiator,
      outcome,
      reason,
      attempt: more.attempt ?? 0,
      live: Number(LIVE.has(outcome)),
      countedAtMs: more.counts ? nowMs : null,
      dueMs: more.dueMs ?? null,
      untilMs: more.untilMs ?? null,
      owedCause: more.owedCause ?? null,
      nowMs,
    });
    if (!inserted) throw new Error('a restart that was inserted has no id');
    return inserted.id;
  }

  return {
    liveOf: (agent) => fromStored(selectLive.get({ agent })),
    live: () => selectAllLive.all().map(toRow),
    latestOf: (agent) => fromStored(selectLatest.get({ agent })),
    add,
    request: (agent, dueMs, nowMs) =>
      void add(
        {
          agent,
          cause: 'requested',
          detail: null,
          initiator: 'person',
          outcome: 'waiting',
          reason: null,
          dueMs,
        },
        nowMs,
      ),
    become: (id, outcome, reason, nowMs) =>
      setOutcome.run({ id, outcome, reason, live: Number(LIVE.has(outcome)), nowMs }).changes > 0,
    owe: (id, cause) => void owe.run({ id, cause }),
    loosen: (id, nowMs) => void loosen.run({ id, nowMs }),
    forgive: (agent) => void forgive.run({ agent }),
    countedSince: (agent, sinceMs) => selectCounted.all({ agent, sinceMs }).map(({ atMs }) => atMs),
  };
}

function toRow({ fresh, socket, serverStart, pane, panePid, pid, pidStart, ...row }: Stored): OpenRestart {
  const process: ProcessId | null = pid === null || pidStart === null ? null : { pid, start: pidStart };
  const isPlaced = socket !== null && serverStart !== null && pane !== null && panePid !== null;
  return {
    ...row,
    fresh: fresh === 1,
    placed: isPlaced ? { socket, serverStart, pane, panePid } : null,
    process,
  };
}

function fromStored(row: Stored | undefined): OpenRestart | undefined {
  return row && toRow(row);
}
