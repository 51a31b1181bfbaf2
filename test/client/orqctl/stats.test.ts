import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bar, quantile, spokenQuantile } from '../../../client/orqctl/histogram.ts';
import { openStandIn } from '../stand-in.ts';
import { orqctl } from './run-orqctl.ts';

const SPREAD = { boundsMs: [1, 5, 1000], counts: [8, 0, 1, 1], count: 10, sumMs: 2_345 };
const EMPTY = { ...SPREAD, counts: [0, 0, 0, 0], count: 0, sumMs: 0 };

const STATS = {
  sinceMs: 1_900_000_000_000,
  latency: { injected: SPREAD, seen: EMPTY },
  hooks: [
    { event: 'Stop', failures: 2, took: SPREAD },
    { event: 'PreCompact', failures: 0, took: EMPTY },
  ],
  hookSuccess: { answered: 10, failed: 2, missed: 4, rate: 0.625, unconfirmed: 1 },
  commits: SPREAD,
  depth: [{ band: 'critical', ready: 3, scheduled: 0, blocked: 1, leased: 2 }],
  deadLetters: 5,
  heldAgents: 1,
  compactions: [{ agent: 'a', count: 7 }],
  restarts: [{ agent: 'a', cause: 'crashed', outcome: 'restarted', count: 3 }],
  wakes: [{ rung: 'waiter', outcome: 'woken', count: 9 }],
};

test('a quantile is the bound that it lies below', () => {
  assert.deepEqual(
    [quantile(SPREAD, 0.5), quantile(SPREAD, 0.9), quantile(SPREAD, 0.99)],
    [1, 1000, Infinity],
  );
  assert.deepEqual(
    [0.5, 0.9, 0.99].map((share) => spokenQuantile(SPREAD, share)),
    ['< 1ms', '< 1s', '> 1s'],
  );
  assert.equal(spokenQuantile(EMPTY, 0.5), '-');
});

test('a bar has a sign for each bound, blank where nothing fell', () => {
  assert.equal(bar(SPREAD), '█ ▁▁');
  assert.equal(bar(EMPTY), '    ');
});

test('stats prints aligned tables: latencies, hooks that were called, what waits, rings', async () => {
  await using server = await openStandIn(() => STATS);
  const { stdout, exit } = await orqctl(['stats'], { ...server, env: { TZ: 'UTC' } });
  assert.equal(exit, 0);
  assert.match(stdout, /^since 2030-03-17 17:46:40/);
  assert.match(stdout, /^queued to injected +10 +< 1ms +> 1s +> 1s +█ ▁▁$/m);
  assert.match(stdout, /^queued to seen +0 +- +- +-$/m);
  assert.match(stdout, /^Stop +10 +2 +< 1ms/m);
  assert.doesNotMatch(stdout, /PreCompact/);
  assert.match(stdout, /^hooks answered 62\.50 %: 2 failed, 4 found no daemon, 1 unconfirmed$/m);
  assert.match(stdout, /^a +crashed +restarted +3$/m);
  assert.match(stdout, /^critical +3 +0 +1 +2$/m);
  assert.match(stdout, /^waiter +woken +9$/m);
  assert.match(stdout, /^dead letters 5, held agents 1, compactions 7$/m);
});

test('metrics refuses what is no address with a port', async () => {
  for (const address of ['9464', 'localhost', '127.0.0.1:99999']) {
    const { exit, stderr } = await orqctl(['metrics', '--listen', address]);
    assert.equal(exit, 2, address);
    assert.match(stderr, /127\.0\.0\.1:9464/);
  }
});
