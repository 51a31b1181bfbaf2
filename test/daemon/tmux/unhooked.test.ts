import assert from 'node:assert/strict';
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createClient, type Client } from '../../../client/index.ts';
import { startDaemon, type RunningDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';
import { until } from '../../support/until.ts';
import { openHookCaller, type HookCaller } from '../hooks/hook-caller.ts';
import { startTmux, type PrivateTmux } from './private-tmux.ts';

describe('Claude Code in panes that no hook has spoken from', { timeout: 60_000 }, () => {
  const folder = testFolder();
  let daemon: RunningDaemon;
  let client: Client;
  let tmux: PrivateTmux;
  let claude: string;
  let number = 0;
  before(async () => {
    tmux = startTmux(folder.path);
    daemon = await startDaemon({
      folder: folder.path,
      env: { ORQ_TMUX_SWEEP_MS: '100', ORQ_TMUX_SOCKETS: tmux.socket },
    });
    client = createClient({ socket: daemon.socket });
    claude = await program('claude');
  });
  after(async () => {
    await client.close();
    await daemon[Symbol.asyncDispose]();
    tmux.kill();
    folder[Symbol.dispose]();
  });

  async function program(name: string, below = 'bin'): Promise<string> {
    await mkdir(join(folder.path, below), { recursive: true });
    const path = join(folder.path, below, name);
    await copyFile('/bin/sleep', path);
    await chmod(path, 0o755);
    return path;
  }
  const windowOf = (name: string, command: string): string =>
    tmux.run('new-window', '-d', '-P', '-F', '#{pane_id}', '-n', name, command);
  function inPane(pane: string, pid: number): HookCaller {
    return openHookCaller(daemon.socket, { session: `u-${++number}`, pid, headers: tmux.headers(pane) });
  }
  async function agentsIn(pane: string) {
    return (await client.agents({})).agents.filter((agent) => agent.pane === pane);
  }
  const shownIn = (pane: string, state: string) =>
    until(async () => (await agentsIn(pane)).find((agent) => agent.state === state));

  it('is listed with the remedy, below a shell too, and gets no mail', async () => {
    const pane = windowOf('early', `sh -c '${claude} 600; true'`);
    const { id, remedy, pid } = await shownIn(pane, 'no hooks');
    assert.equal(id, 'work:early');
    assert.match(remedy ?? '', /any prompt there/);
    const sent = await client.enqueue({ agent: 'work:early', text: 'x' });
    assert.equal(sent.agentKnown, false);
    await inPane(pane, pid ?? 0).say('SessionStart', { source: 'startup' });
    assert.deepEqual(
      (await agentsIn(pane)).map((agent) => [agent.id, agent.state, agent.ready]),
      [['work:early', 'idle', 1]],
    );
  });

  it('does not take the name of an agent that is known', async () => {
    const gone = windowOf('twice', 'sleep 600');
    await inPane(gone, process.pid).say('SessionStart', { source: 'startup' });
    const pane = windowOf('twice', `${claude} 600`);
    assert.equal((await shownIn(pane, 'no hooks')).id, 'work:twice-2');
  });

  it('is the state of the agent itself where its pane is known', async () => {
    const pane = windowOf('again', `${claude} 600`);
    const { pid } = await shownIn(pane, 'no hooks');
    const hooks = inPane(pane, pid ?? 0);
    await hooks.say('SessionStart', { source: 'startup' });
    await hooks.say('SessionEnd', { reason: 'other' });
    const rows = await agentsIn(pane);
    assert.deepEqual(
      rows.map(({ id, state, pid: shown }) => [id, state, shown]),
      [['work:again', 'no hooks', pid]],
    );
  });

  it('is no shell, no editor of it and no Claude that a hooked one runs', async () => {
    const outer = windowOf('outer', `${claude} 600`);
    const { pid } = await shownIn(outer, 'no hooks');
    await inPane(outer, pid ?? 0).say('SessionStart', { source: 'startup' });
    const shell = windowOf('shell', 'sleep 600');
    const reader = windowOf('reader', `tail -f ${claude}`);
    await shownIn(windowOf('last', `${claude} 600`), 'no hooks');
    for (const pane of [shell, reader]) assert.deepEqual(await agentsIn(pane), []);
    assert.equal((await agentsIn(outer))[0]?.state, 'idle');
  });

  it('is outdated where its version is older than hooks can serve', async () => {
    const old = await program('2.1.150', 'versions');
    const pane = windowOf('old', `exec ${old} 600`);
    const pid = await until(
      () => Number(tmux.run('display-message', '-p', '-t', pane, '#{pane_pid}')) || undefined,
    );
    await until(() =>
      tmux.run('display-message', '-p', '-t', pane, '#{pane_current_command}') === '2.1.150' ? 1 : undefined,
    );
    await inPane(pane, pid).say('SessionStart', { source: 'startup' });
    const [agent] = await agentsIn(pane);
    assert.deepEqual([agent?.clientVersion, agent?.conditions], ['2.1.150', ['hooks outdated']]);
    assert.match(agent?.remedy ?? '', /update it/);
  });

  it('is why mail waits, under the name and the address that its agent would have', async () => {
    const pane = windowOf('mute', `${claude} 600`);
    await shownIn(pane, 'no hooks');
    const index = tmux.run('display-message', '-p', '-t', pane, '#{window_index}');
    for (const agent of ['work:mute', `work:${index}`]) {
      const { id } = await client.enqueue({ agent, text: 'x' });
      assert.equal((await client.show({ id })).waiting?.reason, 'no hooks seen');
      assert.equal((await client.why({ agent })).waits[0]?.waiting?.reason, 'no hooks seen');
    }
    const pid = Number(tmux.run('display-message', '-p', '-t', pane, '#{pane_pid}'));
    const hooks = inPane(pane, pid);
    await hooks.say('SessionStart', { source: 'startup' });
    const reasons = (await client.why({ agent: 'work:mute' })).waits.map(({ waiting }) => waiting?.reason);
    assert.deepEqual(new Set(reasons), new Set(['no waiter parked']));
    await hooks.say('SessionEnd', { reason: 'other' });
    const [agent] = await agentsIn(pane);
    assert.equal(agent?.waiting?.reason, 'no hooks seen');
    assert.ok(agent.waiting.sinceMs > Date.now() - 60_000);
  });

  it('may be one that asks whether its folder is trusted, until that is answered', async () => {
    const dialog = 'Is this a folder you trust?\\n\\n > 1. Yes\\n   2. No\\n\\n Enter to confirm\\n';
    const asking = windowOf('asking', `printf '${dialog}'; exec ${claude} 600`);
    await shownIn(asking, 'no hooks');
    const { id } = await client.enqueue({ agent: 'work:asking', text: 'x' });
    const reason = async () => (await client.show({ id })).waiting?.reason;
    await until(async () => ((await reason()) === 'workspace not trusted' ? true : undefined));
    tmux.run('clear-history', '-t', asking);
    tmux.run('send-keys', '-R', '-t', asking);
    await until(async () => ((await reason()) === 'no hooks seen' ? true : undefined));
  });

  it('is looked for on no server that neither a hook nor a setting named', async () => {
    using other = startTmux(folder.path, 'private', 'private.sock');
    other.run('new-window', '-d', '-n', 'hidden', `${claude} 600`);
    const pane = windowOf('seen', `${claude} 600`);
    await shownIn(pane, 'no hooks');
    assert.equal(
      (await client.agents({})).agents.some(({ id }) => id.startsWith('private')),
      false,
    );
  });
});
