/** What acks, cancels and requeues by hand share: read a message, guard it by its token, end it. */
import { OrqError } from '../../protocol/errors.ts';
import type { Held } from '../../queue/acknowledge.ts';
import type { LeaseRef } from '../../queue/exchange.ts';
import type { Database } from './database.ts';

/** Rides on the primary key. */
const SELECT_HELD = `
  SELECT id, agent, state, enqueued_at_ms AS enqueuedAtMs, lease_token AS leaseToken, lease_injected = 1 OR lease_until_ms IS NOT NULL AS handed
    FROM message WHERE id = @id`;

/** Rides on the primary key. The token grows, so that a lease that was taken away cannot speak again; by two where there was none, so that only the last holder's token ever stands one behind. */
const END = `
  UPDATE message
     SET state = @state, ended_at_ms = @nowMs, reason = ifnull(@reason, reason), open = 0,
         lease_token = lease_token + CASE state WHEN 'leased' THEN 1 ELSE 2 END,
         leased_at_ms = NULL, lease_session = NULL, lease_prompt_id = NULL, lease_event = NULL, lease_injected = NULL,
         lease_until_ms = NULL, lease_request_id = NULL, lease_parts_left = NULL
   WHERE id = @id AND lease_token = @leaseToken`;

/** Rides on the primary key. No token, no change: the law of leases is in the WHERE. */
const DELIVER = `
  UPDATE message
     SET state = 'delivered', ended_at_ms = @nowMs, lease_token = lease_token + 1,
         leased_at_ms = NULL, lease_session = NULL, lease_prompt_id = NULL, lease_event = NULL, lease_injected = NULL,
         lease_until_ms = NULL, lease_request_id = NULL, lease_parts_left = NULL
   WHERE id = @id AND lease_token = @leaseToken AND state = 'leased'
  RETURNING enqueued_at_ms AS enqueuedAtMs`;

/** Rides on the primary key. */
const CLOSE = `UPDATE message SET open = 0 WHERE id = @id AND open = 1`;

export interface Settling {
  /** @throws OrqError not_found */
  read(id: number): Held & { readonly enqueuedAtMs: number };
  end(message: Held, state: 'delivered' | 'cancelled' | 'dead', reason: string | null, nowMs: number): void;
  /** What the holder of a lease has seen, without reading it first: when it was sent; undefined where the token holds no lease. */
  deliver(lease: LeaseRef, nowMs: number): number | undefined;
  /** A delivered message is not open any more. */
  close(id: number): void;
}

export function prepareSettling(db: Database): Settling {
  const select = db.prepare<
    { id: number },
    Omit<Held, 'handed'> & { handed: number | null; enqueuedAtMs: number }
  >(SELECT_HELD);
  const end = db.prepare<{
    id: number;
    leaseToken: number;
    state: string;
    reason: string | null;
    nowMs: number;
  }>(END);
  const deliver = db.prepare<LeaseRef & { nowMs: number }, { enqueuedAtMs: number }>(DELIVER);
  const close = db.prepare<{ id: number }>(CLOSE);
  return {
    read: (id) => {
      const message = select.get({ id });
      if (!message) throw new OrqError('not_found', `message ${id}: not stored`);
      return { ...message, handed: message.handed === 1 };
    },
    end: ({ id, leaseToken }, state, reason, nowMs) => void end.run({ id, leaseToken, state, reason, nowMs }),
    deliver: ({ id, leaseToken }, nowMs) => deliver.get({ id, leaseToken, nowMs })?.enqueuedAtMs,
    close: (id) => void close.run({ id }),
  };
}
