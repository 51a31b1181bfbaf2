import assert from 'node:assert/strict';
import { appendFileSync, existsSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { createClient, type Client, type ReplyOf } from '../../../client/index.ts';
import { readMetrics, serveMetrics } from '../../../client/metrics-text.ts';
import { startDaemon, type RunningDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';
import { openHookCaller } from '../hooks/hook-caller.ts';

type Stats = ReplyOf<'stats'>;

function hookOf({ hooks }: Stats, event: string) {
  const found = hooks.find((each) => each.event === event);
  assert.ok(found, event);
  return found;
}

/** One message all the way, a compaction, a ring, and an answer that nobody printed. */
async function live({ socket }: RunningDaemon, client: Client): Promise<void> {
  const hooks = openHookCaller(socket, { session: 's', agent: 'a' });
  await hooks.say('SessionStart', { source: 'startup' });
  const rung = hooks.wait();
  await client.enqueue({ agent: 'a', text: 'one' });
  await rung;
  await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'x' });
  await hooks.say('PostToolBatch', { prompt_id: 'p' });
  await hooks.say('PreCompact', { prompt_id: 'p' });
  await hooks.say('PostCompact', { prompt_id: 'p' });
  await client.enqueue({ agent: 'a', text: 'two', priority: 60 });
  const unprinted = await hooks.send('PostToolBatch', { prompt_id: 'p' });
  assert.ok(unprinted.token);
  unprinted.drop();
}

describe('the figures', { timeout: 60_000 }, () => {
  const folder = testFolder();
  let daemon: RunningDaemon;
  let client: Client;
  before(async () => {
    daemon = await startDaemon({ folder: folder.path });
    client = createClient({ socket: daemon.socket });
    await live(daemon, client);
    await daemon.logged((log) => log.includes('messages_returned'));
  });
  after(async () => {
    await client.close();
    await daemon[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it('count each hook by its event, with how long it took', async () => {
    const found = await client.stats({});
    const counts = found.hooks
      .filter(({ took }) => took.count > 0)
      .map(({ event, took }) => [event, took.count]);
    assert.deepEqual(counts, [
      ['SessionStart', 1],
      ['UserPromptSubmit', 1],
      ['PostToolBatch', 2],
      ['PreCompact', 1],
      ['PostCompact', 1],
    ]);
    const { took } = hookOf(found, 'PostToolBatch');
    assert.equal(
      took.counts.reduce((sum, count) => sum + count, 0),
      took.count,
    );
    assert.equal(took.counts.length, took.boundsMs.length + 1);
    assert.ok(took.sumMs > 0);
    assert.deepEqual(found.hookSuccess, { answered: 6, failed: 0, missed: 0, rate: 1, unconfirmed: 1 });
  });

  it('tell how long messages took until they were injected and seen', async () => {
    const { latency, commits } = await client.stats({});
    assert.deepEqual([latency.injected.count, latency.seen.count], [1, 1]);
    assert.ok(latency.seen.sumMs >= latency.injected.sumMs);
    assert.ok(commits.count > 3 && commits.sumMs > 0);
  });

  it('tell what waits by band and state, and rings and compactions', async () => {
    const { depth, wakes, compactions, deadLetters, heldAgents } = await client.stats({});
    assert.deepEqual(
      depth.map(({ band, ready }) => [band, ready]),
      [
        ['emergency', 0],
        ['critical', 1],
        ['high', 0],
        ['normal', 0],
      ],
    );
    assert.deepEqual(wakes, [
      { rung: 'waiter', outcome: 'rung', count: 1 },
      { rung: 'waiter', outcome: 'woken', count: 1 },
    ]);
    assert.deepEqual([compactions, deadLetters, heldAgents], [[{ agent: 'a', count: 1 }], 0, 0]);
  });

  it('are text for Prometheus, also through a port of this machine that serves nothing else', async () => {
    const text = await readMetrics(daemon.socket);
    assert.match(text, /^# TYPE orq_delivery_seconds histogram$/m);
    assert.match(text, /^orq_delivery_seconds_bucket\{receipt="injected",le="\+Inf"\} 1$/m);
    assert.match(text, /^orq_delivery_seconds_count\{receipt="seen"\} 1$/m);
    assert.match(text, /^orq_hook_seconds_count\{event="PostToolBatch"\} 2$/m);
    assert.match(text, /^orq_messages\{band="critical",state="ready"\} 1$/m);
    assert.match(text, /^orq_wakes_total\{rung="waiter",outcome="woken"\} 1$/m);
    const buckets = [...text.matchAll(/^orq_commit_seconds_bucket\{le="[^"]+"\} (\d+)$/gm)].map(([, n]) =>
      Number(n),
    );
    assert.deepEqual(
      buckets,
      buckets.toSorted((a, b) => a - b),
    );
    const server = await serveMetrics(daemon.socket, '127.0.0.1', 0);
    try {
      const address = server.address();
      assert.ok(address !== null && typeof address === 'object');
      const base = `http://127.0.0.1:${address.port}`;
      assert.match(await (await fetch(`${base}/metrics`)).text(), /orq_hook_seconds_count/);
      assert.equal((await fetch(`${base}/v1/messages`)).status, 404);
      assert.equal((await fetch(`${base}/metrics`, { method: 'POST' })).status, 404);
    } finally {
      server.close();
    }
  });
});

describe('the figures over restarts', { timeout: 60_000 }, () => {
  it('go on, with what clients missed while no daemon ran', async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    await using client = createClient({ socket: daemon.socket });
    await live(daemon, client);
    const before = await client.stats({});
    await daemon.stop();
    appendFileSync(`${daemon.socket}.missed`, '...');
    await daemon.restart();
    const after = await client.stats({});
    assert.equal(after.sinceMs, before.sinceMs);
    assert.deepEqual(after.latency, before.latency);
    assert.deepEqual(
      [after.hooks, after.wakes, after.compactions],
      [before.hooks, before.wakes, before.compactions],
    );
    assert.equal(after.hookSuccess.missed, 3);
    assert.equal(after.hookSuccess.rate, 6 / 9);
    assert.equal(existsSync(`${daemon.socket}.missed`), false);
  });
});
