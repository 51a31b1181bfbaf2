/** How messages end in the reference. */
import { isOver, sentByOrq, type Mail, type Queue } from './reference-state.ts';

/** It is given up; its sender is told where that is an agent, and where it was no notice itself. */
export function die(queue: Queue, mail: Mail): void {
  end(queue, mail, 'dead');
  if (mail.isNotice || mail.from === null || !queue.known.includes(mail.from)) return;
  sentByOrq(queue, mail.from, { replyTo: mail.id, threadId: mail.threadId });
}

export function end(queue: Queue, mail: Mail, state: 'delivered' | 'dead' | 'cancelled'): void {
  if (state === 'delivered' && mail.state !== 'delivered') mail.deliveredToken = mail.lease && mail.token;
  if (!isOver(mail) || state !== mail.state) mail.endedAtMs = queue.nowMs;
  Object.assign(mail, { state, lease: null, open: null, awaits: [] });
}
