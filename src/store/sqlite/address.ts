/** From what a sender wrote to the agent that it means, at the time of the enqueue. */
import { OrqError } from '../../protocol/errors.ts';
import { assertAgentId } from '../../protocol/names.ts';
import { nearest } from '../../queue/nearest.ts';
import type { Database } from './database.ts';

/** Rides on the primary key. */
const SELECT_AGENT = `SELECT id FROM agent WHERE id = @address`;

/** Rides on the primary keys. Who has the address for an id comes first, then who had it, and alone means it. */
const SELECT_MEANT = `
  SELECT id AS agent, 1 AS isName FROM agent WHERE id = @address
  UNION ALL
  SELECT agent, 1 FROM agent_alias WHERE alias = @address
  UNION ALL
  SELECT agent, 0 FROM agent_address WHERE address = @address`;

/** As many as there are agents; asked only where an address is unknown. */
const SELECT_ALL = `SELECT id FROM agent ORDER BY id`;

/** Rides on session_by_id. */
const SELECT_BY_SESSION = `SELECT agent FROM session WHERE session_id = @sessionId AND agent IS NOT NULL ORDER BY key DESC LIMIT 1`;

/** Rides on agent_pane. */
const SELECT_BY_PANE = `SELECT id FROM agent WHERE tmux_socket = @tmuxSocket AND pane = @pane ORDER BY tmux_server_start DESC LIMIT 1`;

/** Rides on the primary key. */
const SELECT_PROJECT = `SELECT project FROM agent WHERE id = @agent`;

export interface Addresses {
  /** @throws OrqError ambiguous_address with the candidates. */
  resolve(address: string): { agent: string; known: boolean };
  /** For a message that is to be stored: an agent, or the name under which one may come. @throws OrqError ambiguous_address, not_found, bad_request. */
  meant(address: string): { agent: string; known: boolean };
  /** @throws OrqError not_found with the nearest id, ambiguous_address. */
  known(address: string): string;
  isAgent(id: string): boolean;
  projectOf(agent: string): string | null;
  all(): string[];
  /** The agent in whose session or pane a command runs. */
  ofCaller(caller: { sessionId?: string; tmuxSocket?: string; pane?: string }): string | undefined;
}

export function prepareAddresses(db: Database): Addresses {
  const selectAgent = db.prepare<{ address: string }, { id: string }>(SELECT_AGENT);
  const selectMeant = db.prepare<{ address: string }, { agent: string; isName: 0 | 1 }>(SELECT_MEANT);
  const selectAll = db.prepare<[], { id: string }>(SELECT_ALL);
  const bySession = db.prepare<{ sessionId: string }, { agent: string }>(SELECT_BY_SESSION);
  const byPane = db.prepare<{ tmuxSocket: string; pane: string }, { id: string }>(SELECT_BY_PANE);
  const selectProject = db.prepare<{ agent: string }, { project: string | null }>(SELECT_PROJECT);
  const isAgent = (address: string): boolean => selectAgent.get({ address }) !== undefined;

  const resolve: Addresses['resolve'] = (address) => {
    const meant = selectMeant.all({ address });
    const named = meant.find(({ isName }) => isName === 1);
    if (named) return { agent: named.agent, known: true };
    const candidates = meant.map(({ agent }) => agent).toSorted();
    const [agent, ...others] = candidates;
    if (agent === undefined) return { agent: address, known: false };
    if (others.length > 0)
      throw new OrqError('ambiguous_address', `address "${address}": means ${candidates.length} agents`, {
        details: { candidates },
      });
    return { agent, known: true };
  };

  const all = (): string[] => selectAll.all().map(({ id }) => id);

  return {
    known: (address) => {
      const { agent, known } = resolve(address);
      if (known) return agent;
      const near = nearest(address, all());
      throw new OrqError('not_found', `agent "${address}": not known`, {
        details: { ...(near !== undefined && { nearest: near }) },
      });
    },
    isAgent,
    projectOf: (agent) => selectProject.get({ agent })?.project ?? null,
    all,
    resolve,
    meant: (address) => {
      const found = resolve(address);
      if (!found.known && address.startsWith('%'))
        throw new OrqError('not_found', `agent "${address}": no agent is known in a pane of this id`);
      if (!found.known) assertAgentId(address);
      return found;
    },
    ofCaller: ({ sessionId, tmuxSocket, pane }) => {
      const ofSession = sessionId === undefined ? undefined : bySession.get({ sessionId })?.agent;
      if (ofSession !== undefined || tmuxSocket === undefined || pane === undefined) return ofSession;
      return byPane.get({ tmuxSocket, pane })?.id;
    },
  };
}
