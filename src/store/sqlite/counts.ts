/** Messages by state, from the counts that triggers keep: no scan. */
import type { Counts } from '../../protocol/schemas.ts';
import type { Database } from './database.ts';

/** Rides on the primary key. */
const OF_AGENT = `SELECT ready, scheduled, blocked, leased, delivered, dead, cancelled FROM message_count WHERE agent = @agent`;

/** As many rows as there are agents. */
const OF_ALL = `
  SELECT ifnull(sum(ready), 0) AS ready, ifnull(sum(scheduled), 0) AS scheduled, ifnull(sum(blocked), 0) AS blocked, ifnull(sum(leased), 0) AS leased,
         ifnull(sum(delivered), 0) AS delivered, ifnull(sum(dead), 0) AS dead, ifnull(sum(cancelled), 0) AS cancelled
    FROM message_count`;

const NONE: Counts = { ready: 0, scheduled: 0, blocked: 0, leased: 0, delivered: 0, dead: 0, cancelled: 0 };

export type CountsVerb = (agent?: string) => Counts;

export function prepareCounts(db: Database): CountsVerb {
  const ofAgent = db.prepare<{ agent: string }, Counts>(OF_AGENT);
  const ofAll = db.prepare<[], Counts>(OF_ALL);
  return (agent) => (agent === undefined ? ofAll.get() : ofAgent.get({ agent })) ?? NONE;
}
