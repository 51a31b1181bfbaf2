/** What the reference takes over from the subject because it cannot be foretold: tokens, and the ids and words of notices. */
import assert from 'node:assert/strict';
import { isGuessed, type Mail, type Queue } from './reference-state.ts';
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

/** What orq owes is stored, once: a notice of each death, a briefing after each compaction that names what is open. */
export async function learnFromOrq(subject: Subject, queue: Queue): Promise<void> {
  const owed = queue.mail.filter(isGuessed);
  if (owed.length === 0) return;
  const stored = await subject.list();
  for (const mail of owed) {
    const isNew = (id: number): boolean => queue.mail.every((each) => each.id !== id);
    const found = stored.find(
      ({ id, from, replyTo, text }) =>
        from === 'orq' &&
        replyTo === mail.replyTo &&
        text.startsWith('REBRIEF') === mail.isBriefing &&
        isNew(id),
    );
    assert.ok(
      found,
      mail.isBriefing
        ? `a briefing of agent ${mail.agent}`
        : `a notice of the death of message ${mail.replyTo}`,
    );
    mail.id = found.id;
    mail.text = found.text;
    if (mail.isBriefing) assertNamesOpen(queue, mail);
  }
  queue.mail.sort((a, b) => a.id - b.id);
}

function assertNamesOpen(queue: Queue, { agent, text }: Mail): void {
  for (const mail of queue.mail)
    if (mail.agent === agent && mail.open !== null)
      assert.match(text, new RegExp(`\\bmessage ${mail.id}\\b`), `the briefing of agent ${agent}`);
}
