import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { KEY_LIFE_MS, mayPrune, type Ended } from '../../src/queue/retention.ts';

const ms = fc.integer({ min: 0, max: 4 * KEY_LIFE_MS });
const ended: fc.Arbitrary<Ended> = fc.record({
  endedAtMs: ms,
  enqueuedAtMs: ms,
  open: fc.boolean(),
  keyed: fc.boolean(),
});

describe('the end of retention', () => {
  test('comes for no message that is open, too young, or needed by a young key', () => {
    fc.assert(
      fc.property(ended, ms, ms, (message, retentionMs, nowMs) => {
        if (!mayPrune(message, { retentionMs, nowMs })) return;
        assert.equal(message.open, false);
        assert.ok(nowMs - message.endedAtMs >= retentionMs);
        assert.ok(!message.keyed || nowMs - message.enqueuedAtMs >= KEY_LIFE_MS);
      }),
    );
  });

  test('comes once for every message that is closed', () => {
    fc.assert(
      fc.property(ended, ms, (message, retentionMs) =>
        mayPrune({ ...message, open: false }, { retentionMs, nowMs: 9 * KEY_LIFE_MS }),
      ),
    );
  });
});
