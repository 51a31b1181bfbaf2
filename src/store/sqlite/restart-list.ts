/** What became of crashes, restarts, refusals and holds, newest first. */
import type { ReplyOf, RequestOf } from '../../protocol/schemas.ts';
import type { Addresses } from './address.ts';
import type { Database } from './database.ts';

const SHOWN = `
  id, agent, at_ms AS atMs, cause, detail, initiator, outcome, reason, attempt, due_ms AS dueMs, until_ms AS untilMs,
  ended_at_ms AS endedAtMs, pid`;

/** Rides on agent_restart_agent. */
const OF_AGENT = `
  SELECT ${SHOWN} FROM agent_restart INDEXED BY agent_restart_agent
   WHERE agent = @agent AND id < @beforeId ORDER BY id DESC LIMIT 0 + @limit`;

/** Walks the primary key backwards. */
const ALL = `SELECT ${SHOWN} FROM agent_restart WHERE id < @beforeId ORDER BY id DESC LIMIT 0 + @limit`;

type Rows = ReplyOf<'restarts'>['restarts'];

/** @throws OrqError not_found, ambiguous_address. */
export type RestartListVerb = (filter: RequestOf<'restarts'>) => Rows;

export function prepareRestartList(db: Database, { addresses }: { addresses: Addresses }): RestartListVerb {
  type Page = { beforeId: number; limit: number };
  const ofAgent = db.prepare<Page & { agent: string }, Rows[number]>(OF_AGENT);
  const all = db.prepare<Page, Rows[number]>(ALL);
  return ({ agent, limit = 50, beforeId = Number.MAX_SAFE_INTEGER }) =>
    agent === undefined
      ? all.all({ beforeId, limit })
      : ofAgent.all({ agent: addresses.known(agent), beforeId, limit });
}
