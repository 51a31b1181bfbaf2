/** Whether the subject is what the reference says: each message with its receipts, the counts, who is bound. */
import assert from 'node:assert/strict';
import { MESSAGE_STATES } from '../../../src/protocol/message.ts';
import type { Message } from '../../../src/protocol/schemas.ts';
import { observeToken } from './observe.ts';
import type { Mail, Queue } from './reference-state.ts';
import { boundTo } from './reference-lives.ts';
import { KNOWN } from './steps.ts';
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

function messageFacts({ id, agent, state, priority, attempts, failures, open, lease }: Message) {
  const held = lease && { session: lease.session, injected: lease.injected };
  return { id, agent, state, priority, attempts, failures, open, held };
}

function mailFacts({ id, agent, state, priority, attempts, failures, open, lease }: Mail) {
  const held = lease && { session: lease.sessionId, injected: lease.injected };
  return { id, agent, state, priority, attempts, failures, open: open !== null, held };
}
