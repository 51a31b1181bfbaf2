import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '../../support/until.ts';
import { startTmux, type PrivateTmux } from '../tmux/private-tmux.ts';
import { openFleet } from './fleet.ts';

/** A server that accepts and never answers, until the scope ends. */
function wedge(tmux: PrivateTmux): Disposable {
  const pid = Number(tmux.run('display-message', '-p', '#{pid}'));
  process.kill(pid, 'SIGSTOP');
  return { [Symbol.dispose]: () => process.kill(pid, 'SIGCONT') };
}

describe('an agent whose client dies while its tmux server does not answer', { timeout: 60_000 }, () => {
  it('is started again once the server answers: nobody closed its window', async () => {
    await using fleet = await openFleet();
    const worker = await fleet.start('patient', 'shell');
    const life = await worker.alive(1);
    {
      using _ = wedge(fleet.tmux);
      process.kill(life.pid, 'SIGKILL');
      await until(() => (fleet.daemon.log().includes('"event":"session_lost"') ? true : undefined));
      await until(() => (fleet.daemon.log().includes('"event":"tmux_wedged"') ? true : undefined));
      // The look at a pane that is not answered takes 2 s.
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      assert.deepEqual(await fleet.outcomes(worker.agent), []);
    }
    const next = await worker.alive(2);
    assert.equal(next.pane, worker.pane);
    assert.deepEqual(await fleet.outcomes(worker.agent), ['crashed restarted']);
  });
});

describe('starts on a tmux server that does not answer', { timeout: 120_000 }, () => {
  it('keep no agent of another one waiting, take no turn from it, and take place once when the server answers', async () => {
    await using fleet = await openFleet({ ORQ_STARTS_AT_ONCE: '1' });
    using far = startTmux(fleet.folder, 'far', 'far.sock');
    const wedged = [await fleet.start('one', 'shell', far), await fleet.start('two', 'shell', far)];
    const near = await fleet.start('near', 'shell');
    for (const { agent } of wedged) await fleet.client.agentStop({ agent });
    for (const { agent } of wedged)
      await until(async () => ((await fleet.outcomes(agent))[0] === 'stopped none' ? true : undefined));
    {
      using _ = wedge(far);
      for (const { agent } of wedged) await fleet.client.agentStart({ agent });
      await until(async () =>
        (await fleet.outcomes('far:one'))[0] === 'requested starting' ? true : undefined,
      );
      process.kill((await near.alive(1)).pid, 'SIGKILL');
      await near.alive(2);
      assert.deepEqual(await fleet.outcomes(near.agent), ['crashed restarted']);
    }
    for (const worker of wedged) {
      await until(() => worker.lives()[1], 60_000);
      await until(async () =>
        (await fleet.outcomes(worker.agent))[0] === 'requested restarted' ? true : undefined,
      );
      assert.equal(worker.lives().length, 2);
    }
  });
});
