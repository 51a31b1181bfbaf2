import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { suiteDaemon } from '../../support/suite-daemon.ts';
import { windowNamed } from '../tmux/private-tmux.ts';
import { openHookCaller, type HookCaller, type HookFacts } from './hook-caller.ts';
import { startStandIn } from './stand-in.ts';

describe('several Claude Code at one place', { timeout: 60_000 }, () => {
  const suite = suiteDaemon({ withTmux: true });

  const of = (session: string, facts: Omit<HookFacts, 'session'>): HookCaller =>
    openHookCaller(suite.daemon.socket, { session, ...facts });
  const begin = (hooks: HookCaller, cwd = '/work') => hooks.say('SessionStart', { source: 'startup', cwd });
  const prompt = (hooks: HookCaller, cwd = '/work') =>
    hooks.say('UserPromptSubmit', { prompt_id: `p-${hooks.session}`, prompt: 'x', cwd });
  async function agentNamed(name: string) {
    return (await suite.client.agents({})).agents.find(({ id }) => id === name);
  }

  it('in one worktree without tmux: the first is the agent of the folder, the second a guest', async () => {
    await using first = startStandIn();
    await using second = startStandIn();
    const [one, two] = [of('tree-1', { pid: first.pid }), of('tree-2', { pid: second.pid })];
    await begin(one, '/code/tree');
    await begin(two, '/code/tree');
    await suite.client.enqueue({ agent: 'tree', text: 'private' });
    assert.equal((await prompt(two, '/code/tree')).body, '');
    assert.match((await prompt(one, '/code/tree')).context, /private/);
    const { session, guests } = (await agentNamed('tree')) ?? {};
    assert.deepEqual([session, guests], ['tree-1', 1]);
  });

  it('without a pane, each in a folder of its own: each is an agent that can be woken', async () => {
    await using claude = startStandIn();
    const hooks = of('background', { pid: claude.pid });
    await begin(hooks, '/code/background');
    const bell = hooks.wait();
    await suite.client.enqueue({ agent: 'background', text: 'x' });
    assert.equal((await bell).exit, '2');
  });

  for (const [name, entrypoint] of [
    ['a claude -p', 'sdk-cli'],
    ['an interactive Claude', 'cli'],
  ] as const)
    it(`in one pane: ${name} that an agent runs gets nothing, proves nothing and rings nobody`, async () => {
      const pane = windowNamed(suite.tmux, entrypoint);
      await using claude = startStandIn();
      await using inner = startStandIn();
      const headers = suite.tmux.headers(pane);
      const agent = `work:${entrypoint}`;
      const outside = of(`out-${entrypoint}`, { pid: claude.pid, headers });
      const inside = of(`in-${entrypoint}`, { pid: inner.pid, headers, entrypoint });
      await begin(outside);
      const { id } = await suite.client.enqueue({ agent, text: 'private' });
      await prompt(outside);
      await begin(inside);
      assert.equal((await inside.wait()).exit, '0');
      assert.equal((await prompt(inside)).body, '');
      for (const event of ['PostToolBatch', 'Stop'])
        await inside.say(event, { prompt_id: `p-${outside.session}` });
      await inside.say('SessionEnd', { reason: 'other' });
      assert.equal((await suite.client.show({ id })).state, 'leased');
      const { session, state } = (await agentNamed(agent)) ?? {};
      assert.deepEqual([session, state], [outside.session, 'busy']);
    });

  it('after a compaction it is the same session, told who it is again', async () => {
    await using claude = startStandIn();
    const hooks = of('compacted', { pid: claude.pid, agent: 'compacted' });
    await begin(hooks);
    const { id } = await suite.client.enqueue({ agent: 'compacted', text: 'held' });
    await prompt(hooks);
    await hooks.say('PreCompact', { trigger: 'auto' });
    const { context } = await hooks.say('SessionStart', { source: 'compact' });
    assert.match(context, /as agent "compacted"/);
    await hooks.say('PostCompact', { trigger: 'auto' });
    assert.equal((await suite.client.show({ id })).state, 'leased');
    await hooks.say('PostToolBatch', { prompt_id: `p-${hooks.session}` });
    assert.equal((await suite.client.show({ id })).state, 'delivered');
  });
});
