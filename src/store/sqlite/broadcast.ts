/** A message to `@project` is one for each agent that the project has at that moment; a key that comes again gets the same ones. */
import { OrqError } from '../../protocol/errors.ts';
import type { Enqueued } from '../../protocol/schemas.ts';
import { nearest } from '../../queue/nearest.ts';
import type { Database } from './database.ts';

/** Rides on agent_project. */
const SELECT_AGENTS = `SELECT id FROM agent WHERE project = @project ORDER BY id`;

/** Walks agent_project; asked only where a project is unknown. */
const SELECT_PROJECTS = `SELECT DISTINCT project FROM agent WHERE project IS NOT NULL`;

const INSERT_MEMBER = `INSERT INTO broadcast (address, key, message_id) VALUES (@address, @key, @id)`;

/** Rides on the primary keys. */
const SELECT_MEMBERS = `
  SELECT message.id, agent, state FROM broadcast JOIN message ON message.id = broadcast.message_id
   WHERE address = @address AND key = @key ORDER BY broadcast.message_id`;

type Member = Pick<Enqueued, 'id' | 'agent' | 'state'>;

export interface Broadcasts {
  /** @throws OrqError not_found where no agent of the project is known. */
  agentsOf(project: string): string[];
  /** Keeps which messages the key stands for; the key itself is stored before. */
  keep(address: string, key: string, messages: readonly Member[]): void;
  /** What is still stored of what the key stands for. */
  under(address: string, key: string): Member[];
}

export function prepareBroadcasts(db: Database): Broadcasts {
  const selectAgents = db.prepare<{ project: string }, { id: string }>(SELECT_AGENTS);
  const selectProjects = db.prepare<[], { project: string }>(SELECT_PROJECTS);
  const insertMember = db.prepare<{ address: string; key: string; id: number }>(INSERT_MEMBER);
  const selectMembers = db.prepare<{ address: string; key: string }, Member>(SELECT_MEMBERS);
  return {
    agentsOf: (project) => {
      const agents = selectAgents.all({ project }).map(({ id }) => id);
      if (agents.length > 0) return agents;
      const known = nearest(
        project,
        selectProjects.all().map((row) => row.project),
      );
      throw new OrqError('not_found', `project "${project}": no agent of it is known`, {
        details: { ...(known !== undefined && { nearest: `@${known}` }) },
      });
    },
    keep: (address, key, messages) => {
      for (const { id } of messages) insertMember.run({ address, key, id });
    },
    under: (address, key) => selectMembers.all({ address, key }),
  };
}
