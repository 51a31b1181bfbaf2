import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '../../support/until.ts';
import type { PrivateTmux } from '../tmux/private-tmux.ts';
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
