/** Taking leases for a session, and ending them: the only statements that hand out or take back. */
import { chargesFailure, placeFailed, placeReturned, type LeaseEnd } from '../../queue/requeue.ts';
import type { Deliverable } from '../../queue/fence.ts';
import { PUSH_EVENT, UNPROVEN } from '../../queue/push.ts';
import type { LeaseRef } from '../../queue/exchange.ts';
import type { Database } from './database.ts';
import type { Notices } from './notice.ts';

/** Rides on message_ready and the primary keys; with the token that the next lease will have. A paused agent is given nothing, one in push mode nothing through its hooks. */
const SELECT_READY = `
  SELECT message.id, lease_token + 1 AS leaseToken, text, priority, sender AS "from", thread_id AS threadId, reply_to AS replyTo,
         enqueued_at_ms AS enqueuedAtMs, attempts > 0 AS mayHaveBeenSeen, notice, briefing
    FROM message INDEXED BY message_ready
    JOIN message_text ON message_text.message_id = message.id
   WHERE agent = @agent AND state = 'ready' AND (expires_at_ms IS NULL OR expires_at_ms > @nowMs)
     AND NOT EXISTS (SELECT 1 FROM agent WHERE agent.id = @agent AND (paused_at_ms IS NOT NULL OR (@typed = 0 AND mode = 'push')))
   ORDER BY priority DESC, message.id`;

/** Rides on the primary key; the guard makes sure that no lease is taken twice. */
const LEASE_TO_SESSION = `
  UPDATE message
     SET state = 'leased', attempts = attempts + 1, lease_token = lease_token + 1, leased_at_ms = @nowMs,
         lease_session = @session, lease_prompt_id = @promptId, lease_event = @event, lease_injected = 0,
         lease_parts_left = @partsLeft
   WHERE id = @id AND state = 'ready'`;

/** Rides on the primary key. */
const SELECT_PAUSED = `SELECT 1 FROM agent WHERE id = @agent AND paused_at_ms IS NOT NULL`;

/** Rides on message_leased. */
const SELECT_HELD = `
  SELECT id, agent, failures, max_failures AS maxFailures, lease_token AS leaseToken, lease_injected AS injected,
         lease_prompt_id AS promptId, lease_event AS event, lease_parts_left AS partsLeft, briefing
    FROM message INDEXED BY message_leased WHERE lease_session = @session AND state = 'leased'`;

/** Rides on the primary key. */
const SELECT_LEASE = `
  SELECT id, agent, failures, max_failures AS maxFailures, lease_token AS leaseToken, lease_injected AS injected,
         lease_prompt_id AS promptId, lease_parts_left AS partsLeft, briefing
    FROM message WHERE id = @id AND lease_token = @leaseToken AND state = 'leased'`;

/** Rides on the primary key. No token, no change: the law of leases is in the WHERE. */
const END_LEASE = `
  UPDATE message
     SET state = @state, ready_at_ms = @readyAtMs, failures = @failures, ended_at_ms = @endedAtMs, reason = @reason,
         leased_at_ms = NULL, lease_session = NULL, lease_prompt_id = NULL, lease_event = NULL, lease_injected = NULL,
         lease_until_ms = NULL, lease_request_id = NULL, lease_parts_left = NULL
   WHERE id = @id AND lease_token = @leaseToken AND state = 'leased'`;

/** Rides on the primary key. What was typed is not typed again because its turn did not prove it. */
const LEAVE_UNPROVEN = `
  UPDATE message
     SET state = 'delivered', reason = @reason, ended_at_ms = @nowMs, lease_token = lease_token + 1,
         leased_at_ms = NULL, lease_session = NULL, lease_prompt_id = NULL, lease_event = NULL, lease_injected = NULL
   WHERE id = @id AND lease_token = @leaseToken AND state = 'leased'`;

export interface HeldLease extends LeaseRef {
  readonly event?: string | null;
  readonly agent: string;
  readonly failures: number;
  readonly maxFailures: number;
  readonly injected: number | null;
  readonly promptId: string | null;
  readonly partsLeft: number | null;
  readonly briefing: number;
}

export interface LeaseEnding {
  readonly delayMs?: number;
  readonly failed?: boolean;
  readonly reason?: string;
}

/** The session that holds a lease, and the turn and the event that carried it. */
export interface Holder {
  readonly session: number;
  readonly promptId: string | null;
  readonly event: string;
}

/** What could be given next, with the token that its lease would have. */
export interface Candidate extends Deliverable, LeaseRef {}

export interface Leases {
  /** The next messages of an agent in their order, read as far as the caller looks, without taking them. Nothing else runs on the connection meanwhile. */
  candidates(agent: string, nowMs: number, typed?: boolean): Iterable<Candidate>;
  /** @throws where the message is not ready, whose candidate was read in this transaction. */
  take(id: number, holder: Holder, partsLeft: number | null, nowMs: number): void;
  isPaused(agent: string): boolean;
  heldBy(session: number): HeldLease[];
  find(ref: LeaseRef): HeldLease | undefined;
  /** Places the message again, or gives it up when its failures are spent; replies with the agents that may be handed something now. */
  end(
    lease: HeldLease,
    ending: LeaseEnding,
    nowMs: number,
  ): { state: 'ready' | 'scheduled' | 'dead'; arrivedFor: string[] };
  /** Ends leases for `end`; replies with the agents that may be handed one again now. A confirmed lease cannot end as not printed. */
  giveBack(leases: readonly HeldLease[], end: LeaseEnd, sessionHasProven: boolean, nowMs: number): string[];
}

type Stored = Omit<Candidate, 'mayHaveBeenSeen' | 'notice' | 'briefing'> & {
  mayHaveBeenSeen: number;
  notice: number;
  briefing: number;
};

export function prepareLeases(db: Database, { notices }: { notices: Notices }): Leases {
  const selectReady = db.prepare<{ agent: string; nowMs: number; typed: number }, Stored>(SELECT_READY);
  const leaveUnproven = db.prepare<LeaseRef & { reason: string; nowMs: number }>(LEAVE_UNPROVEN);
  const take = db.prepare<Holder & { id: number; partsLeft: number | null; nowMs: number }>(LEASE_TO_SESSION);
  const selectPaused = db.prepare<{ agent: string }>(SELECT_PAUSED);
  const selectHeld = db.prepare<{ session: number }, HeldLease>(SELECT_HELD);
  const selectLease = db.prepare<LeaseRef, HeldLease>(SELECT_LEASE);
  const endLease = db.prepare<
    LeaseRef & {
      state: string;
      readyAtMs: number;
      failures: number;
      endedAtMs: number | null;
      reason: string | null;
    }
  >(END_LEASE);

  const end: Leases['end'] = (lease, { delayMs = 0, failed = false, reason = null }, nowMs) => {
    const failures = lease.failures + (failed ? 1 : 0);
    const placement = failed
      ? placeFailed({ failures, maxFailures: lease.maxFailures }, delayMs, nowMs)
      : placeReturned(delayMs, nowMs);
    const dead = placement.state === 'dead';
    const { id, leaseToken } = lease;
    endLease.run({
      id,
      leaseToken,
      failures,
      ...placement,
      endedAtMs: dead ? nowMs : null,
      reason: dead ? `failures spent: ${reason ?? 'unknown'}` : null,
    });
    const { state } = placement;
    if (dead) return { state, arrivedFor: notices.ofDeath(id, nowMs) };
    return { state, arrivedFor: state === 'ready' ? [lease.agent] : [] };
  };

  return {
    *candidates(agent, nowMs, typed = false) {
      for (const row of selectReady.iterate({ agent, nowMs, typed: Number(typed) }))
        yield {
          ...row,
          mayHaveBeenSeen: row.mayHaveBeenSeen === 1,
          notice: row.notice === 1,
          briefing: row.briefing === 1,
        };
    },
    take: (id, holder, partsLeft, nowMs) => {
      if (take.run({ id, ...holder, partsLeft, nowMs }).changes !== 1)
        throw new Error(`message ${id}: was ready and could not be leased in the same transaction`);
    },
    isPaused: (agent) => selectPaused.get({ agent }) !== undefined,
    heldBy: (session) => selectHeld.all({ session }),
    find: (ref) => selectLease.get(ref),
    end,
    giveBack: (leases, leaseEnd, sessionHasProven, nowMs) => {
      const over = leaseEnd === 'not_printed' ? leases.filter(({ injected }) => injected !== 1) : leases;
      const agents = over.flatMap((lease) => {
        if (leaseEnd === 'turn_over' && lease.event === PUSH_EVENT) {
          leaveUnproven.run({ id: lease.id, leaseToken: lease.leaseToken, reason: UNPROVEN, nowMs });
          return [];
        }
        const failed =
          lease.briefing === 0 &&
          chargesFailure(leaseEnd, { injected: lease.injected === 1, sessionHasProven });
        return end(lease, { failed, reason: leaseEnd }, nowMs).arrivedFor;
      });
      return [...new Set(agents)];
    },
  };
}
