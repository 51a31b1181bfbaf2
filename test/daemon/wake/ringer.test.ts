/** The ringer over the real store, with rungs that only say that they were used. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLogger } from '../../../daemon/logger.ts';
import { openMetrics } from '../../../daemon/metrics/metrics.ts';
import { openRinger } from '../../../daemon/wake/ringer.ts';
import { clientOf, send } from '../../store/conformance/client.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';

const PANE = { socket: '/tmp/tmux', serverStart: 7, pane: '%1', addresses: [] };
const nothing = (): void => undefined;

async function openStage(store: TestStore, rungs: string[] = []) {
  await store.admit({ marked: null, given: 'a', proposed: 'a', pane: PANE, mayCreate: true });
  await clientOf(store).start();
  return openRinger({
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
      forget: nothing,
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
}

test('a ring whose mail went another way leaves the next mail the first rung', async () => {
  await using store = openTestStore({ inMemory: true });
  const rungs: string[] = [];
  await using ringer = await openStage(store, rungs);
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

test('nothing is remembered of an id that nobody has any more', async () => {
  await using store = openTestStore({ inMemory: true });
  await using ringer = await openStage(store);
  await send(store, 'x');
  await ringer.consider('a');
  assert.equal(ringer.waitingOf('a')?.outcome, 'rung');
  ringer.forget('a');
  assert.equal(ringer.waitingOf('a'), null);
  // Neither the ring nor the window after it holds up whoever comes by that name.
  assert.deepEqual(await ringer.verdict('a'), { ring: true, rung: 'waiter' });
});
