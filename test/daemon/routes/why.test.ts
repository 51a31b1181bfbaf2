/** Every reason to wait whose source is the daemon itself, brought about as it comes about. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { suiteDaemon } from '../../support/suite-daemon.ts';
import { openHookCaller, type HookCaller } from '../hooks/hook-caller.ts';
import { VERSION } from '../../../src/protocol/version.ts';
import { until } from '../../support/until.ts';

describe('why', { timeout: 60_000 }, () => {
  const suite = suiteDaemon({ env: { ORQ_SWEEP_MS: '100', ORQ_MAX_HOPS: '3' } });

  async function started(agent: string): Promise<HookCaller> {
    const hooks = openHookCaller(suite.daemon.socket, { session: `s-${agent}`, agent });
    await hooks.say('SessionStart', { source: 'startup' });
    return hooks;
  }
  async function busy(agent: string): Promise<HookCaller> {
    const hooks = await started(agent);
    await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'x' });
    return hooks;
  }
  async function send(agent: string, more: object = {}): Promise<number> {
    return (await suite.client.enqueue({ agent, text: 'x', ...more })).id;
  }
  /** The same in each place that shows it. */
  async function reasonOf(id: number): Promise<string | undefined> {
    const { agent, waiting } = await suite.client.show({ id });
    const why = await suite.client.why({ id });
    const listed = (await suite.client.list({ agent })).messages.find((message) => message.id === id);
    assert.deepEqual(
      [why.waits[0]?.waiting?.reason, listed?.waiting?.reason],
      [waiting?.reason, waiting?.reason],
    );
    return waiting?.reason;
  }
  async function agentReason(agent: string): Promise<string | undefined> {
    const { agents } = await suite.client.agents({});
    return agents.find(({ id }) => id === agent)?.waiting?.reason;
  }

  it('says of nobody that nobody was ever seen', async () => {
    assert.equal(await reasonOf(await send('nobody')), 'agent unknown');
    const { agent, waits } = await suite.client.why({ agent: 'nobody' });
    assert.deepEqual([agent, waits.length], [null, 1]);
  });

  it('says offline when the session has ended', async () => {
    const hooks = await started('gone');
    await hooks.say('SessionEnd', { reason: 'logout' });
    assert.equal(await reasonOf(await send('gone')), 'agent offline');
    assert.equal(await agentReason('gone'), 'agent offline');
  });

  it('says of an idle agent that no waiter is parked, then that it was rung', async () => {
    const hooks = await started('idle');
    const id = await send('idle');
    assert.equal(await reasonOf(id), 'no waiter parked');
    assert.equal((await hooks.wait()).exit, '2');
    assert.equal(await reasonOf(id), 'rung, no effect yet');
    const { waiting } = await suite.client.show({ id });
    assert.ok(waiting?.nextTryMs && waiting.nextTryMs > Date.now());
    assert.ok(Number.isInteger(waiting.nextTryMs), `${waiting.nextTryMs}`);
  });

  it('says busy in a turn, and compacting in a compaction', async () => {
    const hooks = await busy('busy');
    const id = await send('busy');
    assert.equal(await reasonOf(id), 'agent busy');
    await hooks.say('PreCompact', { trigger: 'manual' });
    assert.equal(await reasonOf(id), 'agent compacting');
  });

  it('tells a permission dialog from another question', async () => {
    const hooks = await busy('asks');
    const id = await send('asks');
    await hooks.say('PermissionRequest', { prompt_id: 'p', tool_name: 'Bash' });
    assert.equal(await reasonOf(id), 'needs permission');
    await hooks.say('Notification', { notification_type: 'agent_needs_input' });
    assert.equal(await reasonOf(id), 'agent needs a human');
  });

  it('tells a limit of the service from a failure, until the next hook, and when it is tried again', async () => {
    const hooks = await busy('limited');
    const id = await send('limited');
    for (const error of ['rate_limit', 'overloaded']) {
      await hooks.say('StopFailure', { error });
      assert.equal(await reasonOf(id), 'rate limited');
    }
    await hooks.say('Notification', { notification_type: 'idle_prompt' });
    assert.equal(await reasonOf(id), 'rate limited');
    const { waiting } = await suite.client.show({ id });
    assert.ok(waiting?.nextTryMs && waiting.nextTryMs > Date.now());
    await suite.daemon.restart();
    assert.equal(await reasonOf(id), 'rate limited');
    await hooks.say('StopFailure', { error: 'server_error' });
    assert.equal(await reasonOf(id), 'session failed: overloaded');
  });

  it('suspects a hook client that is older than the daemon where an idle agent is not woken', async () => {
    const hooks = openHookCaller(suite.daemon.socket, {
      session: 's-old-hook',
      agent: 'old-hook',
      headers: { 'orq-client': '0.0.9' },
    });
    await hooks.say('SessionStart', { source: 'startup' });
    const id = await send('old-hook');
    assert.equal(await reasonOf(id), 'hooks outdated: orq-hook 0.0.9');
    const row = async () => (await suite.client.agents({})).agents.find((agent) => agent.id === 'old-hook');
    assert.deepEqual((await row())?.conditions, ['hooks outdated: orq-hook 0.0.9']);
    assert.match((await row())?.remedy ?? '', /hooks install/);
    await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'x' }, { 'orq-client': VERSION });
    assert.deepEqual((await row())?.conditions, []);
  });

  it('says that a message rides with the next hook', async () => {
    await started('patient');
    assert.equal(await reasonOf(await send('patient', { wake: 'later' })), 'rides with the next hook');
  });

  it('follows a message from its handing out to its proof', async () => {
    const hooks = await started('reads');
    const id = await send('reads');
    const given = await hooks.send('UserPromptSubmit', { prompt_id: 'p', prompt: 'x' });
    assert.equal(await reasonOf(id), 'being handed out');
    await given.confirm();
    await until(async () => (await reasonOf(id)) === 'injected, not proven seen yet' || undefined);
    await hooks.say('Stop', { prompt_id: 'p' });
    assert.equal(await reasonOf(id), undefined);
    assert.equal((await suite.client.why({ id })).waits[0]?.state, 'delivered');
  });

  it('says that a long message is given in parts', async () => {
    const hooks = await started('long');
    const id = await send('long', { text: 'x'.repeat(20_000) });
    await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'x' });
    await until(async () => (await reasonOf(id)) === 'given in parts, more to come' || undefined);
  });

  it('says that a consumer holds it, and until when', async () => {
    const id = await send('consumer');
    const { messages } = await suite.client.dequeue({ agent: 'consumer' });
    assert.equal(await reasonOf(id), 'held by a consumer');
    assert.equal((await suite.client.show({ id })).waiting?.nextTryMs, messages[0]?.leaseUntilMs);
  });

  it('says scheduled, after which message, behind which in its lane, and held back', async () => {
    const later = await send('order', { delayMs: 60_000 });
    assert.equal(await reasonOf(later), 'scheduled');
    assert.equal(
      await reasonOf(await send('order', { after: [{ id: later }] })),
      `blocked: after message ${later} (scheduled)`,
    );
    const first = await send('order', { scope: 'project', project: 'why' });
    const second = await send('order', { scope: 'project', project: 'why' });
    assert.equal(await reasonOf(second), `blocked: behind message ${first} in the order of project why`);
  });

  it('tells of an agent what waits, what is nearest first', async () => {
    const hooks = await busy('queue');
    const scheduled = await send('queue', { delayMs: 60_000 });
    const low = await send('queue');
    const high = await send('queue', { priority: 50 });
    const { agent, waits, more } = await suite.client.why({ agent: 'queue' });
    assert.deepEqual([agent?.id, agent?.waiting?.reason, more], ['queue', 'agent busy', false]);
    assert.deepEqual(
      waits.map(({ id }) => id),
      [high, low, scheduled],
    );
    await suite.client.enqueue(Array.from({ length: 20 }, () => ({ agent: 'queue', text: 'x' })));
    const many = await suite.client.why({ agent: 'queue' });
    assert.deepEqual([many.waits.length, many.more], [10, true]);
    assert.ok(hooks);
  });

  it('refuses to guess what is meant', async () => {
    await assert.rejects(suite.client.why({}), { code: 'bad_request' });
    await assert.rejects(suite.client.why({ id: 1, agent: 'a' }), { code: 'bad_request' });
    await assert.rejects(suite.client.why({ id: 1_000_000 }), { code: 'not_found' });
  });
});
