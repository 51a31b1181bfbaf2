/** What a message's state says to an operator. */
import type { MessageState } from '../../src/protocol/message.ts';

export const STATE_MEANING: Readonly<Record<MessageState, string>> = {
  ready: 'may be handed out now',
  scheduled: 'becomes ready at its time',
  blocked: 'waits for what must come before it',
  leased: 'handed to a session, not yet proven seen',
  delivered: 'seen by its agent, or acked',
  dead: 'given up',
  cancelled: 'withdrawn',
};
