/** Restarts under way: begun, placed in a pane, running, over. Each step is written before the next one is taken. */
import type {
  OpenRestart,
  StartedAgent,
  StartedProcess,
  StartRecord,
  StoppedAgent,
} from '../../queue/restart-store.ts';
import type { PanePlace } from '../../queue/registry.ts';
import { sameProcess } from '../../agents/binding.ts';
import type { AgentStarts } from './agent-start.ts';
import type { Database } from './database.ts';
import type { RestartRows } from './restart-row.ts';

/** Rides on the primary key, and walks agent_restart_live: as many as are under way or held. Nobody is started who lives. */
const BEGIN = `
  UPDATE agent_restart
     SET outcome = 'starting', began_at_ms = @nowMs, counted_at_ms = CASE WHEN initiator = 'orq' THEN @nowMs END
   WHERE id = @id AND outcome = 'waiting'
     AND (SELECT count(*) FROM agent_restart AS other INDEXED BY agent_restart_live WHERE other.live = 1 AND other.outcome = 'starting') < @startsAtOnce
     AND NOT EXISTS (SELECT 1 FROM agent_start WHERE agent_start.agent = agent_restart.agent AND agent_start.pid IS NOT NULL)`;

/** Rides on the primary key. */
const STAND_BACK = `UPDATE agent_restart SET due_ms = @dueMs WHERE id = @id AND outcome = 'waiting'`;

/** Rides on the primary key. */
const POSTPONE = `UPDATE agent_restart SET outcome = 'waiting', due_ms = @dueMs WHERE id = @id AND outcome = 'starting' AND pid IS NULL`;

/** Rides on the primary key. */
const PLACE = `
  UPDATE agent_restart SET tmux_socket = @socket, tmux_server_start = @serverStart, pane = @pane, pane_pid = @panePid
   WHERE id = @id AND outcome = 'starting'
     AND NOT EXISTS (SELECT 1 FROM agent_start WHERE agent_start.agent = agent_restart.agent AND agent_start.stopping = 1)`;

/** Rides on the primary key. */
const RUN = `UPDATE agent_restart SET pid = @pid, pid_start = @pidStart WHERE id = @id AND outcome = 'starting' RETURNING agent`;

/** Rides on the primary key. */
const SELECT_AGENT = `SELECT agent FROM agent_restart WHERE id = @id AND live = 1`;

/** Rides on the primary key. What runs in the pane now is gone, and was not the client that is wanted. */
const FRESH = `
  UPDATE agent_restart SET fresh = 1, pid = NULL, pid_start = NULL, tmux_socket = NULL, tmux_server_start = NULL, pane = NULL, pane_pid = NULL
   WHERE id = @id AND outcome = 'starting' AND fresh = 0 RETURNING agent`;

/** Why a restart is over that a person did not want any more. */
export const STOPPED = 'a person had it stopped';

/** Its process may be there already, or come. One that waits and has its place was begun before. */
const isInFlight = (live: OpenRestart | undefined): boolean =>
  live?.process === null &&
  (live.outcome === 'starting' || (live.outcome === 'waiting' && live.placed !== null));

export interface RestartRuns {
  begin(id: number, startsAtOnce: number, staggerMs: number, nowMs: number): boolean;
  postpone(id: number, dueMs: number): void;
  /** False where the start is not to go on: somebody had it stopped, or it is over. */
  place(id: number, place: PanePlace & { readonly panePid: number }): boolean;
  /** False where what was started has to end again. */
  run(id: number, started: StartedProcess): boolean;
  /** Ends a start that somebody had stopped; false where it is to go on. */
  abandon(id: number, nowMs: number): boolean;
  startFresh(id: number): void;
  /** A session of the agent has begun: what was tried for it has succeeded, or is needed no more. */
  came(record: StartRecord, started: StartedProcess | null, nowMs: number): void;
  /** `again`: also those that live, once they are gone. */
  start(agents: readonly string[], staggerMs: number, nowMs: number, again?: boolean): StartedAgent[];
  stop(agents: readonly string[], nowMs: number): StoppedAgent[];
}

export function prepareRestartRuns(
  db: Database,
  { rows, starts }: { rows: RestartRows; starts: AgentStarts },
): RestartRuns {
  const begin = db.prepare<{ id: number; startsAtOnce: number; nowMs: number }>(BEGIN);
  const standBack = db.prepare<{ id: number; dueMs: number }>(STAND_BACK);
  const postpone = db.prepare<{ id: number; dueMs: number }>(POSTPONE);
  const place = db.prepare<PanePlace & { id: number; panePid: number }>(PLACE);
  const run = db.prepare<{ id: number; pid: number; pidStart: string }, { agent: string }>(RUN);
  const fresh = db.prepare<{ id: number }, { agent: string }>(FRESH);
  const selectAgent = db.prepare<{ id: number }, { agent: string }>(SELECT_AGENT);

  function end(live: OpenRestart | undefined, reason: string, nowMs: number): void {
    if (live) rows.become(live.id, live.outcome === 'held' ? 'released' : 'none', reason, nowMs);
  }

  return {
    begin: (id, startsAtOnce, staggerMs, nowMs) => {
      const began = begin.run({ id, startsAtOnce, nowMs }).changes > 0;
      if (!began) standBack.run({ id, dueMs: nowMs + staggerMs });
      return began;
    },
    postpone: (id, dueMs) => void postpone.run({ id, dueMs }),
    place: (id, { socket, serverStart, pane, panePid }) =>
      place.run({ id, socket, serverStart, pane, panePid }).changes > 0,
    run: (id, started) => {
      const { pid, start } = started.process;
      const found = run.get({ id, pid, pidStart: start });
      if (!found) return false;
      const isStopping = starts.find(found.agent)?.isStopping ?? false;
      starts.watch(found.agent, started, isStopping);
      return !isStopping;
    },
    abandon: (id, nowMs) => {
      const found = selectAgent.get({ id });
      if (!found) return true;
      if (!starts.find(found.agent)?.isStopping) return false;
      starts.markStart(found.agent, false);
      rows.become(id, 'none', STOPPED, nowMs);
      return true;
    },
    startFresh: (id) => {
      const found = fresh.get({ id });
      const process = found && starts.find(found.agent)?.process;
      if (found && process) starts.unwatch(found.agent, process);
    },
    came: (record, started, nowMs) => {
      const before = starts.find(record.agent);
      starts.record(record, nowMs);
      if (!started) return;
      const live = rows.liveOf(record.agent);
      const isNew = !sameProcess(before?.process ?? null, started.process);
      // What a person typed into a shell meanwhile is not what was to be stopped.
      const isStopping = before?.isStopping === true && (!isNew || (isInFlight(live) && started.ownsPane));
      starts.watch(record.agent, started, isStopping);
      const isOwn =
        (isInFlight(live) && isNew) ||
        (live?.outcome === 'starting' && (isNew || sameProcess(live.process, started.process)));
      if (!live || !(isOwn || (live.outcome === 'granted' && isNew))) {
        if (isNew) end(live, 'somebody started it', nowMs);
        return;
      }
      rows.become(live.id, 'restarted', null, nowMs);
    },
    start: (agents, staggerMs, nowMs, again = false) => {
      let turns = 0;
      return agents.map((agent): StartedAgent => {
        const record = starts.find(agent);
        const live = rows.liveOf(agent);
        if (!record) return { agent, state: 'unknown', dueMs: null };
        if (record.process && !again) return { agent, state: 'alive', dueMs: null };
        rows.forgive(agent);
        if (live?.outcome === 'starting' || isInFlight(live)) {
          starts.markStart(agent, false);
          return { agent, state: 'starting', dueMs: live?.dueMs ?? nowMs };
        }
        end(live, 'a person had it started', nowMs);
        const dueMs = nowMs + turns * staggerMs;
        turns += 1;
        rows.request(agent, dueMs, nowMs);
        return { agent, state: 'starting', dueMs };
      });
    },
    stop: (agents, nowMs) =>
      agents.map((agent) => {
        const live = rows.liveOf(agent);
        // Its process may be there before anybody knows which it is.
        if (isInFlight(live)) starts.markStart(agent, true);
        else end(live, STOPPED, nowMs);
        return { agent, process: starts.markStopping(agent) };
      }),
  };
}
