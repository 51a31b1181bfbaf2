import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { suiteDaemon } from '../../support/suite-daemon.ts';
import { until } from '../../support/until.ts';
import { openHookCaller, type HookCaller, type HookFacts } from '../hooks/hook-caller.ts';
import { startTmux, windowNamed } from './private-tmux.ts';

describe('the identity of an agent in tmux', { timeout: 30_000 }, () => {
  const suite = suiteDaemon({ withTmux: true });
  let number = 0;

  function inPane(pane: string, facts: Partial<HookFacts> = {}, server = suite.tmux): HookCaller {
    return openHookCaller(suite.daemon.socket, {
      session: `t-${++number}`,
      headers: server.headers(pane),
      ...facts,
    });
  }
  async function agentOf({ session }: HookCaller) {
    const { agents } = await suite.client.agents({});
    return agents.find((agent) => agent.session === session);
  }
  async function started(hooks: HookCaller): Promise<string | undefined> {
    await hooks.say('SessionStart', { source: 'startup' });
    return (await agentOf(hooks))?.id;
  }
  const mark = (pane: string): string =>
    suite.tmux.run('show-options', '-p', '-q', '-v', '-t', pane, '@orq_agent');

  it('is session:index where tmux named the window, and the pane is marked with it', async () => {
    const pane = suite.tmux.run('new-window', '-d', '-P', '-F', '#{pane_id}', '-t', 'work:7', 'sleep 600');
    assert.equal(await started(inPane(pane)), 'work:7');
    assert.equal(await until(() => mark(pane) || undefined), 'work:7');
  });

  for (const name of [
    'editor',
    'two words',
    `it's "quoted"`,
    'semi;',
    '$(touch x)',
    '#{pane_pid}',
    '#S',
    '🦊 fox',
    'Ünïcode',
    'back\\slash',
    '100%d',
  ]) {
    it(`is session:name where somebody named the window ${name}`, async () => {
      const pane = windowNamed(suite.tmux, name);
      const shown = suite.tmux.run('display-message', '-p', '-t', pane, '#{window_name}');
      assert.equal(await started(inPane(pane)), `work:${shown}`);
      assert.equal(await until(() => mark(pane) || undefined), `work:${shown}`);
      const { id } = await suite.client.enqueue({ agent: `work:${shown}`, text: 'x' });
      assert.equal((await suite.client.show({ id })).agent, `work:${shown}`);
      const again = inPane(pane);
      assert.equal(await started(again), `work:${shown}`);
    });
  }

  it('follows the grammar of ids, whatever the names in tmux are', async () => {
    using other = startTmux(suite.folder.path, '@team', 'other.sock');
    const long = windowNamed(other, 'w'.repeat(300));
    assert.equal(
      await started(inPane(other.run('list-panes', '-t', '@team:0', '-F', '#{pane_id}'), {}, other)),
      'team:0',
    );
    const id = (await started(inPane(long, {}, other))) ?? '';
    assert.ok(id.startsWith('team:www') && id.length <= 200, id);
  });

  it('is numbered where two windows have one name', async () => {
    const [first, second] = [windowNamed(suite.tmux, 'twin'), windowNamed(suite.tmux, 'twin')];
    assert.deepEqual(
      [await started(inPane(first)), await started(inPane(second))],
      ['work:twin', 'work:twin-2'],
    );
  });

  it('stays when its window is renumbered or renamed, and its addresses follow', async () => {
    const pane = windowNamed(suite.tmux, 'mover');
    const hooks = inPane(pane);
    assert.equal(await started(hooks), 'work:mover');
    await until(() => mark(pane) || undefined);
    suite.tmux.run('move-window', '-s', 'work:mover', '-t', 'work:41');
    suite.tmux.run('rename-window', '-t', 'work:41', 'moved');
    const next = inPane(pane);
    assert.equal(await started(next), 'work:mover');
    const { agent } = await suite.client.enqueue({ agent: 'work:41', text: 'x' });
    assert.equal(agent, 'work:mover');
  });

  it('adopts the mail that was sent to its address before it came', async () => {
    const index = suite.tmux.run(
      'new-window',
      '-d',
      '-P',
      '-F',
      '#{window_index}',
      '-n',
      'late',
      'sleep 600',
    );
    const byName = await suite.client.enqueue({ agent: 'work:late', text: 'by name' });
    const byIndex = await suite.client.enqueue({ agent: `work:${index}`, text: 'by index' });
    assert.deepEqual([byName.agentKnown, byIndex.agentKnown], [false, false]);
    const hooks = inPane(suite.tmux.run('display-message', '-p', '-t', `work:${index}`, '#{pane_id}'));
    await started(hooks);
    const { context } = await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'x' });
    assert.match(context, /by name/);
    assert.match(context, /by index/);
  });

  it('is the same again after its tmux server was restarted', async () => {
    using first = startTmux(suite.folder.path, 'reborn', 'reborn.sock');
    const pane = windowNamed(first, 'api');
    const before = inPane(pane, {}, first);
    assert.equal(await started(before), 'reborn:api');
    await before.say('SessionEnd', { reason: 'other' });
    const endedS = Math.floor(Date.now() / 1000);
    first.kill();
    // tmux counts its start in whole seconds.
    await until(() => (Math.floor(Date.now() / 1000) > endedS ? true : undefined));
    using second = startTmux(suite.folder.path, 'reborn', 'reborn.sock');
    assert.equal(await started(inPane(windowNamed(second, 'api'), {}, second)), 'reborn:api');
  });

  it('is the same again in a new window of the same name where the old one is closed', async () => {
    const pane = windowNamed(suite.tmux, 'reopened');
    const before = inPane(pane);
    assert.equal(await started(before), 'work:reopened');
    await before.say('SessionEnd', { reason: 'other' });
    suite.tmux.run('kill-pane', '-t', pane);
    assert.equal(await started(inPane(windowNamed(suite.tmux, 'reopened'))), 'work:reopened');
  });

  it('is held where the pane and the given name disagree, also at the next prompt', async () => {
    const pane = windowNamed(suite.tmux, 'disputed');
    const before = inPane(pane);
    await started(before);
    await until(() => mark(pane) || undefined);
    await before.say('SessionEnd', { reason: 'other' });
    await suite.client.enqueue({ agent: 'work:disputed', text: 'secret' });
    const hooks = inPane(pane, { agent: 'somebody-else' });
    await hooks.say('SessionStart', { source: 'startup' });
    assert.equal((await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'x' })).body, '');
    assert.match(suite.daemon.log(), /identity_conflict/);
  });

  it('wakes a consumer that waits at another address of the agent', async () => {
    const index = suite.tmux.run(
      'new-window',
      '-d',
      '-P',
      '-F',
      '#{window_index}',
      '-n',
      'alias',
      'sleep 600',
    );
    await started(inPane(suite.tmux.run('display-message', '-p', '-t', `work:${index}`, '#{pane_id}')));
    const waiting = suite.client.dequeue({ agent: `work:${index}`, waitMs: 5_000 });
    await suite.client.ping({});
    const startedMs = performance.now();
    await suite.client.enqueue({ agent: 'work:alias', text: 'x' });
    assert.equal((await waiting).messages.length, 1);
    assert.ok(performance.now() - startedMs < 2_000);
  });

  it('belongs to the project that its tmux session is named for, and gets what is sent to all of it', async () => {
    using shop = startTmux(suite.folder.path, 'shop-session', 'shop.sock');
    for (const name of ['api', 'web']) await started(inPane(windowNamed(shop, name), {}, shop));
    const { agents } = await suite.client.agents({});
    const team = agents.filter(({ project }) => project === 'shop').map(({ id }) => id);
    assert.deepEqual(team, ['shop-session:api', 'shop-session:web']);
    const { messages } = await suite.client.enqueue({ agent: '@shop', text: 'x' });
    assert.deepEqual(
      messages?.map(({ agent }) => agent),
      team,
    );
  });

  it('costs a hook no time where the tmux server is gone', async () => {
    const gone = startTmux(suite.folder.path, 'gone', 'gone.sock');
    gone.kill();
    const startedMs = performance.now();
    await inPane('%0', { agent: 'orphan' }, gone).say('SessionStart', { source: 'startup' });
    assert.ok(performance.now() - startedMs < 500);
  });
});
