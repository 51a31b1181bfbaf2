/** What only time moves: scheduled messages become ready, visibility timeouts end, time to live runs out. And what a start gives back. */
import type { Database } from './database.ts';
import type { Dependencies } from './dependency.ts';
import type { HeldLease, Leases } from './lease.ts';
import type { Notices } from './notice.ts';
import type { Order } from './order.ts';

/** Rows a sweep moves at a time, so that a backlog never holds the writer for long. */
const BATCH = 500;

/** Rides on message_scheduled. A message of a lane has to stand in it first. */
const PROMOTE = `
  UPDATE message NOT INDEXED SET state = CASE WHEN lane IS NULL THEN 'ready' ELSE 'blocked' END, held = NULL
   WHERE id IN (SELECT id FROM message INDEXED BY message_scheduled WHERE state = 'scheduled' AND ready_at_ms <= @nowMs ORDER BY ready_at_ms LIMIT ${BATCH})
     AND state = 'scheduled'
  RETURNING id, agent, state`;

/** Rides on message_leased: a lease without a session lives by its timeout. */
const SELECT_OVERDUE = `
  SELECT id, agent, failures, max_failures AS maxFailures, lease_token AS leaseToken, lease_injected AS injected, lease_prompt_id AS promptId,
         lease_parts_left AS partsLeft, briefing
    FROM message
   WHERE state = 'leased' AND lease_session IS NULL AND lease_prompt_id IS NULL AND lease_until_ms <= @nowMs LIMIT ${BATCH}`;

/** Rides on message_expires. */
const EXPIRE = `
  UPDATE message NOT INDEXED SET state = 'dead', reason = 'expired', ended_at_ms = @nowMs
   WHERE id IN (SELECT id FROM message
                 WHERE expires_at_ms IS NOT NULL AND ended_at_ms IS NULL AND expires_at_ms <= @nowMs AND state <> 'leased' LIMIT ${BATCH})
  RETURNING id`;

/** Rides on message_leased. A message of which parts are left begins again: another version may cut it elsewhere. */
const SELECT_UNCONFIRMED = `
  SELECT id, agent, failures, max_failures AS maxFailures, lease_token AS leaseToken, lease_injected AS injected, lease_prompt_id AS promptId,
         lease_parts_left AS partsLeft, briefing
    FROM message WHERE state = 'leased' AND lease_session IS NOT NULL AND (lease_injected = 0 OR lease_parts_left > 0)`;

export interface Sweep {
  promote(nowMs: number): string[];
  recover(nowMs: number): string[];
  /** Whether `promote` would move anything. Outside of transactions only. */
  isDue(nowMs: number): boolean;
}

/** Rides on message_scheduled, message_leased, message_dependency_until and message_expires. */
const IS_DUE = `
  SELECT 1 WHERE EXISTS (SELECT 1 FROM message WHERE state = 'scheduled' AND ready_at_ms <= @nowMs)
              OR EXISTS (SELECT 1 FROM message WHERE state = 'leased' AND lease_session IS NULL AND lease_prompt_id IS NULL AND lease_until_ms <= @nowMs)
              OR EXISTS (SELECT 1 FROM message WHERE dependency_until_ms <= @nowMs AND awaits > 0)
              OR EXISTS (SELECT 1 FROM message WHERE expires_at_ms IS NOT NULL AND ended_at_ms IS NULL
                                                 AND expires_at_ms <= @nowMs AND state <> 'leased')`;

export function prepareSweep(
  db: Database,
  {
    leases,
    notices,
    dependencies,
    order,
  }: { leases: Leases; notices: Notices; dependencies: Dependencies; order: Order },
): Sweep {
  const promote = db.prepare<{ nowMs: number }, { id: number; agent: string; state: 'ready' | 'blocked' }>(
    PROMOTE,
  );
  const overdue = db.prepare<{ nowMs: number }, HeldLease>(SELECT_OVERDUE);
  const expire = db.prepare<{ nowMs: number }, { id: number }>(EXPIRE);
  const unconfirmed = db.prepare<[], HeldLease>(SELECT_UNCONFIRMED);
  const isDue = db.prepare<{ nowMs: number }>(IS_DUE);

  return {
    isDue: (nowMs) => {
      order.rest();
      return isDue.get({ nowMs }) !== undefined;
    },
    promote: (nowMs) => {
      const agents = expire.all({ nowMs }).flatMap(({ id }) => notices.ofDeath(id, nowMs));
      for (const { id, agent, state } of promote.all({ nowMs }))
        if (state === 'ready') agents.push(agent);
        else order.enter(id);
      order.look(dependencies.timeOut(nowMs));
      for (const lease of overdue.all({ nowMs }))
        agents.push(...leases.end(lease, { failed: true, reason: 'visibility timeout' }, nowMs).arrivedFor);
      return [...new Set(agents)];
    },
    recover: (nowMs) => leases.giveBack(unconfirmed.all(), 'daemon_started', false, nowMs),
  };
}
