import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '../../support/until.ts';
import { openHookCaller } from '../hooks/hook-caller.ts';
import { openFleet, type Fleet, type Worker } from './fleet.ts';

/** A turn of the worker fails for its login; then its client dies. */
async function failAndDie(fleet: Fleet, worker: Worker): Promise<void> {
  const { session, pid } = await worker.alive(1);
  const hooks = openHookCaller(fleet.daemon.socket, { session, pid });
  await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'x' });
  await hooks.say('StopFailure', { prompt_id: 'p', error: 'authentication_failed' });
  process.kill(pid, 'SIGKILL');
  await until(async () => ((await fleet.outcomes(worker.agent)).length === 2 ? true : undefined));
  assert.deepEqual(await fleet.outcomes(worker.agent), ['crashed none', 'authentication held']);
}

describe('agents whose clients die while they are held for their login', { timeout: 60_000 }, () => {
  it('are started once a person lets them go, one or many, with what they have to know again', async () => {
    await using fleet = await openFleet();
    const [one, other] = [await fleet.start('one', 'shell'), await fleet.start('other', 'shell')];
    await failAndDie(fleet, one);
    await fleet.client.agentResume({ agent: one.agent });
    assert.equal((await one.alive(2)).pane, one.pane);
    assert.match(one.told()[1] ?? '', /REBRIEF/);
    await failAndDie(fleet, other);
    assert.equal(other.lives().length, 1);
    await fleet.client.agentResume({ all: true });
    await other.alive(2);
  });

  it('stay where they are where restarts are off', async () => {
    await using fleet = await openFleet({ ORQ_AUTO_RESTART: 'off' });
    const worker = await fleet.start('off', 'shell');
    await failAndDie(fleet, worker);
    await fleet.client.agentResume({ agent: worker.agent });
    const open = (await fleet.client.restarts({ agent: worker.agent })).restarts.map(
      ({ outcome }) => outcome,
    );
    assert.deepEqual(open, ['none', 'released']);
  });
});
