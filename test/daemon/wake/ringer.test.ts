/** The ringer over the real store, with rungs that only say that they were used. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLogger } from '../../../daemon/logger.ts';
import { openMetrics } from '../../../daemon/metrics/metrics.ts';
import { openRinger } from '../../../daemon/wake/ringer.ts';
import { clientOf, send } from '../../store/conformance/client.ts';
import { openTestStore } from '../../support/store.ts';

const PANE = { socket: '/tmp/tmux', serverStart: 7, pane: '%1', addresses: [] };
const nothing = (): void => undefined;

test('a ring whose mail went another way leaves the next mail the first rung', async () => {
  await using store = openTestStore({ inMemory: true });
  await store.admit({ marked: null, given: 'a', proposed: 'a', pane: PANE, mayCreate: true });
  await clientOf(store).start();
  const rungs: string[] = [];
  await using ringer = openRinger({
    store,
    clock: store.clock,
    log: openLogger('fatal', false),
    newNonce: () => '0'.repeat(16),
    metrics: openMetrics(0),
    config: { rungs: ['waiter', 'tmux'], silentMs: 60_000, coalesceMs: 250 },
    waiters: {
      park: nothing,
      isParked: () => true,
      ring: () => rungs.push('waiter') > 0,
      dismiss: nothing,
      count: () => 1,
      cut: nothing,
    },
    push: {
      consider: () => Promise.resolve(),
      shown: () => Promise.resolve(),
      settled: nothing,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    trigger: {
      heard: nothing,
      pull: () => {
        rungs.push('tmux');
        return Promise.resolve({ outcome: 'delivered', proof: 'event' });
      },
    },
  });
  const id = await send(store, 'x');
  await ringer.consider('a');
  await store.cancel({ id });
  // As after the wake that finds nothing and is blocked.
  await ringer.consider('a');
  store.clock.move(60_000);
  await send(store, 'y');
  await ringer.consider('a');
  assert.deepEqual(rungs, ['waiter', 'waiter']);
});
