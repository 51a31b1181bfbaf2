/** Pausing agents: while one is paused nothing is handed to it and it is not rung; what it has already proves and ends as ever. */
import { OrqError } from '../../protocol/errors.ts';
import type { ReplyOf, RequestOf } from '../../protocol/schemas.ts';
import type { Addresses } from './address.ts';
import type { Database } from './database.ts';

/** Rides on agent_project. */
const SELECT_OF_PROJECT = `SELECT id FROM agent WHERE project = @project ORDER BY id`;

/** As many as there are agents. */
const SELECT_ALL = `SELECT id FROM agent ORDER BY id`;

/** Rides on the primary key. */
const SET_PAUSED = `
  UPDATE agent SET paused_at_ms = @pausedAtMs WHERE id = @id AND (paused_at_ms IS NULL) <> (@pausedAtMs IS NULL)`;

/** @throws OrqError bad_request, not_found, ambiguous_address. */
export type PauseVerb = (choice: RequestOf<'agentPause'>, pausedAtMs: number | null) => ReplyOf<'agentPause'>;

export function preparePause(db: Database, { addresses }: { addresses: Addresses }): PauseVerb {
  const ofProject = db.prepare<{ project: string }, { id: string }>(SELECT_OF_PROJECT);
  const all = db.prepare<[], { id: string }>(SELECT_ALL);
  const setPaused = db.prepare<{ id: string; pausedAtMs: number | null }>(SET_PAUSED);

  function chosen({ agent, project, all: everybody = false }: RequestOf<'agentPause'>): string[] {
    const ways = [agent !== undefined, project !== undefined, everybody].filter(Boolean).length;
    if (ways !== 1)
      throw new OrqError('bad_request', 'agents: one of agent, project and all has to be named');
    if (agent !== undefined) return [addresses.known(agent)];
    const ids = (project === undefined ? all.all() : ofProject.all({ project })).map(({ id }) => id);
    if (project !== undefined && ids.length === 0)
      throw new OrqError('not_found', `project "${project}": no agent of it is known`);
    return ids;
  }

  return (choice, pausedAtMs) => ({
    agents: chosen(choice).map((id) => ({
      id,
      paused: pausedAtMs !== null,
      changed: setPaused.run({ id, pausedAtMs }).changes > 0,
    })),
  });
}
