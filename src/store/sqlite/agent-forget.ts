/** Forgetting an agent: its row, names and sessions go, its messages stay under its id for whoever comes by that name. */
import { OrqError } from '../../protocol/errors.ts';
import type { RequestOf } from '../../protocol/schemas.ts';
import type { Forgotten, Moved } from '../../queue/store.ts';
import type { Addresses } from './address.ts';
import type { Database } from './database.ts';
import type { Leases } from './lease.ts';
import type { Sessions } from './session.ts';

/** Rides on session_agent. */
const SELECT_LIVING = `SELECT key FROM session INDEXED BY session_agent WHERE agent = @id AND standing <> 'ended'`;

/** Rides on session_agent. */
const LEAVE_SESSIONS = `UPDATE session SET agent = NULL WHERE agent = @id`;

/** Rides on the primary key. */
const DELETE_AGENT = `
  DELETE FROM agent WHERE id = @id RETURNING tmux_socket AS socket, tmux_server_start AS serverStart, pane`;

/** Rides on message_agent. */
const SELECT_UNDELIVERED = `
  SELECT id, agent, state FROM message INDEXED BY message_agent WHERE agent = @id AND ended_at_ms IS NULL ORDER BY id`;

/** @throws OrqError not_found, ambiguous_address, wrong_state where it lives and is not forced. */
export type ForgetVerb = (request: RequestOf<'agentForget'>, nowMs: number) => Forgotten;

export function prepareForget(
  db: Database,
  { addresses, leases, sessions }: { addresses: Addresses; leases: Leases; sessions: Sessions },
): ForgetVerb {
  const selectLiving = db.prepare<{ id: string }, { key: number }>(SELECT_LIVING);
  const leaveSessions = db.prepare<{ id: string }>(LEAVE_SESSIONS);
  const deleteAgent = db.prepare<
    { id: string },
    { socket: string | null; serverStart: number | null; pane: string | null }
  >(DELETE_AGENT);
  const selectUndelivered = db.prepare<{ id: string }, Moved>(SELECT_UNDELIVERED);

  return ({ agent, force = false }, nowMs) => {
    const id = addresses.known(agent);
    const bound = sessions.boundTo(id);
    if (bound && !force)
      throw new OrqError('wrong_state', `agent "${id}": lives, session ${bound.sessionId} is bound to it`, {
        details: { session: bound.sessionId, pid: bound.process?.pid ?? null },
      });
    for (const { key } of selectLiving.all({ id })) {
      const session = sessions.byKey(key);
      leases.giveBack(leases.heldBy(key), 'session_ended', session?.hasProven ?? false, nowMs);
      sessions.end(key, 'forgotten', nowMs);
    }
    leaveSessions.run({ id });
    const { socket = null, serverStart = null, pane = null } = deleteAgent.get({ id }) ?? {};
    return {
      agent: id,
      undelivered: selectUndelivered.all({ id }),
      pane: socket !== null && serverStart !== null && pane !== null ? { socket, serverStart, pane } : null,
    };
  };
}
