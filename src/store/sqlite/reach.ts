/** By which ways an agent's session can be woken. */
import type { AgentReach } from '../../queue/registry.ts';
import type { Database } from './database.ts';

/** Rides on the primary key, session_bound and message_ready. Priorities from 50 on are urgent. */
const SELECT_REACH = `
  SELECT agent.mode AS mode, tmux_socket AS socket, tmux_server_start AS serverStart, pane,
         inbox_socket AS inboxSocket, permission_mode AS permissionMode, client_version AS clientVersion, hook_version AS hookVersion,
         paused_at_ms AS pausedAtMs, session.key IS NOT NULL AS isBound, session.started_at_ms AS startedAtMs,
         max(last_seen_ms, ifnull(session.last_event_ms, 0)) AS lastSeenMs,
         EXISTS (SELECT 1 FROM message INDEXED BY message_ready
                  WHERE message.agent = agent.id AND message.state = 'ready' AND priority >= 50 AND wake = 'now') AS urgent
    FROM agent LEFT JOIN session ON session.agent = agent.id AND session.standing = 'bound'
   WHERE agent.id = @agent`;

interface Stored {
  readonly mode: AgentReach['mode'];
  readonly socket: string | null;
  readonly serverStart: number | null;
  readonly pane: string | null;
  readonly inboxSocket: string | null;
  readonly permissionMode: string | null;
  readonly clientVersion: string | null;
  readonly hookVersion: string | null;
  readonly startedAtMs: number | null;
  readonly lastSeenMs: number;
  readonly pausedAtMs: number | null;
  readonly isBound: 0 | 1;
  readonly urgent: 0 | 1;
}

export type ReachVerb = (agent: string) => AgentReach;

const NOWHERE: AgentReach = {
  mode: 'pull',
  pane: null,
  inboxSocket: null,
  permissionMode: null,
  clientVersion: null,
  hookVersion: null,
  startedAtMs: null,
  lastSeenMs: 0,
  pausedAtMs: null,
  isBound: false,
  urgent: false,
};

export function prepareReach(db: Database): ReachVerb {
  const select = db.prepare<{ agent: string }, Stored>(SELECT_REACH);
  return (agent) => {
    const found = select.get({ agent });
    if (!found) return NOWHERE;
    const { mode, socket, serverStart, pane, urgent, isBound, ...facts } = found;
    return {
      mode,
      pane: socket !== null && serverStart !== null && pane !== null ? { socket, serverStart, pane } : null,
      ...facts,
      isBound: isBound === 1,
      urgent: urgent === 1,
    };
  };
}
