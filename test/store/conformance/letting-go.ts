import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RESTART_POLICY } from '../../support/restart-policy.ts';
import { admit, processOf, type ConformanceStore, type OpenStore } from './client.ts';
import type { RestartCause, RestartPolicy } from '../../../src/protocol/restart.ts';

const HOW = {
  agent: 'a',
  argv: ['claude'],
  folder: '/work',
  environment: {},
  sessionId: 's1',
  tmux: null,
};

/** The hold of an agent over its login, whose client is gone meanwhile. */
async function heldAndGone(
  store: ConformanceStore,
  policy: RestartPolicy,
  cause: RestartCause = 'crashed',
): Promise<number> {
  await admit(store, 'a');
  await store.recordStart(HOW, { process: processOf(100), ownsPane: true });
  const trouble = { agent: 'a', cause: 'authentication', detail: null, isAlive: true } as const;
  const { id = 0 } = (await store.reportRestart(trouble, policy, 0)) ?? {};
  await store.reportRestart(
    { agent: 'a', cause, detail: null, isAlive: false, lost: processOf(100) },
    policy,
    0,
  );
  return id;
}

export function judgeLettingGo(openStore: OpenStore): void {
  test('an agent that could not be started is started once a person lets it go', async () => {
    await using store = openStore();
    await admit(store, 'a');
    await store.recordStart(HOW, { process: processOf(100), ownsPane: true });
    const loss = {
      agent: 'a',
      cause: 'crashed',
      detail: null,
      isAlive: false,
      lost: processOf(100),
    } as const;
    const { id = 0 } = (await store.reportRestart(loss, RESTART_POLICY, 0)) ?? {};
    assert.equal(await store.beginRestart(id, 9, 1_000), true);
    await store.endRestart(id, 'held', 'no tmux server can be started');
    await store.resumeAgents({ agent: 'a' }, RESTART_POLICY);
    const open = (await store.openRestarts()).map(({ outcome, cause }) => [outcome, cause]);
    assert.deepEqual(open, [['waiting', 'requested']]);
  });

  test('an agent whose client went while it was held is started when that is over, where it would have been', async () => {
    for (const [isOn, by] of [
      [true, 'person'],
      [false, 'person'],
      [true, 'time'],
      [false, 'time'],
    ] as const) {
      await using store = openStore();
      const policy = { ...RESTART_POLICY, isOn };
      const id = await heldAndGone(store, policy);
      if (by === 'person') await store.resumeAgents({ agent: 'a' }, policy);
      else assert.equal(await store.releaseHold(id, policy), true);
      const open = (await store.openRestarts()).map(({ outcome, cause }) => [outcome, cause]);
      const cause = by === 'person' ? 'requested' : 'crashed';
      assert.deepEqual(open, isOn ? [['waiting', cause]] : []);
      assert.equal(await store.releaseHold(id, policy), false);
    }
  });

  test('an agent that was stopped while it was held, or lives again, is not started when that is over', async () => {
    for (const cause of ['stopped', 'clean_exit', 'closed'] as const) {
      await using store = openStore();
      await heldAndGone(store, RESTART_POLICY, cause);
      await store.resumeAgents({ agent: 'a' }, RESTART_POLICY);
      assert.deepEqual(await store.openRestarts(), []);
    }
    await using store = openStore();
    const id = await heldAndGone(store, RESTART_POLICY);
    await store.recordStart(HOW, { process: processOf(101), ownsPane: true });
    await store.releaseHold(id, RESTART_POLICY);
    assert.deepEqual(await store.openRestarts(), []);
  });

  test('what an agent is owed outlives the hold that takes the place of the first one', async () => {
    await using store = openStore();
    await heldAndGone(store, RESTART_POLICY);
    await store.reportRestart({ agent: 'a', cause: 'disk', detail: null, isAlive: false }, RESTART_POLICY, 0);
    await store.resumeAgents({ agent: 'a' }, RESTART_POLICY);
    assert.equal((await store.openRestarts())[0]?.outcome, 'waiting');
  });
}
