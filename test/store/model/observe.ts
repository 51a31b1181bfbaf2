/** What the reference takes over from the subject because it cannot be foretold: tokens, and the ids and words of notices. */
import assert from 'node:assert/strict';
import { GUESSED_IDS, type Queue } from './reference-state.ts';
import type { Subject } from './subject.ts';

/** A lease's token is above every earlier one of its message, and stays while the lease lives. */
export function observeToken(queue: Queue, id: number, token: number): void {
  const mail = queue.mail.find((each) => each.id === id);
  if (!mail) return;
  if (mail.attempts === mail.tokenOfAttempt) assert.equal(token, mail.token, `token of message ${id}`);
  else assert.ok(token > mail.token, `message ${id}: token ${token} after ${mail.token}`);
  if (token > mail.token && mail.token > 0) mail.tokensBefore.push(mail.token);
  mail.token = token;
  mail.tokenOfAttempt = mail.attempts;
}

/** Each notice that is owed is stored, once. */
export async function learnNotices(subject: Subject, queue: Queue): Promise<void> {
  const owed = queue.mail.filter(({ id }) => id >= GUESSED_IDS);
  if (owed.length === 0) return;
  const stored = await subject.list();
  for (const notice of owed) {
    const isNew = (id: number): boolean => queue.mail.every((mail) => mail.id !== id);
    const found = stored.find(
      ({ id, from, replyTo }) => from === notice.from && replyTo === notice.replyTo && isNew(id),
    );
    assert.ok(found, `a notice of the death of message ${notice.replyTo}`);
    notice.id = found.id;
    notice.text = found.text;
  }
  queue.mail.sort((a, b) => a.id - b.id);
}
