/** Gives dead letters up for good: cancelled, with the reason of their death. */
import type { ReplyOf, RequestOf } from '../../protocol/schemas.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Settling } from './settle.ts';

export type DeadDropVerb = (request: RequestOf<'deadDrop'>, nowMs: number) => ReplyOf<'deadDrop'>;

export function prepareDeadDrop({
  deadLetters,
  settling,
}: {
  deadLetters: DeadLetters;
  settling: Settling;
}): DeadDropVerb {
  return (request, nowMs) => {
    const { messages, more } = deadLetters.chosen('drop', request);
    for (const message of messages) settling.end(message, 'cancelled', null, nowMs);
    return { moved: messages.map(({ id, agent }) => ({ id, agent, state: 'cancelled' })), more };
  };
}
