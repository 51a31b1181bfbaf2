/**
 * A message that is too long for one hook: its lease goes on from part to part.
 *
 * part given ─ confirmed ─▶ part printed ─ an event of its turn ─▶ part seen ─ that event, or one of a later turn ─▶ next part given
 *
 * A part that is not confirmed, or whose turn ends before an event proves it, ends the lease: the message begins again with part 1.
 */
import type { Deliverable } from '../../queue/fence.ts';
import { nextPartOf, partOf, partsAfter } from '../../queue/handout.ts';
import type { HandedOut, LeaseRef } from '../../queue/exchange.ts';
import type { Database } from './database.ts';
import type { Holder } from './lease.ts';

/** Rides on the primary key. */
const SEE_PART = `
  UPDATE message SET lease_prompt_id = NULL
   WHERE id = @id AND state = 'leased' AND lease_injected = 1 AND lease_parts_left > 0`;

/** Rides on the primary key. */
const SELECT_BEGUN = `
  SELECT id, lease_token AS leaseToken, text, priority, sender AS "from", thread_id AS threadId, reply_to AS replyTo,
         enqueued_at_ms AS enqueuedAtMs, attempts > 1 AS mayHaveBeenSeen, lease_parts_left AS partsLeft
    FROM message NOT INDEXED JOIN message_text ON message_text.message_id = message.id
   WHERE id = @id AND state = 'leased'`;

/** Rides on the primary key; the guard makes sure that no part is given before the one before it was seen. */
const LEASE_NEXT = `
  UPDATE message
     SET lease_parts_left = lease_parts_left - 1, lease_prompt_id = @promptId, lease_event = @event, lease_injected = 0
   WHERE id = @id AND state = 'leased' AND lease_session = @session AND lease_prompt_id IS NULL AND lease_parts_left > 0`;

/** Rides on the primary key. */
const BEGIN_PARTS = `
  UPDATE message SET lease_parts_left = @partsLeft
   WHERE id = @id AND lease_token = @leaseToken AND state = 'leased' AND lease_injected = 0 AND lease_parts_left IS NULL`;

type Begun = Omit<Deliverable, 'mayHaveBeenSeen'> &
  LeaseRef & { readonly mayHaveBeenSeen: number; readonly partsLeft: number | null };

export interface Parts {
  /** What was given of the message so far was seen: its lease belongs to no turn any more. */
  see(id: number): void;
  /** Gives the next part to the session that has seen those before. @throws where none is left, or the one before was not seen. */
  next(id: number, holder: Holder, capUnits: number): HandedOut;
  /** Gives the first part of a message that was to be given whole. Undefined where that lease is over. */
  begin(lease: LeaseRef, capUnits: number): HandedOut | undefined;
}

export function prepareParts(db: Database): Parts {
  const see = db.prepare<{ id: number }>(SEE_PART);
  const select = db.prepare<{ id: number }, Begun>(SELECT_BEGUN);
  const beginParts = db.prepare<LeaseRef & { partsLeft: number | null }>(BEGIN_PARTS);
  const leaseNext = db.prepare<{ id: number } & Holder>(LEASE_NEXT);
  return {
    see: (id) => void see.run({ id }),
    next: (id, holder, capUnits) => {
      const begun = select.get({ id });
      if (!begun || leaseNext.run({ id, ...holder }).changes !== 1)
        throw new Error(
          `message ${id}: its next part could not be leased in the transaction that saw the one before`,
        );
      return nextPartOf(messageOf(begun), begun.partsLeft ?? 0, capUnits);
    },
    begin: ({ id, leaseToken }, capUnits) => {
      const begun = select.get({ id });
      if (!begun) return undefined;
      const part = partOf(messageOf(begun), 1, capUnits);
      const { changes } = beginParts.run({ id, leaseToken, partsLeft: partsAfter(part) });
      return changes === 1 ? part : undefined;
    },
  };
}

function messageOf({ mayHaveBeenSeen, ...message }: Begun): Deliverable & LeaseRef {
  return { ...message, mayHaveBeenSeen: mayHaveBeenSeen === 1 };
}
