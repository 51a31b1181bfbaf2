/** What fits into a hook in the reference: whole messages, else a part of the first; and briefings, which go before all. */
import { MAX_PRIORITY } from '../../../src/protocol/message.ts';
import { fenced, NONCE_LENGTH, type Form } from '../../../src/queue/fence.ts';
import { end } from './reference-ends.ts';
import { sentByOrq, type Mail, type Queue } from './reference-state.ts';

const WHOLE = { kind: 'whole' } as const;

/** As long as the words around a part can be. */
const SOME_PART = { kind: 'part', part: 9999, parts: 9999 } as const;

/** Whole and in order: nothing overtakes what does not fit. */
export function fitting(mail: readonly Mail[], units: number): Mail[] {
  let left = units;
  const last = mail.findIndex((each) => (left -= lengthOf(each, WHOLE)) < 0);
  return mail.slice(0, last < 0 ? undefined : last);
}

/** In how many parts a message goes whose text needs no escapes. */
export function partsOf(mail: Mail, units: number): number {
  const room = units - lengthOf({ ...mail, text: '', attempts: 1 }, SOME_PART);
  return Math.ceil(mail.text.length / room);
}

function lengthOf({ attempts, isNotice, isBriefing, ...mail }: Mail, form: Form): number {
  const facts = { mayHaveBeenSeen: attempts > 0, notice: isNotice, briefing: isBriefing };
  return fenced({ ...mail, ...facts, form }, '0'.repeat(NONCE_LENGTH)).length;
}

/** What was given of it was seen, and there is more. */
export const hasSeenPart = ({ lease }: Mail): boolean => lease?.turn === null && lease.partsLeft !== null;

export function nextPart(mail: Mail, turn: number): Mail {
  if (mail.lease)
    Object.assign(mail.lease, { turn, injected: false, partsLeft: (mail.lease.partsLeft ?? 0) - 1 });
  return mail;
}

/** After a compaction: one that waits is out of date. */
export function brief(queue: Queue, agent: string): void {
  for (const mail of queue.mail)
    if (mail.isBriefing && mail.agent === agent && mail.state === 'ready') end(queue, mail, 'cancelled');
  sentByOrq(queue, agent, { isBriefing: true, priority: MAX_PRIORITY + 1 });
}
