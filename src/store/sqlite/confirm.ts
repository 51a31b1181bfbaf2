/** The client says that it printed what it was given: from now on a later event of the turn can prove it seen. */
import type { LeaseRef } from '../../queue/exchange.ts';
import type { Database } from './database.ts';
import type { Receipts } from './receipt.ts';

/** Rides on the primary keys. A lease that is over changes nothing. A message in parts is injected with its last one; a long one without parts is in a file. */
const CONFIRM = `
  UPDATE message SET lease_injected = 1
   WHERE id = @id AND lease_token = @leaseToken AND state = 'leased' AND lease_injected = 0
  RETURNING lease_event AS event, enqueued_at_ms AS enqueuedAtMs, ifnull(lease_parts_left, 0) AS partsLeft,
            lease_parts_left IS NULL AND EXISTS (SELECT 1 FROM reference_file WHERE message_id = id) AS byReference,
            (SELECT session_id FROM session WHERE key = lease_session) AS sessionId`;

export type ConfirmVerb = (leases: readonly LeaseRef[], nowMs: number) => number[];

export function prepareConfirm(db: Database, { receipts }: { receipts: Receipts }): ConfirmVerb {
  const confirm = db.prepare<
    LeaseRef,
    { event: string; enqueuedAtMs: number; partsLeft: number; byReference: number; sessionId: string }
  >(CONFIRM);
  return (leases, nowMs) =>
    leases.flatMap(({ id, leaseToken }) => {
      const injected = confirm.get({ id, leaseToken });
      if (!injected || injected.partsLeft > 0) return [];
      const { event, sessionId, enqueuedAtMs } = injected;
      const byReference = injected.byReference === 1;
      receipts.add({ id, kind: 'injected', event, sessionId, byReference, enqueuedAtMs, nowMs });
      return [id];
    });
}
