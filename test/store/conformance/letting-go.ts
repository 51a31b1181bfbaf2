import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RESTART_POLICY } from '../../support/restart-policy.ts';
import { admit, processOf, type OpenStore } from './client.ts';

export function judgeLettingGo(openStore: OpenStore): void {
  test('an agent that could not be started is started once a person lets it go', async () => {
    await using store = openStore();
    await admit(store, 'a');
    const how = {
      agent: 'a',
      argv: ['claude'],
      folder: '/work',
      environment: {},
      sessionId: 's1',
      tmux: null,
    };
    await store.recordStart(how, { process: processOf(100), ownsPane: true });
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
    await store.resumeAgents({ agent: 'a' });
    const open = (await store.openRestarts()).map(({ outcome, cause }) => [outcome, cause]);
    assert.deepEqual(open, [['waiting', 'requested']]);
  });
}
