/** Why a message waits in push mode, through a daemon and into a scripted program in a pane. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openHookCaller } from '../hooks/hook-caller.ts';
import { testFolder } from '../../support/folder.ts';
import { suiteDaemon } from '../../support/suite-daemon.ts';
import { until } from '../../support/until.ts';
import { stage } from '../pane/typing-stage.ts';
import { startTmux, type PrivateTmux } from '../tmux/private-tmux.ts';

describe('a message that is typed', { concurrency: true, timeout: 60_000 }, () => {
  const suite = suiteDaemon({ env: { ORQ_SWEEP_MS: '100' } });
  const folder = testFolder();
  let tmux: PrivateTmux;
  before(() => {
    tmux = startTmux(folder.path);
  });
  after(() => {
    tmux.kill();
    folder[Symbol.dispose]();
  });

  async function sentTo(agent: string, settings: Readonly<Record<string, string>>) {
    const pane = await stage(tmux, folder.path, settings);
    const pid = Number(tmux.run('display-message', '-p', '-t', pane.target.pane, '#{pane_pid}'));
    const headers = tmux.headers(pane.target.pane);
    const hooks = openHookCaller(suite.daemon.socket, { session: `s-${agent}`, agent, pid, headers });
    await hooks.say('SessionStart', { source: 'startup' });
    await suite.client.agentMode({ mode: 'push', agent });
    const { id } = await suite.client.enqueue({ agent, text: 'x' });
    const waiting = async () => (await suite.client.show({ id })).waiting;
    return {
      pane,
      hooks,
      waiting,
      id,
      becomes: (reason: string | undefined) =>
        until(async () => ((await waiting())?.reason === reason ? true : undefined), 30_000),
    };
  }

  it('says so, then that Enter had no effect, until somebody says what became of it', async () => {
    const { becomes, id, pane } = await sentTo('swallows', { swallow: '9' });
    await becomes('being typed');
    await becomes('typed and not sent off');
    assert.deepEqual(pane.submitted(), []);
    await suite.client.ack({ id });
    await becomes(undefined);
  });

  it('says what stands in the way in a pane that cannot be typed into, and is tried again after a hook', async () => {
    const { becomes, waiting, hooks } = await sentTo('menu', { screen: 'menu' });
    await becomes('pane cannot be typed into: no input box on the screen');
    const { nextTryMs } = (await waiting()) ?? {};
    assert.ok(nextTryMs && nextTryMs > Date.now() - 1_000);
    await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'x' });
    assert.equal((await waiting())?.reason, 'agent busy');
  });

  it('rides along when it should wake nobody, ten minutes at most', async () => {
    const hooks = openHookCaller(suite.daemon.socket, { session: 's-patient', agent: 'patient' });
    await hooks.say('SessionStart', { source: 'startup' });
    await suite.client.agentMode({ mode: 'push', agent: 'patient' });
    const { id } = await suite.client.enqueue({ agent: 'patient', text: 'x', wake: 'later' });
    const { waiting, readyAtMs } = await suite.client.show({ id });
    assert.deepEqual(
      [waiting?.reason, waiting?.nextTryMs],
      ['rides with the next hook', readyAtMs + 600_000],
    );
  });
});
