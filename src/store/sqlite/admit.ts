/** First sight of an agent: which id it gets, what it may be called, and the mail that waited under those names. */
import { isVacant, uniqueId, type Holder } from '../../agents/identity.ts';
import type { DeliveryMode } from '../../protocol/agent.ts';
import type { Admission, Admitted } from '../../queue/registry.ts';
import type { AgentAddresses } from './agent-address.ts';
import type { Database } from './database.ts';

/** Rides on agent_pane. */
const SELECT_IN_PANE = `SELECT id FROM agent WHERE tmux_socket = @socket AND tmux_server_start = @serverStart AND pane = @pane`;

/** Rides on the primary key and on session_bound. */
const SELECT_AGENT = `
  SELECT tmux_socket AS socket, tmux_server_start AS serverStart, pane,
         EXISTS (SELECT 1 FROM session WHERE session.agent = agent.id AND standing = 'bound') AS bound
    FROM agent WHERE id = @id`;
const INSERT_AGENT = `
  INSERT INTO agent (id, folder, mode, first_seen_ms, last_seen_ms) VALUES (@id, @folder, @mode, @nowMs, @nowMs) ON CONFLICT (id) DO NOTHING`;

/** Rides on agent_folder. */
const SELECT_IN_FOLDER = `SELECT id FROM agent WHERE folder = @folder`;

/** Rides on the primary key and session_bound. An agent that lives in its pane stays there, whoever else was given its name. */
const LIVES_ELSEWHERE = `
  SELECT 1 FROM agent JOIN session ON session.agent = agent.id AND session.standing = 'bound'
   WHERE agent.id = @id AND agent.pane IS NOT NULL
     AND (agent.tmux_socket, agent.tmux_server_start, agent.pane) <> (@socket, @serverStart, @pane)`;

/** Rides on agent_pane: a pane holds one agent. */
const LEAVE_PANE = `
  UPDATE agent SET tmux_socket = NULL, tmux_server_start = NULL, pane = NULL
   WHERE tmux_socket = @socket AND tmux_server_start = @serverStart AND pane = @pane AND id <> @id`;

/** Rides on the primary key. */
const ENTER_PANE = `
  UPDATE agent SET tmux_socket = @socket, tmux_server_start = @serverStart, pane = @pane, last_seen_ms = @nowMs,
                   project = ifnull(@project, project)
   WHERE id = @id`;

export type AdmitVerb = (admission: Admission, nowMs: number) => Admitted;

/** `mode`: how an agent gets its messages that nobody said it of. */
export function prepareAdmit(
  db: Database,
  { agentAddresses, mode }: { agentAddresses: AgentAddresses; mode: DeliveryMode },
): AdmitVerb {
  const inPane = db.prepare<{ socket: string; serverStart: number; pane: string }, { id: string }>(
    SELECT_IN_PANE,
  );
  const selectAgent = db.prepare<{ id: string }, Omit<Holder, 'bound'> & { bound: number }>(SELECT_AGENT);
  const inFolder = db.prepare<{ folder: string }, { id: string }>(SELECT_IN_FOLDER);
  const insertAgent = db.prepare<{ id: string; folder: string | null; mode: DeliveryMode; nowMs: number }>(
    INSERT_AGENT,
  );
  const livesElsewhere = db.prepare<{ socket: string; serverStart: number; pane: string; id: string }>(
    LIVES_ELSEWHERE,
  );
  const leavePane = db.prepare<{ socket: string; serverStart: number; pane: string; id: string }>(LEAVE_PANE);
  const enterPane = db.prepare<{
    socket: string;
    serverStart: number;
    pane: string;
    id: string;
    project: string | null;
    nowMs: number;
  }>(ENTER_PANE);
  const isTaken = (id: string): boolean => selectAgent.get({ id }) !== undefined;

  const canonical = (name: string | null): string | null =>
    name === null ? null : agentAddresses.canonical(name);

  return ({ pane, folder, mayCreate, proposed, ...names }, nowMs) => {
    const [marked, given] = [canonical(names.marked), canonical(names.given)];
    const known = pane
      ? inPane.get({ socket: pane.socket, serverStart: pane.serverStart, pane: pane.pane })?.id
      : undefined;
    const nameless = !pane && marked === null && given === null;
    const housed = nameless && folder !== undefined ? inFolder.get({ folder })?.id : undefined;
    const speaking = marked ?? known ?? housed;
    const isSomebodyElses = (id: string): boolean => {
      if (agentAddresses.canonical(id) !== id) return true;
      const holder = selectAgent.get({ id });
      return holder !== undefined && !(pane && isVacant({ ...holder, bound: holder.bound === 1 }, pane));
    };
    const renamed = agentAddresses.canonical(proposed);
    const agent =
      speaking ?? given ?? (isSomebodyElses(renamed) ? uniqueId(proposed, isSomebodyElses) : renamed);
    const created = !isTaken(agent);
    if (!mayCreate) return { agent: created ? null : agent, created: false, conflict: false, adopted: 0 };
    insertAgent.run({ id: agent, folder: nameless ? (folder ?? null) : null, mode, nowMs });
    let adopted = 0;
    const key = pane && { socket: pane.socket, serverStart: pane.serverStart, pane: pane.pane, id: agent };
    if (pane && key && !livesElsewhere.get(key)) {
      leavePane.run(key);
      enterPane.run({ ...key, project: pane.project ?? null, nowMs });
      adopted = agentAddresses.replace(agent, pane.addresses);
    }
    return {
      agent,
      created,
      conflict: speaking !== undefined && given !== null && given !== speaking,
      adopted,
    };
  };
}
