/** Where agents are now, by what their tmux server shows: all of one server at once, because windows swap their numbers. */
import { dwellingOf, type Dwelling } from '../../agents/dwelling.ts';
import type { Relocated, ServerSight } from '../../queue/registry.ts';
import type { AgentAddresses } from './agent-address.ts';
import type { Database } from './database.ts';

/** Rides on agent_pane, agent_address_agent and session_bound. */
const SELECT_ON_SERVER = `
  SELECT id, tmux_server_start AS serverStart, pane, project,
         (SELECT json_group_array(address) FROM agent_address WHERE agent_address.agent = agent.id) AS addresses,
         EXISTS (SELECT 1 FROM session WHERE session.agent = agent.id AND standing = 'bound') AS bound
    FROM agent WHERE tmux_socket = @socket AND pane IS NOT NULL`;

/** Rides on the primary key. */
const SET_PROJECT = `UPDATE agent SET project = @project WHERE id = @id`;

interface Stored {
  readonly id: string;
  readonly serverStart: number;
  readonly pane: string;
  readonly project: string | null;
  readonly addresses: string;
  readonly bound: 0 | 1;
}

export interface RelocationVerb {
  /** What `run` would reply, where there is nothing to change. */
  foresee(sight: ServerSight): Relocated | undefined;
  run(sight: ServerSight): Relocated;
}

export function prepareRelocation(
  db: Database,
  { agentAddresses }: { agentAddresses: AgentAddresses },
): RelocationVerb {
  const onServer = db.prepare<{ socket: string }, Stored>(SELECT_ON_SERVER);
  const setProject = db.prepare<{ id: string; project: string }>(SET_PROJECT);

  function compared(sight: ServerSight) {
    const panes = new Map(sight.panes.map((pane) => [pane.pane, pane]));
    const agents = onServer.all({ socket: sight.socket }).map(({ addresses, bound, ...agent }) => {
      const before: Dwelling = { ...agent, addresses: JSON.parse(addresses) as string[], bound: bound === 1 };
      return { before, after: dwellingOf(before, sight.serverStart, panes) };
    });
    return {
      changed: agents.filter(({ after }) => after.addresses !== undefined || after.project !== undefined),
      isLivedOn: agents.some(({ before }) => before.bound),
      residents: agents
        .filter(({ before, after }) => before.bound && after.isThere)
        .map(({ before: { id, pane } }) => ({ agent: id, pane })),
    };
  }

  return {
    foresee: (sight) => {
      const { changed, residents, isLivedOn } = compared(sight);
      return changed.length === 0 ? { moved: [], adopted: [], residents, isLivedOn } : undefined;
    },
    run: (sight) => {
      const { changed, residents, isLivedOn } = compared(sight);
      const adopted: string[] = [];
      for (const { before, after } of changed) {
        const { id } = before;
        if (after.addresses && agentAddresses.replace(id, after.addresses) > 0) adopted.push(id);
        if (after.project !== undefined) setProject.run({ id, project: after.project });
      }
      return { moved: changed.map(({ before }) => before.id), adopted, residents, isLivedOn };
    },
  };
}
