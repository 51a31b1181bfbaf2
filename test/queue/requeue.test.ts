import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { backoffMs } from '../../src/queue/backoff.ts';
import { chargesFailure, placeFailed, placeReturned, type LeaseEnd } from '../../src/queue/requeue.ts';

const count = fc.integer({ min: 0, max: 20 });
const delayMs = fc.integer({ min: 0, max: 1_000_000 });

describe('a message whose lease ended without proof', () => {
  test('is dead once its failures are spent, whatever the delay', () => {
    fc.assert(
      fc.property(count, fc.integer({ min: 1, max: 20 }), delayMs, (failures, maxFailures, delay) => {
        const { state } = placeFailed({ failures, maxFailures }, delay, 5_000);
        assert.equal(state === 'dead', failures >= maxFailures);
      }),
    );
  });

  test('waits out its delay without a failure, else is ready at once', () => {
    assert.deepEqual(placeReturned(0, 5_000), { state: 'ready', readyAtMs: 5_000 });
    assert.deepEqual(placeReturned(10, 5_000), { state: 'scheduled', readyAtMs: 5_010 });
  });

  test('is kept back after a failure for the longer of the back-off and the delay that was asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), delayMs, (failures, delay) => {
        const placed = placeFailed({ failures, maxFailures: failures + 1 }, delay, 5_000);
        const readyAtMs = 5_000 + Math.max(delay, backoffMs(failures));
        assert.deepEqual(placed, { state: 'scheduled', readyAtMs });
      }),
    );
  });

  test('is charged only for the death of a session that had printed it and had proven something', () => {
    for (const end of [
      'not_printed',
      'turn_over',
      'session_ended',
      'session_died',
    ] as const satisfies LeaseEnd[])
      for (const injected of [true, false])
        for (const sessionHasProven of [true, false])
          assert.equal(
            chargesFailure(end, { injected, sessionHasProven }),
            end === 'session_died' && injected && sessionHasProven,
            `${end} ${injected} ${sessionHasProven}`,
          );
  });
});
