/** Sessions inside a turn that have shown nothing for long. */
import type { QuietSession } from '../../queue/restart-store.ts';
import type { Database } from './database.ts';

/** Walks session_bound: as many as there are agents; the primary keys of agent and context for those that are quiet. */
const SELECT_QUIET = `
  SELECT session.agent, session.session_id AS sessionId, session.pid, session.pid_start AS pidStart, last_event_ms AS lastEventMs,
         agent.tmux_socket AS socket, agent.tmux_server_start AS serverStart, agent.pane, context.transcript_path AS transcriptPath
    FROM session INDEXED BY session_bound
   CROSS JOIN agent ON agent.id = session.agent
    LEFT JOIN context ON context.agent = session.agent
   WHERE session.standing = 'bound' AND (session.state = 'busy' OR session.state = 'compacting') AND last_event_ms < @beforeMs
     AND session.pid IS NOT NULL`;

interface Stored {
  readonly agent: string;
  readonly sessionId: string;
  readonly pid: number;
  readonly pidStart: string;
  readonly lastEventMs: number;
  readonly socket: string | null;
  readonly serverStart: number | null;
  readonly pane: string | null;
  readonly transcriptPath: string | null;
}

export type QuietSessions = (beforeMs: number) => QuietSession[];

export function prepareQuietSessions(db: Database): QuietSessions {
  const select = db.prepare<{ beforeMs: number }, Stored>(SELECT_QUIET);
  return (beforeMs) =>
    select.all({ beforeMs }).map(({ pid, pidStart, socket, serverStart, pane, ...row }) => ({
      ...row,
      process: { pid, start: pidStart },
      pane: socket === null || serverStart === null || pane === null ? null : { socket, serverStart, pane },
    }));
}
