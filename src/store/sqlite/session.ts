/** Sessions: one life of one Claude each, found by process and session id, bound to at most one agent. */
import type { Effect, SessionFacts } from '../../agents/session.ts';
import type { ProcessId, SessionState, Standing } from '../../protocol/agent.ts';
import type { Caller, ClientFacts } from '../../queue/exchange.ts';
import type { BoundSession, SessionProcess } from '../../queue/registry.ts';
import type { Database } from './database.ts';
import { whileUnchanged } from './unchanged.ts';

const COLUMNS = `
  key, session_id AS sessionId, pid, pid_start AS pidStart, agent, standing, state, prompt_id AS promptId,
  turn_number AS turnNumber, in_turn AS inTurn, continuations, has_proven AS hasProven, last_event AS lastEvent,
  last_event_ms AS lastEventMs, failure, entrypoint, client_version AS clientVersion, hook_version AS hookVersion, bootstrap_due AS bootstrapDue`;

/** Rides on session_by_id: the newest life of this process under this session id. */
const SELECT_OF_CALLER = `
  SELECT ${COLUMNS} FROM session
   WHERE session_id = @sessionId AND (@pid IS NULL OR (pid = @pid AND pid_start = @pidStart) OR pid IS NULL)
   ORDER BY key DESC LIMIT 1`;

/** Rides on session_by_id, message_leased, message_ready and message_open. One statement, because every hook waits for it. */
const SELECT_WITH_MAIL = `
  SELECT ${COLUMNS},
         EXISTS (SELECT 1 FROM message INDEXED BY message_leased WHERE lease_session = session.key AND state = 'leased')
         OR (EXISTS (SELECT 1 FROM message INDEXED BY message_ready WHERE agent = session.agent AND state = 'ready')
             AND NOT EXISTS (SELECT 1 FROM agent WHERE agent.id = session.agent AND (paused_at_ms IS NOT NULL OR mode = 'push')))
         OR EXISTS (SELECT 1 FROM message INDEXED BY message_open
                     WHERE agent = session.agent AND open = 1 AND seen_session = session.key) AS hasMail
    FROM session
   WHERE session_id = @sessionId AND (@pid IS NULL OR (pid = @pid AND pid_start = @pidStart) OR pid IS NULL)
   ORDER BY key DESC LIMIT 1`;

/** Rides on the primary key. */
const SELECT_BY_KEY = `SELECT ${COLUMNS} FROM session WHERE key = @key`;

/** Rides on session_bound. */
const SELECT_BOUND = `SELECT ${COLUMNS} FROM session WHERE agent = @agent AND standing = 'bound'`;

/** Rides on session_process. */
const SELECT_OF_PROCESS = `SELECT ${COLUMNS} FROM session WHERE pid = @pid AND pid_start = @pidStart AND standing <> 'ended'`;

/** Walks session_bound and session_guest: living sessions only, as many as there are agents. */
const SELECT_LIVING = `
  SELECT ${COLUMNS} FROM session WHERE standing = 'bound'
  UNION ALL
  SELECT ${COLUMNS} FROM session WHERE standing = 'guest'`;

/** Walks session_bound and session_guest: asked each second, so that it reads no more than it must. */
const SELECT_PROCESSES = `
  SELECT key, pid, pid_start AS start FROM session WHERE standing = 'bound' AND pid IS NOT NULL
  UNION ALL
  SELECT key, pid, pid_start FROM session WHERE standing = 'guest' AND pid IS NOT NULL`;

const INSERT_SESSION = `
  INSERT INTO session (session_id, pid, pid_start, agent, standing, state, last_event, last_event_ms, started_at_ms)
  VALUES (@sessionId, @pid, @pidStart, @agent, @standing, 'idle', @event, @nowMs, @nowMs)
  RETURNING key`;

/** Rides on the primary key. A fact that an event does not carry stays as it was known. */
const UPDATE_SESSION = `
  UPDATE session
     SET state = @state, prompt_id = @promptId, turn_number = @turnNumber, in_turn = @inTurn, continuations = @continuations,
         has_proven = max(has_proven, @hasProven), last_event = @event, last_event_ms = @nowMs,
         failure = CASE @state WHEN 'failed' THEN ifnull(@failure, failure) END, hook_version = ifnull(@hookVersion, hook_version),
         client_version = ifnull(@clientVersion, client_version), entrypoint = ifnull(@entrypoint, entrypoint),
         permission_mode = ifnull(@permissionMode, permission_mode), cwd = ifnull(@cwd, cwd),
         inbox_socket = ifnull(@inboxSocket, inbox_socket), source = ifnull(@source, source)
   WHERE key = @key AND standing <> 'ended'`;

/** Rides on the primary key. */
const TOUCH_SESSION = `UPDATE session SET last_event_ms = @nowMs WHERE key = @key AND standing <> 'ended'`;

/** Rides on the primary key. */
const SET_BOOTSTRAP_DUE = `UPDATE session SET bootstrap_due = @due WHERE key = @key AND standing <> 'ended'`;

/** Rides on the primary key. */
const LEARN_PROCESS = `
  UPDATE session SET pid = @pid, pid_start = @pidStart WHERE key = @key AND pid IS NULL AND standing <> 'ended'`;

/** Rides on the primary key. */
const END_SESSION = `
  UPDATE session SET standing = 'ended', state = 'ended', in_turn = 0, ended_at_ms = @nowMs, end_reason = @reason
   WHERE key = @key AND standing <> 'ended'`;

/** Rides on the primary key. */
const BIND_SESSION = `UPDATE session SET standing = 'bound' WHERE key = @key AND standing = 'guest'`;

/** Rides on the primary key. */
const SEE_AGENT = `UPDATE agent SET last_seen_ms = @nowMs WHERE id = @agent`;

export interface SessionRow extends BoundSession, SessionFacts {
  readonly hasProven: boolean;
  readonly clientVersion: string | null;
  readonly hookVersion: string | null;
}

type Stored = Omit<SessionRow, 'process' | 'inTurn' | 'hasProven' | 'state' | 'standing' | 'bootstrapDue'> & {
  readonly bootstrapDue: number;
  readonly pid: number | null;
  readonly pidStart: string | null;
  readonly inTurn: number;
  readonly hasProven: number;
  readonly state: SessionState;
  readonly standing: Standing;
};

type SessionUpdate = {
  key: number;
  event: string;
  nowMs: number;
  hasProven: number;
  inTurn: number;
} & Record<keyof ClientFacts, string | null> &
  Pick<Effect, 'state' | 'promptId' | 'turnNumber' | 'continuations'>;

export interface NewSession {
  readonly caller: Caller;
  readonly agent: string | null;
  readonly standing: 'bound' | 'guest';
  readonly event: string;
}

export interface Sessions {
  /** The newest life of this process under this session id, living or ended. */
  of(caller: Caller): SessionRow | undefined;
  /** The same, and whether a message is ready or open for its agent or leased by it. What its hooks are not given does not count as ready. */
  withMail(caller: Caller): { session: SessionRow; hasMail: boolean } | undefined;
  byKey(key: number): SessionRow | undefined;
  boundTo(agent: string): SessionRow | undefined;
  ofProcess(process: ProcessId): SessionRow[];
  living(): SessionRow[];
  /** The life of a caller, while it lasts. */
  livingOf(caller: Caller): SessionRow | null;
  processes(): readonly SessionProcess[];
  open(session: NewSession, nowMs: number): SessionRow;
  update(
    key: number,
    event: string,
    effect: Effect,
    client: ClientFacts,
    proved: boolean,
    nowMs: number,
  ): void;
  touch(key: number, nowMs: number): void;
  /** Whether it has to be told who it is. */
  setBootstrapDue(key: number, due: boolean): void;
  /** A life whose process nobody had seen is that of `process`, as of this event: only so can it be told alive. */
  learnProcess(session: SessionRow, process: ProcessId | null): SessionRow;
  end(key: number, reason: string, nowMs: number): void;
  bind(key: number): void;
  seeAgent(agent: string, nowMs: number): void;
}

export function prepareSessions(db: Database): Sessions {
  type CallerKey = { sessionId: string; pid: number | null; pidStart: string | null };
  const keyOf = ({ sessionId, process }: Caller): CallerKey => ({
    sessionId,
    pid: process?.pid ?? null,
    pidStart: process?.start ?? null,
  });
  const ofCaller = db.prepare<CallerKey, Stored>(SELECT_OF_CALLER);
  const withMail = db.prepare<CallerKey, Stored & { hasMail: 0 | 1 }>(SELECT_WITH_MAIL);
  const byKey = db.prepare<{ key: number }, Stored>(SELECT_BY_KEY);
  const bound = db.prepare<{ agent: string }, Stored>(SELECT_BOUND);
  const ofProcess = db.prepare<{ pid: number; pidStart: string }, Stored>(SELECT_OF_PROCESS);
  const living = db.prepare<[], Stored>(SELECT_LIVING);
  const selectProcesses = db.prepare<[], ProcessId & { key: number }>(SELECT_PROCESSES);
  const insert = db.prepare<
    {
      sessionId: string;
      pid: number | null;
      pidStart: string | null;
      agent: string | null;
      standing: string;
      event: string;
      nowMs: number;
    },
    { key: number }
  >(INSERT_SESSION);
  const update = db.prepare<SessionUpdate>(UPDATE_SESSION);
  const setBootstrapDue = db.prepare<{ key: number; due: number }>(SET_BOOTSTRAP_DUE);
  const touch = db.prepare<{ key: number; nowMs: number }>(TOUCH_SESSION);
  const learn = db.prepare<{ key: number; pid: number; pidStart: string }>(LEARN_PROCESS);
  const end = db.prepare<{ key: number; reason: string; nowMs: number }>(END_SESSION);
  const bind = db.prepare<{ key: number }>(BIND_SESSION);
  const seeAgent = db.prepare<{ agent: string; nowMs: number }>(SEE_AGENT);
  const find = (key: number): SessionRow | undefined => fromStored(byKey.get({ key }));

  return {
    of: (caller) => fromStored(ofCaller.get(keyOf(caller))),
    withMail: (caller) => {
      const found = withMail.get(keyOf(caller));
      if (!found) return undefined;
      const { hasMail, ...stored } = found;
      return { session: toRow(stored), hasMail: hasMail === 1 };
    },
    byKey: find,
    boundTo: (agent) => fromStored(bound.get({ agent })),
    ofProcess: ({ pid, start }) => ofProcess.all({ pid, pidStart: start }).map(toRow),
    living: () => living.all().map(toRow),
    livingOf: (caller) => {
      const session = fromStored(ofCaller.get(keyOf(caller)));
      return session && session.standing !== 'ended' ? session : null;
    },
    processes: whileUnchanged(db)(() =>
      selectProcesses.all().map(({ key, pid, start }) => ({ key, process: { pid, start } })),
    ),
    open: ({ caller: { sessionId, process }, agent, standing, event }, nowMs) => {
      const inserted = insert.get({
        sessionId,
        pid: process?.pid ?? null,
        pidStart: process?.start ?? null,
        agent,
        standing,
        event,
        nowMs,
      });
      const row = inserted && find(inserted.key);
      if (!row) throw new Error('a session that was inserted cannot be read');
      return row;
    },
    update: (key, event, effect, client, proved, nowMs) => {
      const { state, promptId, turnNumber, continuations } = effect;
      const facts = {
        clientVersion: client.clientVersion ?? null,
        hookVersion: client.hookVersion ?? null,
        failure: client.failure ?? null,
        entrypoint: client.entrypoint ?? null,
        permissionMode: client.permissionMode ?? null,
        cwd: client.cwd ?? null,
        inboxSocket: client.inboxSocket ?? null,
        source: client.source ?? null,
      };
      update.run({
        key,
        event,
        nowMs,
        state,
        promptId,
        turnNumber,
        continuations,
        inTurn: Number(effect.inTurn),
        hasProven: Number(proved),
        ...facts,
      });
    },
    learnProcess: (session, process) => {
      if (session.process !== null || process === null || session.standing === 'ended') return session;
      learn.run({ key: session.key, pid: process.pid, pidStart: process.start });
      return { ...session, process };
    },
    touch: (key, nowMs) => void touch.run({ key, nowMs }),
    setBootstrapDue: (key, due) => void setBootstrapDue.run({ key, due: Number(due) }),
    end: (key, reason, nowMs) => void end.run({ key, reason, nowMs }),
    bind: (key) => void bind.run({ key }),
    seeAgent: (agent, nowMs) => void seeAgent.run({ agent, nowMs }),
  };
}

function toRow({ pid, pidStart, inTurn, hasProven, bootstrapDue, ...row }: Stored): SessionRow {
  return {
    ...row,
    process: pid === null || pidStart === null ? null : { pid, start: pidStart },
    inTurn: inTurn === 1,
    hasProven: hasProven === 1,
    bootstrapDue: bootstrapDue === 1,
  };
}

function fromStored(row: Stored | undefined): SessionRow | undefined {
  return row && toRow(row);
}
