import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import {
  afterReason,
  deadlockIn,
  verdictAtEnd,
  verdictAtTimeout,
  type InBatch,
} from '../../src/queue/dependency.ts';

/** Messages of a batch that wait for any positions of it, some in lanes. */
const batch = fc.integer({ min: 1, max: 7 }).chain((length) =>
  fc
    .array(
      fc.record({
        after: fc.array(fc.nat({ max: length - 1 }), { maxLength: 2 }),
        lane: fc.constantFrom(null, null, 'global', 'project:p'),
        priority: fc.integer({ min: 0, max: 1 }),
      }),
      { minLength: length, maxLength: length },
    )
    .map((messages): InBatch[] => messages.map((message, index) => ({ ...message, id: index + 1 }))),
);

function waitsFor(messages: readonly InBatch[], index: number, other: number): boolean {
  const [message, earlier] = [messages[index], messages[other]];
  if (!message || !earlier) return false;
  const inLane = message.lane !== null && message.lane === earlier.lane && other < index;
  return message.after.includes(other) || (inLane && earlier.priority >= message.priority);
}

/** Whether all can end, one after the other, each once what it waits for is over. */
function canEnd(messages: readonly InBatch[]): boolean {
  const over = new Set<number>();
  for (;;) {
    const next = [...messages.keys()].find(
      (index) =>
        !over.has(index) &&
        [...messages.keys()].every((other) => over.has(other) || !waitsFor(messages, index, other)),
    );
    if (next === undefined) return over.size === messages.length;
    over.add(next);
  }
}

describe('a batch', () => {
  test('is refused exactly where its messages could not end one after the other', () => {
    fc.assert(
      fc.property(batch, (messages) => {
        const circle = deadlockIn(messages);
        assert.equal(circle === undefined, canEnd(messages));
      }),
      { numRuns: 2_000 },
    );
  });

  test('is refused with the positions that wait for each other, each for the next', () => {
    fc.assert(
      fc.property(batch, (messages) => {
        const circle = deadlockIn(messages) ?? [];
        for (const [place, index] of circle.entries())
          assert.ok(waitsFor(messages, index, circle[(place + 1) % circle.length] ?? -1));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a dependency', () => {
  test('is met by delivery, whatever the policy, and by any end where the policy is release', () => {
    for (const policy of ['fail', 'release', 'wait'] as const)
      assert.equal(verdictAtEnd('delivered', policy), 'met');
    for (const state of ['dead', 'cancelled'] as const) {
      assert.equal(verdictAtEnd(state, 'release'), 'met');
      assert.equal(verdictAtEnd(state, 'fail'), 'failed');
      assert.equal(verdictAtEnd(state, 'wait'), 'waits');
    }
  });

  test('does not wait past its timeout', () => {
    assert.equal(verdictAtTimeout('release'), 'met');
    assert.equal(verdictAtTimeout('fail'), 'failed');
    assert.equal(verdictAtTimeout('wait'), 'failed');
  });

  test('is named with the state of what it waits for', () => {
    assert.equal(afterReason([{ id: 3, state: 'leased' }]), 'blocked: after message 3 (leased)');
    const many = [1, 2, 3, 4, 5, 6].map((id) => ({ id, state: 'ready' }) as const);
    assert.match(afterReason(many), /^blocked: after messages 1 \(ready\), .* 5 \(ready\) and 1 more$/);
  });
});
