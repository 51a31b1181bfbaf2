import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { flowOn, holdOf, NO_CAPS, type Flow } from '../../src/queue/flood.ts';

const perMinute = fc.integer({ min: 1, max: 600 });
const gaps = fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 400 });

/** When each of the messages that come after `gaps` may pass. */
function passes(rate: number, between: readonly number[]): { atMs: number; passMs: number }[] {
  let flow: Flow | undefined;
  let nowMs = 1_000_000;
  return between.map((gap) => {
    nowMs += gap;
    const next = flowOn(flow, rate, nowMs);
    flow = next;
    return { atMs: nowMs, passMs: next.passMs };
  });
}

test('no more than twice the rate pass in a minute, whatever comes, and in order', () => {
  fc.assert(
    fc.property(perMinute, gaps, (rate, between) => {
      const times = passes(rate, between).map(({ passMs }) => passMs);
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
      );
      for (const [index, first] of times.entries())
        assert.ok((times[index + 2 * rate] ?? Infinity) - first >= 60_000 - 2 * rate);
    }),
  );
});

test('what comes no faster than the rate passes at once, and so does a minute of it in one burst', () => {
  fc.assert(
    fc.property(perMinute, fc.integer({ min: 1, max: 100 }), (rate, count) => {
      const evenly = passes(
        rate,
        Array.from({ length: count }, () => Math.ceil(60_000 / rate)),
      );
      const burst = passes(
        rate,
        Array.from({ length: Math.floor(60_000 / Math.ceil(60_000 / rate)) }, () => 0),
      );
      for (const { atMs, passMs } of [...evenly, ...burst]) assert.equal(passMs, atMs);
    }),
  );
});

test('a clock that went back holds nothing until it has caught up', () => {
  const { passMs } = flowOn({ dueMs: 90_000_000, atMs: 86_400_000 }, 1, 1_000);
  assert.equal(passMs, 1_000);
});

test('too many hops block, and come before the rate; without a cap nothing is held', () => {
  const message = { readyAtMs: 5, hops: 3, passMs: 5 };
  assert.equal(holdOf(message, NO_CAPS), null);
  assert.equal(holdOf(message, { ...NO_CAPS, maxHops: 3 }), null);
  assert.equal(holdOf({ ...message, passMs: 9 }, { ...NO_CAPS, maxHops: 2 })?.state, 'blocked');
  assert.deepEqual(holdOf({ ...message, passMs: 9 }, NO_CAPS), {
    state: 'scheduled',
    readyAtMs: 9,
    held: 'held back: more messages than its rate cap',
  });
});
