/** A consumer or an operator says that a message was seen. */
import type { RequestOf } from '../../protocol/schemas.ts';
import { assertHolds, assertState, isAcked } from '../../queue/acknowledge.ts';
import type { LeaseRef } from '../../queue/exchange.ts';
import type { Moved } from '../../queue/store.ts';
import type { Receipts } from './receipt.ts';
import type { Settling } from './settle.ts';

export interface AckVerb {
  /** @throws OrqError not_found, lease_lost, wrong_state. */
  byId(request: RequestOf<'ack'>, nowMs: number): Moved;
  /** What a consumer has finished, told with its next dequeue: the message is read only where the token holds no lease. @throws OrqError not_found, lease_lost. */
  byHolder(lease: LeaseRef, nowMs: number): void;
}

/** An ack that comes twice is answered like the first; of a message that an event proved seen it says that nothing is open. */
export function prepareAck({ settling, receipts }: { settling: Settling; receipts: Receipts }): AckVerb {
  const note = (id: number, enqueuedAtMs: number, nowMs: number): void =>
    receipts.add({ id, kind: 'seen', sessionId: null, event: 'ack', enqueuedAtMs, nowMs });

  const byId: AckVerb['byId'] = ({ id, leaseToken }, nowMs) => {
    const message = settling.read(id);
    const { agent } = message;
    if (isAcked(message, leaseToken)) {
      settling.close(id);
      return { id, agent, state: 'delivered' };
    }
    assertHolds(message, leaseToken);
    assertState(message, 'ack', ['ready', 'scheduled', 'blocked', 'leased']);
    settling.end(message, 'delivered', null, nowMs);
    note(id, message.enqueuedAtMs, nowMs);
    return { id, agent, state: 'delivered' };
  };

  return {
    byId,
    byHolder: (lease, nowMs) => {
      const enqueuedAtMs = settling.deliver(lease, nowMs);
      if (enqueuedAtMs === undefined) byId(lease, nowMs);
      else note(lease.id, enqueuedAtMs, nowMs);
    },
  };
}
