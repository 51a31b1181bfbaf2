/** How agents get their messages: through their hooks, or typed. */
import { OrqError } from '../../protocol/errors.ts';
import type { DeliveryMode } from '../../protocol/agent.ts';
import type { RequestOf } from '../../protocol/schemas.ts';
import { nearest } from '../../queue/nearest.ts';
import type { Addresses } from './address.ts';
import type { Database } from './database.ts';

/** Rides on the primary key. */
const OF_ONE = `UPDATE agent SET mode = @mode WHERE id = @agent RETURNING id, mode`;

/** Rides on agent_project. */
const OF_PROJECT = `UPDATE agent SET mode = @mode WHERE project = @project RETURNING id, mode`;

/** As many as there are agents. */
const OF_ALL = `UPDATE agent SET mode = @mode RETURNING id, mode`;

export type ModeVerb = (request: RequestOf<'agentMode'>) => { id: string; mode: DeliveryMode }[];

export function prepareMode(db: Database, { addresses }: { addresses: Addresses }): ModeVerb {
  type Moded = { id: string; mode: DeliveryMode };
  const ofOne = db.prepare<{ agent: string; mode: string }, Moded>(OF_ONE);
  const ofProject = db.prepare<{ project: string; mode: string }, Moded>(OF_PROJECT);
  const ofAll = db.prepare<{ mode: string }, Moded>(OF_ALL);
  return ({ mode, agent, project, all = false }) => {
    if ([agent !== undefined, project !== undefined, all].filter(Boolean).length !== 1)
      throw new OrqError('bad_request', 'agent mode: names one agent, a project, or all');
    if (all) return ofAll.all({ mode });
    if (project !== undefined) {
      const set = ofProject.all({ project, mode });
      if (set.length === 0) throw new OrqError('not_found', `project "${project}": has no agents`);
      return set;
    }
    const id = addresses.resolve(agent ?? '').agent;
    const set = ofOne.all({ agent: id, mode });
    if (set.length > 0) return set;
    const similar = nearest(id, addresses.all());
    throw new OrqError('not_found', `agent "${id}": not known`, {
      ...(similar !== undefined && { details: { nearest: similar } }),
    });
  };
}
