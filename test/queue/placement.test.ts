import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { firstReadyAtMs, placeAt } from '../../src/queue/placement.ts';

const timeMs = fc.integer({ min: 0, max: 4_102_444_800_000 });

describe('placing a message in time', () => {
  test('is ready exactly when its time has come, and never ready before now', () => {
    fc.assert(
      fc.property(timeMs, timeMs, (atMs, nowMs) => {
        const { state, readyAtMs } = placeAt(atMs, nowMs);
        assert.equal(state, atMs > nowMs ? 'scheduled' : 'ready');
        assert.equal(readyAtMs, Math.max(atMs, nowMs));
      }),
    );
  });

  test('takes the later of a time and a delay', () => {
    assert.equal(firstReadyAtMs({}, 1000), 1000);
    assert.equal(firstReadyAtMs({ delayMs: 500 }, 1000), 1500);
    assert.equal(firstReadyAtMs({ atMs: 1200, delayMs: 500 }, 1000), 1500);
    assert.equal(firstReadyAtMs({ atMs: 9000, delayMs: 500 }, 1000), 9000);
    assert.equal(firstReadyAtMs({ atMs: 10 }, 1000), 1000);
  });
});
