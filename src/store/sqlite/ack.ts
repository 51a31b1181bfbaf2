/** A consumer or an operator says that a message was seen. */
import type { RequestOf } from '../../protocol/schemas.ts';
import { assertHolds, assertState, isAcked } from '../../queue/acknowledge.ts';
import type { Moved } from '../../queue/store.ts';
import type { Receipts } from './receipt.ts';
import type { Settling } from './settle.ts';

export type AckVerb = (request: RequestOf<'ack'>, nowMs: number) => Moved;

/** An ack that comes twice is answered like the first; of a message that an event proved seen it says that nothing is open. */
export function prepareAck({ settling, receipts }: { settling: Settling; receipts: Receipts }): AckVerb {
  return ({ id, leaseToken }, nowMs) => {
    const message = settling.read(id);
    const { agent } = message;
    if (isAcked(message, leaseToken)) {
      settling.close(id);
      return { id, agent, state: 'delivered' };
    }
    assertHolds(message, leaseToken);
    assertState(message, 'ack', ['ready', 'scheduled', 'blocked', 'leased']);
    settling.end(message, 'delivered', null, nowMs);
    receipts.add({ id, kind: 'seen', sessionId: null, event: 'ack', nowMs });
    return { id, agent, state: 'delivered' };
  };
}
