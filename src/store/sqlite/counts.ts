/** Messages by state, from the counts that triggers keep: no scan. */
import { MESSAGE_STATES, type MessageState } from '../../protocol/message.ts';
import type { Counts } from '../../protocol/schemas.ts';
import type { Database } from './database.ts';

/** Rides on the primary key. */
const OF_AGENT = `SELECT state, n FROM message_count WHERE agent = @agent`;

/** As many rows as there are agents and states. */
const OF_ALL = `SELECT state, sum(n) AS n FROM message_count GROUP BY state`;

interface Count {
  readonly state: MessageState;
  readonly n: number;
}

export type CountsVerb = (agent?: string) => Counts;

export function prepareCounts(db: Database): CountsVerb {
  const ofAgent = db.prepare<{ agent: string }, Count>(OF_AGENT);
  const ofAll = db.prepare<[], Count>(OF_ALL);
  return (agent) => {
    const rows = agent === undefined ? ofAll.all() : ofAgent.all({ agent });
    const found = new Map(rows.map(({ state, n }) => [state, n]));
    return Object.fromEntries(MESSAGE_STATES.map((state) => [state, found.get(state) ?? 0])) as Counts;
  };
}
