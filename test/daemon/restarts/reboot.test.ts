import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Sqlite from 'better-sqlite3';
import { until } from '../../support/until.ts';
import { openFleet, type Fleet, type Worker } from './fleet.ts';

const NAMES = ['one', 'two', 'three', 'four'] as const;
const PATIENCE_MS = 30_000;

/** As after a reboot: no tmux server, and what is known of processes is of another boot. */
async function reboot(fleet: Fleet): Promise<void> {
  await fleet.daemon.kill9();
  fleet.tmux.kill();
  const database = new Sqlite(join(fleet.daemon.stateDir, 'orq.db'));
  const table = (name: string) => `UPDATE ${name} SET pid_start = 'boot-before:1' WHERE pid IS NOT NULL`;
  for (const name of ['agent_start', 'session']) database.exec(table(name));
  database.close();
  await fleet.daemon.restart();
}

const startAll = async (fleet: Fleet): Promise<Worker[]> => {
  const workers: Worker[] = [];
  for (const name of NAMES) workers.push(await fleet.start(name));
  return workers;
};

const settledAs = (fleet: Fleet, { agent }: Worker, newest: string): Promise<true> =>
  until(async () => ((await fleet.outcomes(agent))[0] === newest ? true : undefined), PATIENCE_MS);

/** Starts and arrivals since the daemon came back, in order. */
function eventsOf({ daemon }: Fleet): string[] {
  const [, since = ''] = daemon.log().split(/"event":"daemon_ready".*?"event":"daemon_ready"/s);
  return [...since.matchAll(/"event":"(agent_started|session_began)"/g)].map(([, event = '']) => event);
}

describe('a fleet whose machine was rebooted', { timeout: 120_000 }, () => {
  it('comes back by itself where restarts are on, no more at once than may, each with its session', async () => {
    await using fleet = await openFleet({ ORQ_STARTS_AT_ONCE: '1' });
    const workers = await startAll(fleet);
    const sessions = workers.map((worker) => worker.lives()[0]?.session);
    await reboot(fleet);
    try {
      for (const worker of workers) await settledAs(fleet, worker, 'rebooted restarted');
      assert.deepEqual(
        workers.map((worker) => [worker.lives().length, worker.lives()[1]?.session]),
        sessions.map((session) => [2, session]),
      );
      assert.deepEqual(
        eventsOf(fleet),
        NAMES.flatMap(() => ['agent_started', 'session_began']),
      );
    } finally {
      fleet.tmux.run('kill-server');
    }
  });

  it('is left alone where restarts are off, until a person has all started, one after the other', async () => {
    await using fleet = await openFleet({ ORQ_AUTO_RESTART: 'off', ORQ_START_STAGGER_MS: '500' });
    const workers = await startAll(fleet);
    await reboot(fleet);
    for (const worker of workers) await settledAs(fleet, worker, 'rebooted none');
    const { agents } = await fleet.client.agentStart({ all: true });
    const due = agents.map(({ dueMs }) => dueMs ?? 0).toSorted((a, b) => a - b);
    assert.deepEqual(
      due.map((atMs) => atMs - (due[0] ?? 0)),
      [0, 500, 1_000, 1_500],
    );
    try {
      for (const worker of workers) await settledAs(fleet, worker, 'requested restarted');
    } finally {
      fleet.tmux.run('kill-server');
    }
  });
});
