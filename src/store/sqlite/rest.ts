/** Sessions that wait for a human or compact, as their last event said, and that a look at their pane may find at rest. */
import type { RestStore, Waiting } from '../../queue/rest.ts';
import type { Database } from './database.ts';

/** Walks session_bound; probes the primary key of agent for those that wait. */
const SELECT_WAITING = `
  SELECT key, agent, pid, pid_start AS start, last_event_ms AS lastEventMs,
         tmux_socket AS socket, tmux_server_start AS serverStart, pane
    FROM session INDEXED BY session_bound CROSS JOIN agent ON agent.id = session.agent
   WHERE standing = 'bound' AND (state = 'needs_human' OR state = 'compacting') AND last_event_ms <= @sinceMs AND pane IS NOT NULL`;

/** Rides on the primary key. An event that came meanwhile knows better. */
const SET_IDLE = `
  UPDATE session SET state = 'idle', in_turn = 0
   WHERE key = @key AND last_event_ms = @lastEventMs AND (state = 'needs_human' OR state = 'compacting')`;

interface Stored {
  readonly key: number;
  readonly agent: string;
  readonly pid: number | null;
  readonly start: string | null;
  readonly lastEventMs: number;
  readonly socket: string;
  readonly serverStart: number;
  readonly pane: string;
}

interface Parts {
  readonly read: <T>(run: () => T) => Promise<T>;
  readonly write: <T>(run: () => T) => Promise<T>;
}

export function restVerbs(db: Database, { read, write }: Parts): RestStore {
  const select = db.prepare<{ sinceMs: number }, Stored>(SELECT_WAITING);
  const setIdle = db.prepare<{ key: number; lastEventMs: number }>(SET_IDLE);
  return {
    waitingSince: (sinceMs) => read(() => select.all({ sinceMs }).map(fromStored)),
    foundAtRest: ({ key, lastEventMs }) => write(() => setIdle.run({ key, lastEventMs }).changes === 1),
  };
}

function fromStored({ key, agent, pid, start, lastEventMs, ...place }: Stored): Waiting {
  const process = pid === null || start === null ? null : { pid, start };
  return { key, agent, process, lastEventMs, place };
}
