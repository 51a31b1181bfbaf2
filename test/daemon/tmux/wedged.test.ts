import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { suiteDaemon } from '../../support/suite-daemon.ts';
import { until } from '../../support/until.ts';
import { openHookCaller, type Heard, type HookCaller } from '../hooks/hook-caller.ts';
import { startStandIn } from '../hooks/stand-in.ts';
import { startTmux, windowNamed, type PrivateTmux } from './private-tmux.ts';

/** A hook's client waits no longer than this; milliseconds. */
const DEADLINE_MS = 1_000;

/** A server that accepts and never answers, until the scope ends. */
function wedge(tmux: PrivateTmux): Disposable {
  const pid = Number(tmux.run('display-message', '-p', '#{pid}'));
  process.kill(pid, 'SIGSTOP');
  return { [Symbol.dispose]: () => process.kill(pid, 'SIGCONT') };
}

describe('a tmux server that is wedged', { timeout: 60_000 }, () => {
  const suite = suiteDaemon({ env: { ORQ_TMUX_SWEEP_MS: '200' } });
  let number = 0;

  const inPane = (tmux: PrivateTmux, pane: string, pid: number, agent?: string): HookCaller =>
    openHookCaller(suite.daemon.socket, {
      session: `w-${++number}`,
      pid,
      headers: tmux.headers(pane),
      ...(agent !== undefined && { agent }),
    });
  async function agentOf({ session }: HookCaller) {
    return (await suite.client.agents({})).agents.find((agent) => agent.session === session);
  }
  async function timed<T>(run: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    const result = await run();
    const tookMs = performance.now() - startedMs;
    assert.ok(tookMs < DEADLINE_MS, `${tookMs} ms`);
    return result;
  }

  it('holds up no hook: an unknown session speaks for nobody until the server answers', async () => {
    using tmux = startTmux(suite.folder.path, 'stuck', 'stuck.sock');
    await using claude = startStandIn();
    const pane = windowNamed(tmux, 'api');
    tmux.run('set-option', '-p', '-t', pane, '@orq_agent', 'true-name');
    await suite.client.enqueue({ agent: 'true-name', text: 'for you' });
    const hooks = inPane(tmux, pane, claude.pid);
    {
      using _ = wedge(tmux);
      const { exit, body } = await timed(() => hooks.say('SessionStart', { source: 'startup' }));
      assert.deepEqual([exit, body], ['0', '']);
      assert.equal(
        (await timed(() => hooks.say('UserPromptSubmit', { prompt_id: 'p1', prompt: 'x' }))).body,
        '',
      );
      assert.equal(await agentOf(hooks), undefined);
      assert.match(suite.daemon.log(), /identity_undecided/);
    }
    const agent = await until(async () => {
      await hooks.say('PostToolBatch', { prompt_id: 'p1' });
      return agentOf(hooks);
    });
    assert.equal(agent.id, 'true-name');
    const { context } = await hooks.say('UserPromptSubmit', { prompt_id: 'p2', prompt: 'x' });
    assert.match(context, /for you/);
  });

  it('leaves no idle agent asleep: it is found when the server answers, without an event, and woken', async () => {
    using tmux = startTmux(suite.folder.path, 'dozing', 'dozing.sock');
    await using claude = startStandIn();
    const pane = windowNamed(tmux, 'api');
    await suite.client.enqueue({ agent: 'dozing:api', text: 'for you' });
    const hooks = inPane(tmux, pane, claude.pid);
    let bell: Promise<Heard>;
    {
      using _ = wedge(tmux);
      await hooks.say('SessionStart', { source: 'startup' });
      bell = hooks.wait();
      bell.catch(() => undefined);
      await suite.daemon.logged((log) => /tmux_wedged.*dozing\.sock/.test(log));
    }
    const { exit, body } = await bell;
    assert.equal(exit, '2', body);
    const { context } = await hooks.say('UserPromptSubmit', { prompt_id: 'p1', prompt: body });
    assert.match(context, /receives messages as agent "dozing:api".*for you/s);
  });

  it('lets no name that a pane may only have inherited speak before the mark of the pane can be read', async () => {
    using tmux = startTmux(suite.folder.path, 'mute', 'mute.sock');
    await using claude = startStandIn();
    const pane = windowNamed(tmux, 'api');
    tmux.run('set-option', '-p', '-t', pane, '@orq_agent', 'somebody');
    await suite.client.enqueue({ agent: 'inherited', text: 'not for you' });
    const hooks = inPane(tmux, pane, claude.pid, 'inherited');
    const prompt = (id: string) => timed(() => hooks.say('UserPromptSubmit', { prompt_id: id, prompt: 'x' }));
    {
      using _ = wedge(tmux);
      assert.equal((await prompt('p1')).body, '');
    }
    await until(async () => {
      assert.equal((await prompt('p2')).body, '');
      return suite.daemon.log().includes('identity_conflict') ? true : undefined;
    });
  });

  it('does not hide who is in a pane that was seen before', async () => {
    using tmux = startTmux(suite.folder.path, 'seen', 'seen.sock');
    await using claude = startStandIn();
    const pane = windowNamed(tmux, 'api');
    const first = inPane(tmux, pane, claude.pid);
    await first.say('SessionStart', { source: 'startup' });
    assert.equal((await agentOf(first))?.id, 'seen:api');
    using _ = wedge(tmux);
    await claude.kill9();
    await using heir = startStandIn();
    const second = inPane(tmux, pane, heir.pid);
    await timed(() => second.say('SessionStart', { source: 'startup' }));
    assert.equal((await agentOf(second))?.id, 'seen:api');
  });

  it('slows neither another server nor the daemon', async () => {
    using stuck = startTmux(suite.folder.path, 'one', 'one.sock');
    using well = startTmux(suite.folder.path, 'two', 'two.sock');
    await using claude = startStandIn();
    await inPane(stuck, '%0', claude.pid).say('SessionStart', { source: 'startup' });
    using _ = wedge(stuck);
    await suite.daemon.logged((log) => /tmux_wedged.*one\.sock/.test(log));
    await using other = startStandIn();
    const hooks = inPane(well, windowNamed(well, 'api'), other.pid);
    await timed(() => hooks.say('SessionStart', { source: 'startup' }));
    well.run('rename-window', '-t', 'two:api', 'web');
    await until(async () => ((await agentOf(hooks))?.addresses.includes('two:web') ? true : undefined));
    await timed(() => suite.client.agents({}));
  });
});
