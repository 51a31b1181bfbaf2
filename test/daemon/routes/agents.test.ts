import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createClient, type Client } from '../../../client/index.ts';
import { startDaemon, type RunningDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';
import { until } from '../../support/until.ts';
import { openHookCaller, type HookCaller } from '../hooks/hook-caller.ts';
import { startStandIn } from '../hooks/stand-in.ts';
import { startTmux, windowNamed, type PrivateTmux } from '../tmux/private-tmux.ts';

describe('looking after agents', { timeout: 60_000 }, () => {
  const folder = testFolder();
  let daemon: RunningDaemon;
  let client: Client;
  let tmux: PrivateTmux;
  let number = 0;
  before(async () => {
    tmux = startTmux(folder.path);
    daemon = await startDaemon({ folder: folder.path, env: { ORQ_TMUX_SWEEP_MS: '100' } });
    client = createClient({ socket: daemon.socket });
  });
  after(async () => {
    await client.close();
    await daemon[Symbol.asyncDispose]();
    tmux.kill();
    folder[Symbol.dispose]();
  });

  const inPane = (pane: string, pid: number): HookCaller =>
    openHookCaller(daemon.socket, { session: `l-${++number}`, pid, headers: tmux.headers(pane) });
  const mark = (pane: string): string => tmux.run('show-options', '-p', '-q', '-v', '-t', pane, '@orq_agent');
  const agentNamed = async (name: string) => (await client.agents({})).agents.find(({ id }) => id === name);

  it('rings an agent that is resumed for what came meanwhile, and not before', async () => {
    await using claude = startStandIn();
    const hooks = openHookCaller(daemon.socket, { session: 'paused', agent: 'paused', pid: claude.pid });
    await hooks.say('SessionStart', { source: 'startup' });
    const waiter = hooks.wait();
    await until(async () => ((await agentNamed('paused'))?.waiter ? true : undefined));
    await client.agentPause({ agent: 'paused' });
    const { id } = await client.enqueue({ agent: 'paused', text: 'x' });
    const { conditions, waiting, waiter: parked } = (await agentNamed('paused')) ?? {};
    assert.deepEqual([conditions, waiting?.reason, parked], [['paused'], 'paused', true]);
    assert.equal((await client.show({ id })).waiting?.reason, 'paused');
    await client.agentResume({ all: true });
    assert.equal((await waiter).exit, '2');
  });

  it('hands a consumer that waits its mail when its agent is resumed', async () => {
    await openHookCaller(daemon.socket, { session: 'c', agent: 'consumer' }).say('SessionStart', {
      source: 'startup',
    });
    await client.agentPause({ agent: 'consumer' });
    const { id } = await client.enqueue({ agent: 'consumer', text: 'x' });
    const waiting = client.dequeue({ agent: 'consumer', waitMs: 10_000 });
    await client.ping({});
    await client.agentResume({ agent: 'consumer' });
    assert.equal((await waiting).messages[0]?.id, id);
  });

  it('names the pane anew, and its next session is the same agent', async () => {
    const pane = windowNamed(tmux, 'first');
    await using claude = startStandIn();
    await inPane(pane, claude.pid).say('SessionStart', { source: 'startup' });
    await until(() => (mark(pane) === 'work:first' ? true : undefined));
    await client.agentName({ agent: 'work:first', name: 'boss' });
    await until(() => (mark(pane) === 'boss' ? true : undefined));
    await claude.kill9();
    await using next = startStandIn();
    const hooks = inPane(pane, next.pid);
    await hooks.say('SessionStart', { source: 'startup' });
    assert.equal((await agentNamed('boss'))?.session, hooks.session);
    assert.equal(await agentNamed('work:first'), undefined);
  });

  it('keeps a consumer that waits under the old name of an agent', async () => {
    await openHookCaller(daemon.socket, { session: 'o', agent: 'old-name' }).say('SessionStart', {
      source: 'startup',
    });
    const waiting = client.dequeue({ agent: 'old-name', waitMs: 10_000 });
    await client.ping({});
    await client.agentName({ agent: 'old-name', name: 'new-name' });
    const { id } = await client.enqueue({ agent: 'new-name', text: 'x' });
    assert.equal((await waiting).messages[0]?.id, id);
  });

  it('forgets an agent that is gone, takes its mark off the pane, and refuses one that lives', async () => {
    const pane = windowNamed(tmux, 'stage');
    const claude = startStandIn();
    await inPane(pane, claude.pid).say('SessionStart', { source: 'startup' });
    await until(() => (mark(pane) === 'work:stage' ? true : undefined));
    await assert.rejects(client.agentForget({ agent: 'work:stage' }), { code: 'wrong_state' });
    await claude.kill9();
    await until(async () => ((await agentNamed('work:stage'))?.state === 'offline' ? true : undefined));
    const { id } = await client.enqueue({ agent: 'work:stage', text: 'x' });
    const { undelivered } = await client.agentForget({ agent: 'work:stage' });
    assert.deepEqual(undelivered, [{ id, agent: 'work:stage', state: 'ready' }]);
    assert.equal(mark(pane), '');
    assert.equal(await agentNamed('work:stage'), undefined);
    assert.equal((await client.show({ id })).state, 'ready');
  });
});
