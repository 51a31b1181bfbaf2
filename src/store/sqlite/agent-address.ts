/** What an agent may be called now besides its id, and the mail that waited under such a name. */
import type { Database } from './database.ts';

/** Rides on agent_address_agent. */
const DELETE_ADDRESSES = `DELETE FROM agent_address WHERE agent = @id`;
const INSERT_ADDRESS = `INSERT INTO agent_address (address, agent) VALUES (@address, @id) ON CONFLICT DO NOTHING`;

/** Rides on message_agent. Only what nobody holds: a lease ends under the name that it began with. */
const ADOPT = `
  UPDATE message SET agent = @id
   WHERE agent = @address AND state IN ('ready', 'scheduled', 'blocked')
     AND NOT EXISTS (SELECT 1 FROM agent WHERE agent.id = @address)`;

/** Rides on the primary key. An id and an earlier name are never the same. */
const SELECT_RENAMED = `SELECT agent FROM agent_alias WHERE alias = @name`;

export interface AgentAddresses {
  /** The agent that had this name, else the name. */
  canonical(name: string): string;
  /** Replies with how many messages the agent adopted. */
  replace(id: string, addresses: readonly string[]): number;
}

export function prepareAgentAddresses(db: Database): AgentAddresses {
  const deleteAddresses = db.prepare<{ id: string }>(DELETE_ADDRESSES);
  const insertAddress = db.prepare<{ address: string; id: string }>(INSERT_ADDRESS);
  const adopt = db.prepare<{ address: string; id: string }>(ADOPT);
  const selectRenamed = db.prepare<{ name: string }, { agent: string }>(SELECT_RENAMED);
  return {
    canonical: (name) => selectRenamed.get({ name })?.agent ?? name,
    replace: (id, addresses) => {
      deleteAddresses.run({ id });
      const others = addresses.filter((address) => address !== id);
      for (const address of others) insertAddress.run({ address, id });
      // Ids of panes are used again by the next server: mail for one may mean another agent.
      return others
        .filter((address) => !address.startsWith('%'))
        .reduce((adopted, address) => adopted + adopt.run({ address, id }).changes, 0);
    },
  };
}
