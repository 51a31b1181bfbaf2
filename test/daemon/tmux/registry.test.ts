import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createClient, type Client } from '../../../client/index.ts';
import { startDaemon, type RunningDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';
import { until } from '../../support/until.ts';
import { openHookCaller, type HookCaller, type HookFacts } from '../hooks/hook-caller.ts';
import { startTmux, windowNamed, type PrivateTmux } from './private-tmux.ts';

/** `events`: the sweep comes too late to matter; `sweep`: there are no events. */
const WAYS = {
  events: { ORQ_TMUX_SWEEP_MS: '600000', ORQ_TMUX_EVENTS: 'on' },
  sweep: { ORQ_TMUX_SWEEP_MS: '200' },
} as const;

for (const [way, env] of Object.entries(WAYS))
  describe(`the registry, kept true by ${way} alone`, { timeout: 60_000 }, () => {
    const folder = testFolder();
    let daemon: RunningDaemon;
    let client: Client;
    let tmux: PrivateTmux;
    let number = 0;
    const attached = new Set<string>();
    before(async () => {
      tmux = startTmux(folder.path);
      daemon = await startDaemon({ folder: folder.path, env });
      client = createClient({ socket: daemon.socket });
    });
    after(async () => {
      await client.close();
      await daemon[Symbol.asyncDispose]();
      tmux.kill();
      folder[Symbol.dispose]();
    });

    async function started(pane: string, facts: Partial<HookFacts> = {}, server = tmux): Promise<HookCaller> {
      number += 1;
      const hooks = openHookCaller(daemon.socket, {
        session: `s-${number}`,
        headers: server.headers(pane),
        ...facts,
      });
      await hooks.say('SessionStart', { source: 'startup' });
      // tmux 3.3a crashes over a change while a control client attaches.
      if (way === 'events' && !attached.has(server.socket))
        await until(() => server.run('list-clients') || undefined);
      attached.add(server.socket);
      return hooks;
    }
    async function agentNamed(name: string) {
      return (await client.agents({})).agents.find(({ id }) => id === name);
    }
    /** Resolves when the agent can be called `address`, and nobody else. */
    const isAt = (name: string, address: string) =>
      until(async () => {
        const { agents } = await client.agents({});
        const holders = agents.filter(({ addresses }) => addresses.includes(address)).map(({ id }) => id);
        return holders.length === 1 && holders[0] === name ? true : undefined;
      });

    it('follows an agent whose window is renamed or moved, without a hook of it', async () => {
      await started(windowNamed(tmux, 'walker'));
      tmux.run('rename-window', '-t', 'work:walker', 'runner');
      await isAt('work:walker', 'work:runner');
      tmux.run('move-window', '-s', 'work:runner', '-t', 'work:77');
      await isAt('work:walker', 'work:77');
      const { agent } = await client.enqueue({ agent: 'work:77', text: 'x' });
      assert.equal(agent, 'work:walker');
    });

    it('gives two agents whose windows swap their numbers each the right one', async () => {
      const [one, other] = [windowNamed(tmux, 'left'), windowNamed(tmux, 'right')];
      const [left, right] = [one, other].map((pane) =>
        tmux.run('display-message', '-p', '-t', pane, '#{window_index}'),
      );
      await started(one);
      await started(other);
      tmux.run('swap-window', '-d', '-s', `work:${left}`, '-t', `work:${right}`);
      // A swap alone is no event of tmux.
      tmux.run('rename-window', '-t', `work:${left}`, 'renamed');
      await isAt('work:left', `work:${right}`);
      await isAt('work:right', `work:${left}`);
    });

    it('tells two agents in one window apart by their panes, also after a split and a move', async () => {
      const first = windowNamed(tmux, 'shared');
      const index = tmux.run('display-message', '-p', '-t', first, '#{window_index}');
      await started(first, { agent: 'upper' });
      const second = tmux.run('split-window', '-d', '-P', '-F', '#{pane_id}', '-t', first, 'sleep 600');
      await started(second, { agent: 'lower' });
      await isAt('upper', `work:${index}.0`);
      await isAt('lower', `work:${index}.1`);
      await assert.rejects(client.enqueue({ agent: 'work:shared', text: 'x' }), {
        code: 'ambiguous_address',
      });
      tmux.run('break-pane', '-d', '-s', second, '-n', 'apart');
      await isAt('lower', 'work:apart');
      await isAt('upper', 'work:shared');
    });

    it('follows its session when that is renamed, and its project with it', async () => {
      using other = startTmux(folder.path, 'before', `renamed-${way}.sock`);
      const pane = windowNamed(other, `it's "a: b" $(x) 🦊`);
      await started(pane, { agent: `traveller-${way}` }, other);
      other.run('rename-session', '-t', 'before', `after-${way}-session`);
      await isAt(`traveller-${way}`, `after-${way}-session:1`);
      const { project, addresses } = (await agentNamed(`traveller-${way}`)) ?? {};
      assert.equal(project, `after-${way}`);
      const shown = other.run('display-message', '-p', '-t', pane, '#{session_name}:#{window_name}');
      assert.ok(addresses?.includes(shown), shown);
    });

    it('gives an agent the mail that waits under the name that its window gets', async () => {
      const { id } = await client.enqueue({ agent: 'work:to-come', text: 'x' });
      await started(windowNamed(tmux, 'to-be-renamed'));
      tmux.run('rename-window', '-t', 'work:to-be-renamed', 'to-come');
      await isAt('work:to-be-renamed', 'work:to-come');
      assert.equal((await client.show({ id })).agent, 'work:to-be-renamed');
    });

    it('takes the addresses from an agent whose pane is gone, and shows that it is', async () => {
      const pane = windowNamed(tmux, 'closing');
      const hooks = await started(pane, { agent: 'leaver' });
      await hooks.say('SessionEnd', { reason: 'other' });
      tmux.run('kill-pane', '-t', pane);
      const agent = await until(async () => {
        const seen = await agentNamed('leaver');
        return seen?.addresses.length === 0 ? seen : undefined;
      });
      assert.deepEqual([agent.state, agent.conditions], ['offline', ['pane gone']]);
      assert.equal((await client.enqueue({ agent: 'work:closing', text: 'x' })).agentKnown, false);
    });

    it('notices a server that died, and the one that comes after it on the same socket', async () => {
      using first = startTmux(folder.path, 'phoenix', `phoenix-${way}.sock`);
      const hooks = await started(windowNamed(first, 'bird'), {}, first);
      await hooks.say('SessionEnd', { reason: 'other' });
      const diedS = Math.floor(Date.now() / 1000);
      first.kill();
      const agent = await until(async () => {
        const seen = await agentNamed('phoenix:bird');
        return seen?.conditions?.includes('pane gone') ? seen : undefined;
      });
      assert.equal(agent.state, 'offline');
      // tmux counts its start in whole seconds.
      await until(() => (Math.floor(Date.now() / 1000) > diedS ? true : undefined));
      using second = startTmux(folder.path, 'phoenix', `phoenix-${way}.sock`);
      await started(windowNamed(second, 'bird'), {}, second);
      const { state, conditions } = (await agentNamed('phoenix:bird')) ?? {};
      assert.deepEqual([state, conditions], ['idle', []]);
    });

    it('leaves no session behind in tmux, and no client after the daemon', async () => {
      assert.equal(tmux.run('list-sessions', '-F', '#{session_name}'), 'work');
      const clients = () => tmux.run('list-clients', '-F', '#{client_control_mode} #{client_flags}');
      if (way === 'sweep') assert.equal(clients(), '');
      else assert.match(clients(), /^1 .*control-mode,ignore-size,no-output,read-only/);
      await daemon.restart();
      await until(() => (clients().split('\n').length <= 1 ? true : undefined));
      await daemon.stop();
      await until(() => (clients() === '' ? true : undefined));
      await daemon.restart();
    });
  });
