/** Agents that are known from elsewhere before a hook speaks for them: offline, and their mail waits. */
import { isAgentId } from '../../protocol/names.ts';
import type { ImportPage } from '../../protocol/export-schemas.ts';
import type { Database } from './database.ts';

const INSERT_AGENT = `
  INSERT INTO agent (id, project, first_seen_ms, last_seen_ms) VALUES (@id, @project, @nowMs, @nowMs) ON CONFLICT (id) DO NOTHING`;

/** Rides on the primary keys: an address means one agent at most. */
const INSERT_ADDRESS = `
  INSERT INTO agent_address (address, agent)
  SELECT @address, @id
   WHERE NOT EXISTS (SELECT 1 FROM agent_address WHERE address = @address) AND NOT EXISTS (SELECT 1 FROM agent WHERE id = @address)`;

type ImportedAgents = NonNullable<ImportPage['agents']>;

/** Those that are known stay as they are. */
export function prepareImportedAgents(db: Database): (agents: ImportedAgents, nowMs: number) => void {
  const insert = db.prepare<{ id: string; project: string | null; nowMs: number }>(INSERT_AGENT);
  const insertAddress = db.prepare<{ id: string; address: string }>(INSERT_ADDRESS);
  return (agents, nowMs) => {
    for (const { id, project = null, addresses = [] } of agents.filter((agent) => isAgentId(agent.id))) {
      if (insert.run({ id, project, nowMs }).changes === 0) continue;
      for (const address of addresses) insertAddress.run({ id, address });
    }
  };
}
