/** What a message's move is called in the stream of changes. */
import type { ChangeKind, MessageState } from '../protocol/message.ts';

/** A lease that ends without its message being seen is told as `returned`, wherever the message waits then. */
export function changeOfMove(from: MessageState, to: MessageState): ChangeKind {
  if (to === 'ready' || to === 'scheduled' || to === 'blocked') {
    if (from === 'leased') return 'returned';
    if (from === 'dead') return 'redriven';
    return to === 'ready' ? 'ready' : 'scheduled';
  }
  return to;
}
