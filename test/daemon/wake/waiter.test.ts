import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { suiteDaemon } from '../../support/suite-daemon.ts';
import { openConnection } from '../http-call.ts';
import { openHookCaller, type Heard, type HookCaller } from '../hooks/hook-caller.ts';
import { startStandIn } from '../hooks/stand-in.ts';
import { until } from '../../support/until.ts';

const BELL = /^orq: mail waiting \(bell [0-9a-f]{16}\)\n$/;

/** Long against the pause between sweeps (100 ms): whoever is not rung by then is not rung. */
const QUIET_MS = 700;

describe('a waiter', { concurrency: true, timeout: 30_000 }, () => {
  const suite = suiteDaemon({ env: { ORQ_SWEEP_MS: '100', ORQ_SILENT_MS: '3000' } });

  async function idle(agent: string): Promise<HookCaller> {
    const hooks = openHookCaller(suite.daemon.socket, { session: `s-${agent}`, agent });
    await hooks.say('SessionStart', { source: 'startup' });
    return hooks;
  }
  async function agentNamed(name: string) {
    const { agents } = await suite.client.agents({});
    return agents.find(({ id }) => id === name);
  }
  async function untilParked(agent: string): Promise<void> {
    await until(async () => ((await agentNamed(agent))?.waiter ? true : undefined));
  }
  async function quiet(waiter: Promise<Heard>): Promise<boolean> {
    return Promise.race([waiter.then(() => false), pause(QUIET_MS, true)]);
  }

  it('is rung within a second when mail comes to its idle agent', async () => {
    const hooks = await idle('idle');
    const waiter = hooks.wait();
    const startedMs = performance.now();
    await suite.client.enqueue({ agent: 'idle', text: 'wake' });
    const { exit, body } = await waiter;
    assert.equal(exit, '2');
    assert.match(body, BELL);
    assert.ok(performance.now() - startedMs < 1_000);
  });

  it('is rung for mail that waited before it was parked', async () => {
    await suite.client.enqueue({ agent: 'before', text: 'wake' });
    const hooks = await idle('before');
    assert.equal((await hooks.wait()).exit, '2');
  });

  it('stays parked while its agent is busy', async () => {
    const hooks = await idle('busy');
    await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'x' });
    const waiter = hooks.wait();
    waiter.catch(() => undefined);
    await untilParked('busy');
    await suite.client.enqueue({ agent: 'busy', text: 'later' });
    assert.ok(await quiet(waiter));
    const given = await hooks.say('Stop', { prompt_id: 'p' });
    assert.match(given.context, /later/);
  });

  it('is replaced by a newer one of its session', async () => {
    const hooks = await idle('newer');
    const older = hooks.wait();
    older.catch(() => undefined);
    await untilParked('newer');
    const newer = hooks.wait();
    const { exit, body } = await older;
    assert.deepEqual([exit, body], ['0', '']);
    await suite.client.enqueue({ agent: 'newer', text: 'x' });
    assert.equal((await newer).exit, '2');
  });

  it('of the session after a /clear outlives the end of the one before, whichever is heard first', async () => {
    await using claude = startStandIn();
    const facts = { agent: 'cleared', pid: claude.pid };
    const before = openHookCaller(suite.daemon.socket, { session: 's-clear-1', ...facts });
    await before.say('SessionStart', { source: 'startup' });
    const after = openHookCaller(suite.daemon.socket, { session: 's-clear-2', ...facts });
    const waiter = after.wait();
    await untilParked('cleared');
    await before.say('SessionEnd', { reason: 'clear' });
    await after.say('SessionStart', { source: 'clear' });
    await suite.client.enqueue({ agent: 'cleared', text: 'wake' });
    assert.equal((await waiter).exit, '2');
  });

  it('is let go at once where nobody is there to be woken', async () => {
    const print = openHookCaller(suite.daemon.socket, {
      session: 's-print',
      agent: 'print',
      entrypoint: 'sdk-cli',
    });
    assert.deepEqual([(await print.wait()).exit, (await print.wait()).body], ['0', '']);
  });

  it('is forgotten when its connection ends', async () => {
    const hooks = await idle('forgotten');
    const connection = openConnection(suite.daemon.socket);
    const body = JSON.stringify({ session_id: hooks.session });
    const headers = { 'orq-entrypoint': 'cli', 'orq-agent': 'forgotten' };
    connection.call({ path: '/v1/hooks/wait', body, headers }).catch(() => undefined);
    await untilParked('forgotten');
    connection.close();
    await until(async () => ((await agentNamed('forgotten'))?.waiter ? undefined : true));
  });

  it('that is armed again at once by a client that takes no mail rings once', async () => {
    const hooks = await idle('deaf');
    let rings = 0;
    const deadline = performance.now() + 3_000;
    await suite.client.enqueue({ agent: 'deaf', text: 'x' });
    const loop = (async () => {
      while (performance.now() < deadline) {
        const heard = await Promise.race([hooks.wait().catch(() => undefined), pause(3_000, undefined)]);
        if (heard?.exit === '2') rings += 1;
      }
    })();
    await suite.client.enqueue({ agent: 'deaf', text: 'y' });
    await loop;
    assert.equal(rings, 1);
  });

  it('is rung once for messages that come together, and counted once', async () => {
    const hooks = await idle('burst');
    const waiter = hooks.wait();
    waiter.catch(() => undefined);
    await untilParked('burst');
    await Promise.all(Array.from({ length: 12 }, () => suite.client.enqueue({ agent: 'burst', text: 'x' })));
    const rungMs = Date.now();
    assert.equal((await waiter).exit, '2');
    const { reason, nextTryMs } = (await agentNamed('burst'))?.waiting ?? { reason: '', nextTryMs: null };
    assert.equal(reason, 'rung, no effect yet');
    assert.ok(
      nextTryMs !== null && nextTryMs <= rungMs + 10_500,
      `next try in ${(nextTryMs ?? 0) - rungMs} ms`,
    );
  });

  it('is not rung for a message that says later', async () => {
    const hooks = await idle('later');
    const waiter = hooks.wait();
    waiter.catch(() => undefined);
    await suite.client.enqueue({ agent: 'later', text: 'x', wake: 'later' });
    assert.ok(await quiet(waiter));
    assert.match((await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'x' })).context, /x/);
  });

  it('is rung in a turn that went silent, and not before', async () => {
    const hooks = await idle('silent');
    const waiter = hooks.wait();
    await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'x' });
    const startedMs = performance.now();
    await suite.client.enqueue({ agent: 'silent', text: 'x' });
    assert.equal((await waiter).exit, '2');
    const elapsedMs = performance.now() - startedMs;
    assert.ok(elapsedMs > 2_800 && elapsedMs < 6_000, `${elapsedMs} ms`);
  });

  it('is rung for a message that was printed and never proven', async () => {
    const hooks = await idle('interrupted');
    await suite.client.enqueue({ agent: 'interrupted', text: 'x' });
    const given = await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'x' });
    assert.match(given.context, /x/);
    assert.equal((await hooks.wait()).exit, '2');
    const again = await hooks.say('UserPromptSubmit', { prompt_id: 'q', prompt: 'y' });
    assert.match(again.context, /may have been delivered before/);
  });
});
