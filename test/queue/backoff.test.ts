import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { backoffMs } from '../../src/queue/backoff.ts';

describe('the back-off after a failure', () => {
  test('grows fourfold from a second, and is never longer than ten minutes', () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 1_000].map((failures) => backoffMs(failures));
    assert.deepEqual(waits, [0, 1_000, 4_000, 16_000, 64_000, 256_000, 600_000, 600_000]);
  });
});
