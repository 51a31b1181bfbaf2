/** The agents that a request is for: one, those of a project, or all. */
import { OrqError } from '../../protocol/errors.ts';
import type { RequestOf } from '../../protocol/schemas.ts';
import type { Addresses } from './address.ts';
import type { Database } from './database.ts';

/** Rides on agent_project. */
const SELECT_OF_PROJECT = `SELECT id FROM agent WHERE project = @project ORDER BY id`;

/** As many as there are agents. */
const SELECT_ALL = `SELECT id FROM agent ORDER BY id`;

/** Replies with their ids. @throws OrqError bad_request, not_found, ambiguous_address. */
export type ChosenAgents = (choice: RequestOf<'agentPause'>) => string[];

export function prepareAgentChoice(db: Database, { addresses }: { addresses: Addresses }): ChosenAgents {
  const ofProject = db.prepare<{ project: string }, { id: string }>(SELECT_OF_PROJECT);
  const all = db.prepare<[], { id: string }>(SELECT_ALL);

  return ({ agent, project, all: everybody = false }) => {
    const ways = [agent !== undefined, project !== undefined, everybody].filter(Boolean).length;
    if (ways !== 1)
      throw new OrqError('bad_request', 'agents: one of agent, project and all has to be named');
    if (agent !== undefined) return [addresses.known(agent)];
    const ids = (project === undefined ? all.all() : ofProject.all({ project })).map(({ id }) => id);
    if (project !== undefined && ids.length === 0)
      throw new OrqError('not_found', `project "${project}": no agent of it is known`);
    return ids;
  };
}
