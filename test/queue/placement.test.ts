import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { firstReadyAtMs, placeAt, placeSent } from '../../src/queue/placement.ts';

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

describe('placing a new message', () => {
  const [ready, scheduled] = [placeAt(1_000, 1_000), placeAt(5_000, 1_000)];
  const alone = { inLane: false, waits: false };
  const rate = { state: 'scheduled', readyAtMs: 9_000, held: 'too fast' } as const;
  const hops = { state: 'blocked', readyAtMs: 1_000, held: 'too far' } as const;

  test('blocks what waits for others, and what has to stand in a lane now', () => {
    const stateOf = (inLane: boolean, waits: boolean, placement = ready) =>
      placeSent(placement, { inLane, waits }, null).state;
    assert.deepEqual(
      [stateOf(false, false), stateOf(true, false), stateOf(false, true)],
      ['ready', 'blocked', 'blocked'],
    );
    assert.deepEqual(
      [stateOf(true, false, scheduled), stateOf(true, true, scheduled)],
      ['scheduled', 'blocked'],
    );
  });

  test('holds back what came too fast until its time, also behind what it waits for', () => {
    assert.deepEqual(placeSent(ready, alone, rate), rate);
    const waiting = placeSent(ready, { inLane: false, waits: true }, rate);
    assert.deepEqual(waiting, { state: 'blocked', readyAtMs: 9_000, held: null });
  });

  test('holds back what came too far until somebody lets it go, whatever else it waits for', () => {
    for (const inLane of [false, true])
      for (const waits of [false, true]) assert.deepEqual(placeSent(ready, { inLane, waits }, hops), hops);
  });
});
