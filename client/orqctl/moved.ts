/** The answer of commands that move one message. */
import type { ReplyOf } from '../../src/protocol/schemas.ts';
import { visible } from './visible.ts';

/** `42 requeued for work:1 (state ready)`. */
export function movedSentence({ id, agent, state }: ReplyOf<'requeue'>, done: string): string {
  return `${id} ${done} for ${visible(agent)} (state ${state})`;
}
