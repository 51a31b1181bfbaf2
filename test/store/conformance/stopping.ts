/** Agents that are stopped while they are being started. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RESTART_POLICY } from '../../support/restart-policy.ts';
import { admit, processOf, type ConformanceStore, type OpenStore } from './client.ts';

const RECORD = {
  agent: 'a',
  argv: ['claude'],
  folder: '/work',
  environment: {},
  sessionId: 's1',
  tmux: null,
};

const LOSS = { agent: 'a', cause: 'crashed', detail: null, isAlive: false, lost: processOf(100) } as const;

const startedAs = (pid: number) => ({ process: processOf(pid), ownsPane: true });

/** The row of a restart that has begun, and is no process yet. */
async function inFlight(store: ConformanceStore): Promise<number> {
  await admit(store, 'a');
  await store.recordStart(RECORD, startedAs(100));
  const { id = 0 } = (await store.reportRestart(LOSS, RESTART_POLICY, 0)) ?? {};
  assert.equal(await store.beginRestart(id, 1, 1), true);
  return id;
}

export function judgeStopping(openStore: OpenStore): void {
  test('one that is stopped while it is being started ends as soon as it is a process, and may live after all', async () => {
    await using store = openStore();
    const id = await inFlight(store);
    const place = { socket: '/t', serverStart: 1, pane: '%1', panePid: 7 };
    assert.deepEqual(await store.stopAgents({ agent: 'a' }), [{ agent: 'a', process: null }]);
    assert.equal(await store.placeRestart(id, place), false);
    await store.startAgents({ agent: 'a' }, 1);
    assert.equal(await store.abandonRestart(id), false);
    assert.equal(await store.placeRestart(id, place), true);
    await store.stopAgents({ agent: 'a' });
    assert.equal(await store.runRestart(id, startedAs(101)), false);
    assert.equal((await store.watchedAgents())[0]?.stopping, true);
    await store.recordStart(RECORD, startedAs(101));
    assert.equal((await store.watchedAgents())[0]?.stopping, true, 'its first hook changes nothing');
    const cause = { ...LOSS, cause: 'stopped', lost: processOf(101) } as const;
    assert.equal((await store.reportRestart(cause, RESTART_POLICY, 0))?.verdict.kind, 'nothing');
    assert.deepEqual(await store.openRestarts(), []);
  });

  test('a start that was stopped before it had a process is over without one, and so is one that nobody knows', async () => {
    await using store = openStore();
    const id = await inFlight(store);
    await store.stopAgents({ agent: 'a' });
    assert.equal(await store.abandonRestart(id), true);
    const [row] = await store.restarts({});
    assert.deepEqual([row?.outcome, row?.reason], ['none', 'a person had it stopped']);
    assert.equal(await store.runRestart(id, startedAs(101)), false);
    assert.deepEqual(await store.watchedAgents(), []);
    assert.equal(await store.abandonRestart(id), true);
    await store.startAgents({ agent: 'a' }, 1);
    const [next] = await store.openRestarts();
    assert.equal(await store.beginRestart(next?.id ?? 0, 1, 1), true);
    assert.equal(await store.abandonRestart(next?.id ?? 0), false);
  });

  test('a start whose server does not answer waits again with its place, takes no turn, and is the one that a stop means', async () => {
    await using store = openStore();
    const id = await inFlight(store);
    const place = { socket: '/t', serverStart: 1, pane: '%1', panePid: 7 };
    await store.placeRestart(id, place);
    await store.postponeRestart(id, 500);
    const [row] = await store.openRestarts();
    assert.deepEqual([row?.outcome, row?.dueMs, row?.placed], ['waiting', store.clock.nowMs() + 500, place]);
    const [asked] = await store.startAgents({ agent: 'a' }, 1);
    assert.equal(asked?.state, 'starting');
    assert.equal((await store.openRestarts())[0]?.id, id);
    await store.stopAgents({ agent: 'a' });
    assert.equal(await store.beginRestart(id, 1, 1), true);
    assert.equal(await store.runRestart(id, startedAs(101)), false);
    assert.equal((await store.watchedAgents())[0]?.stopping, true);
  });
}
