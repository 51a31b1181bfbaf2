import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { suiteDaemon } from '../../support/suite-daemon.ts';
import { until } from '../../support/until.ts';
import { openHookCaller, type HookCaller } from '../hooks/hook-caller.ts';
import { startStandIn } from '../hooks/stand-in.ts';
import { windowNamed } from '../tmux/private-tmux.ts';

describe('looking after agents', { timeout: 60_000 }, () => {
  const suite = suiteDaemon({ env: { ORQ_TMUX_SWEEP_MS: '100' }, withTmux: true });
  let number = 0;

  const inPane = (pane: string, pid: number): HookCaller =>
    openHookCaller(suite.daemon.socket, { session: `l-${++number}`, pid, headers: suite.tmux.headers(pane) });
  const mark = (pane: string): string =>
    suite.tmux.run('show-options', '-p', '-q', '-v', '-t', pane, '@orq_agent');
  const agentNamed = async (name: string) =>
    (await suite.client.agents({})).agents.find(({ id }) => id === name);

  it('rings an agent that is resumed for what came meanwhile, and not before', async () => {
    await using claude = startStandIn();
    const hooks = openHookCaller(suite.daemon.socket, {
      session: 'paused',
      agent: 'paused',
      pid: claude.pid,
    });
    await hooks.say('SessionStart', { source: 'startup' });
    const waiter = hooks.wait();
    await until(async () => ((await agentNamed('paused'))?.waiter ? true : undefined));
    await suite.client.agentPause({ agent: 'paused' });
    const { id } = await suite.client.enqueue({ agent: 'paused', text: 'x' });
    const { conditions, waiting, waiter: parked } = (await agentNamed('paused')) ?? {};
    assert.deepEqual([conditions, waiting?.reason, parked], [['paused'], 'paused', true]);
    assert.equal((await suite.client.show({ id })).waiting?.reason, 'paused');
    await suite.client.agentResume({ all: true });
    assert.equal((await waiter).exit, '2');
  });

  it('hands a consumer that waits its mail when its agent is resumed', async () => {
    await openHookCaller(suite.daemon.socket, { session: 'c', agent: 'consumer' }).say('SessionStart', {
      source: 'startup',
    });
    await suite.client.agentPause({ agent: 'consumer' });
    const { id } = await suite.client.enqueue({ agent: 'consumer', text: 'x' });
    const waiting = suite.client.dequeue({ agent: 'consumer', waitMs: 10_000 });
    await suite.client.ping({});
    await suite.client.agentResume({ agent: 'consumer' });
    assert.equal((await waiting).messages[0]?.id, id);
  });

  it('names the pane anew, and its next session is the same agent', async () => {
    const pane = windowNamed(suite.tmux, 'first');
    await using claude = startStandIn();
    await inPane(pane, claude.pid).say('SessionStart', { source: 'startup' });
    await until(() => (mark(pane) === 'work:first' ? true : undefined));
    await suite.client.agentName({ agent: 'work:first', name: 'boss' });
    await until(() => (mark(pane) === 'boss' ? true : undefined));
    await claude.kill9();
    await using next = startStandIn();
    const hooks = inPane(pane, next.pid);
    await hooks.say('SessionStart', { source: 'startup' });
    assert.equal((await agentNamed('boss'))?.session, hooks.session);
    assert.equal(await agentNamed('work:first'), undefined);
  });

  it('keeps a consumer that waits under the old name of an agent', async () => {
    await openHookCaller(suite.daemon.socket, { session: 'o', agent: 'old-name' }).say('SessionStart', {
      source: 'startup',
    });
    const waiting = suite.client.dequeue({ agent: 'old-name', waitMs: 10_000 });
    await suite.client.ping({});
    await suite.client.agentName({ agent: 'old-name', name: 'new-name' });
    const { id } = await suite.client.enqueue({ agent: 'new-name', text: 'x' });
    assert.equal((await waiting).messages[0]?.id, id);
  });

  it('forgets an agent that is gone, takes its mark off the pane, and refuses one that lives', async () => {
    const pane = windowNamed(suite.tmux, 'stage');
    const claude = startStandIn();
    await inPane(pane, claude.pid).say('SessionStart', { source: 'startup' });
    await until(() => (mark(pane) === 'work:stage' ? true : undefined));
    await assert.rejects(suite.client.agentForget({ agent: 'work:stage' }), { code: 'wrong_state' });
    await claude.kill9();
    await until(async () => ((await agentNamed('work:stage'))?.state === 'offline' ? true : undefined));
    const { id } = await suite.client.enqueue({ agent: 'work:stage', text: 'x' });
    const { undelivered } = await suite.client.agentForget({ agent: 'work:stage' });
    assert.deepEqual(undelivered, [{ id, agent: 'work:stage', state: 'ready' }]);
    assert.equal(mark(pane), '');
    assert.equal(await agentNamed('work:stage'), undefined);
    assert.equal((await suite.client.show({ id })).state, 'ready');
  });
});
