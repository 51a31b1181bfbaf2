/** Whether the subject is what the reference says: each message with its receipts, the counts, who is bound. */
import assert from 'node:assert/strict';
import { MESSAGE_STATES } from '../../../src/protocol/message.ts';
import type { Message } from '../../../src/protocol/schemas.ts';
import { observeToken } from './observe.ts';
import type { Mail, Queue } from './reference-state.ts';
import { boundTo } from './reference-lives.ts';
import { KNOWN } from './drafts.ts';
import type { Subject } from './subject.ts';

export async function compare(subject: Subject, queue: Queue): Promise<void> {
  const stored = (await subject.list()).toSorted((a, b) => a.id - b.id);
  assert.deepEqual(stored.map(messageFacts), queue.mail.map(mailFacts));
  for (const { id, lease } of stored) {
    if (lease) observeToken(queue, id, lease.token);
    const kinds = (await subject.receipts(id)).map(({ kind }) => kind);
    assert.deepEqual(kinds, queue.mail.find((mail) => mail.id === id)?.receipts, `receipts of message ${id}`);
  }
  assert.deepEqual(await subject.counts(), countsOf(queue.mail));
  for (const agent of KNOWN) {
    assert.deepEqual(
      await subject.counts(agent),
      countsOf(queue.mail.filter((mail) => mail.agent === agent)),
    );
    const bound = boundTo(queue, agent);
    const found = await subject.bound(agent);
    assert.deepEqual(
      found && { sessionId: found.sessionId, state: found.state },
      bound ? { sessionId: bound.sessionId, state: bound.state } : null,
      `session of agent ${agent}`,
    );
  }
}

function countsOf(mail: readonly Mail[]) {
  return Object.fromEntries(
    MESSAGE_STATES.map((state) => [state, mail.filter((each) => each.state === state).length]),
  );
}

function messageFacts(message: Message) {
  const { id, agent, state, priority, attempts, failures, open, lease, hops = 0, held } = message;
  const leased = lease && { session: lease.session, injected: lease.injected, partsLeft: lease.partsLeft };
  const order = { id, agent, state, priority, hops, isHeldBack: held !== undefined };
  return { ...order, attempts, failures, open, leased };
}

function mailFacts({ lease, open, ...mail }: Mail) {
  const { id, agent, state, priority, attempts, failures, hops, held } = mail;
  const leased = lease && { session: lease.sessionId, injected: lease.injected, partsLeft: lease.partsLeft };
  const isHeldBack = held && (state === 'blocked' || state === 'scheduled');
  return { id, agent, state, priority, hops, isHeldBack, attempts, failures, open: open !== null, leased };
}
