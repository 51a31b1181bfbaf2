/** Withdraws a message; a lease of it is over. */
import type { RequestOf } from '../../protocol/schemas.ts';
import { assertCancellable } from '../../queue/acknowledge.ts';
import type { Moved } from '../../queue/store.ts';
import type { Settling } from './settle.ts';

export type CancelVerb = (request: RequestOf<'cancel'>, nowMs: number) => Moved;

export function prepareCancel({ settling }: { settling: Settling }): CancelVerb {
  return ({ id, force = false }, nowMs) => {
    const message = settling.read(id);
    const { agent } = message;
    if (message.state !== 'cancelled') {
      assertCancellable(message, force);
      settling.end(message, 'cancelled', null, nowMs);
    }
    return { id, agent, state: 'cancelled' };
  };
}
