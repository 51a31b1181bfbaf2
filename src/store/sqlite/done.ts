/** The agent says that what a message asked for is done, or replies to it: a receipt on top of delivered. */
import { assertState, type Held } from '../../queue/acknowledge.ts';
import type { Moved } from '../../queue/store.ts';
import type { Receipts } from './receipt.ts';
import type { Settling } from './settle.ts';

export interface DoneVerb {
  byId(id: number, nowMs: number): Moved;
  /** A reply says done only where it comes from the agent that was asked. */
  byReply(id: number, from: string, nowMs: number): void;
}

export function prepareDone({ settling, receipts }: { settling: Settling; receipts: Receipts }): DoneVerb {
  /** An agent may answer within the turn that brought the message, before an event proves it seen: its word is proof enough. */
  function settle(message: Held, event: string, nowMs: number): void {
    const { id } = message;
    if (message.state === 'leased') settling.end(message, 'delivered', null, nowMs);
    if (!receipts.has(id, 'seen')) receipts.add({ id, kind: 'seen', sessionId: null, event, nowMs });
    if (!receipts.has(id, 'done')) receipts.add({ id, kind: 'done', sessionId: null, event, nowMs });
    settling.close(id);
  }

  return {
    byId: (id, nowMs) => {
      const message = settling.read(id);
      assertState(message, 'done', ['leased', 'delivered']);
      settle(message, 'done', nowMs);
      return { id, agent: message.agent, state: 'delivered' };
    },
    byReply: (id, from, nowMs) => {
      const message = settling.read(id);
      if (message.agent === from && (message.state === 'leased' || message.state === 'delivered'))
        settle(message, 'reply', nowMs);
    },
  };
}
