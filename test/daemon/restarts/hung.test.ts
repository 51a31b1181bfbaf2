import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Sqlite from 'better-sqlite3';
import { until } from '../../support/until.ts';
import { openHookCaller } from '../hooks/hook-caller.ts';
import { openFleet, type Fleet, type Worker } from './fleet.ts';

const HUNG_MS = 2_000;

/** Gives the worker a turn that does not end. */
async function getStuck(fleet: Fleet, name: string, ...more: 'drawing'[]): Promise<Worker> {
  const worker = await fleet.start(name);
  for (const behaviour of ['stuck', ...more] as const) worker.let(behaviour);
  await fleet.client.enqueue({ agent: worker.agent, text: 'text-1' });
  await until(async () => ((await agentOf(fleet, worker))?.state === 'busy' ? true : undefined));
  return worker;
}

async function agentOf(fleet: Fleet, worker: Worker) {
  return (await fleet.client.agents({})).agents.find(({ id }) => id === worker.agent);
}

const hung = (fleet: Fleet, worker: Worker) =>
  until(async () => ((await agentOf(fleet, worker))?.conditions?.includes('hung') ? true : undefined));

describe('a client that shows nothing in the middle of a turn', { timeout: 120_000 }, () => {
  it('is told of everywhere, and left alone; one that draws is at work', async () => {
    await using fleet = await openFleet({ ORQ_HUNG_MS: String(HUNG_MS) });
    const [worker, busy] = [await getStuck(fleet, 'still'), await getStuck(fleet, 'busy', 'drawing')];
    await hung(fleet, worker);
    const { restarts } = await fleet.client.restarts({ agent: worker.agent });
    assert.deepEqual(
      restarts.map(({ cause, outcome, reason }) => [cause, outcome, reason]),
      [['hung', 'none', 'reported only']],
    );
    assert.match(restarts[0]?.detail ?? '', /^nothing since 20/);
    assert.match(fleet.daemon.log(), /"event":"agent_hung","agent":"work:still"/);
    const counted = (await fleet.client.stats({})).restarts;
    assert.deepEqual(counted, [{ agent: worker.agent, cause: 'hung', outcome: 'none', count: 1 }]);
    const database = new Sqlite(join(fleet.daemon.stateDir, 'orq.db'), { readonly: true });
    const events = database
      .prepare('SELECT event_type FROM session_events WHERE agent_id = ? ORDER BY id DESC')
      .pluck();
    assert.equal(events.get(worker.agent), 'hung');
    database.close();
    assert.equal(worker.lives().length, 1);
    assert.deepEqual(await fleet.outcomes(busy.agent), []);
  });

  it('is believed to work where it has no pane: nobody sees what it draws', async () => {
    await using fleet = await openFleet({ ORQ_HUNG_MS: String(HUNG_MS) });
    const { pid } = process;
    const bare = openHookCaller(fleet.daemon.socket, { session: 'bare', pid, agent: 'bare' });
    await bare.say('SessionStart', { source: 'startup' });
    await bare.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'make all' });
    await hung(fleet, await getStuck(fleet, 'still'));
    assert.deepEqual(await fleet.outcomes('bare'), []);
  });

  it('hides behind no neighbour in its window that writes all the time, and one that draws beside such a one is at work', async () => {
    await using fleet = await openFleet({ ORQ_HUNG_MS: String(HUNG_MS) });
    const [worker, busy] = [await getStuck(fleet, 'still'), await getStuck(fleet, 'busy', 'drawing')];
    for (const { pane } of [worker, busy]) {
      const words = ['-d', '-P', '-F', '#{pane_id}', '-t', pane, 'sh'];
      const neighbour = fleet.tmux.run('split-window', ...words);
      fleet.tmux.run('send-keys', '-t', neighbour, 'while :; do date; sleep 0.2; done', 'Enter');
    }
    await hung(fleet, worker);
    assert.deepEqual(await fleet.outcomes(busy.agent), []);
  });

  it('is ended and started again where the settings say so, within the limits', async () => {
    await using fleet = await openFleet({ ORQ_HUNG_MS: String(HUNG_MS), ORQ_HUNG_ACTION: 'restart' });
    const worker = await getStuck(fleet, 'loose');
    const life = await worker.alive(1);
    await until(() => worker.lives()[1]);
    rmSync(join(fleet.folder, 'loose', 'stuck'));
    assert.deepEqual((await worker.alive(2)).words, ['--resume', life.session, '--verbose']);
    await until(() => (worker.heard().includes(1) ? true : undefined));
    assert.deepEqual(await fleet.outcomes(worker.agent), ['hung restarted', 'hung none']);
  });

  it('is left alone where it is not to be started again', async () => {
    await using fleet = await openFleet({
      ORQ_HUNG_MS: String(HUNG_MS),
      ORQ_HUNG_ACTION: 'restart',
      ORQ_AUTO_RESTART: 'off',
    });
    const worker = await getStuck(fleet, 'kept');
    await hung(fleet, worker);
    assert.equal((await agentOf(fleet, worker))?.pid, (await worker.alive(1)).pid);
    assert.deepEqual(await fleet.outcomes(worker.agent), ['hung none']);
  });
});
