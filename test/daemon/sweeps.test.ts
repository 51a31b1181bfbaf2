import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLogger } from '../../daemon/logger.ts';
import { startSweeps } from '../../daemon/sweeps.ts';
import { openArrivals } from '../../daemon/wake/arrivals.ts';
import { openWaiters } from '../../daemon/wake/waiters.ts';
import { clientOf, processOf, send } from '../store/conformance/client.ts';
import { openTestStore } from '../support/store.ts';

test('an agent that cannot be looked at keeps the sweep from no other', async () => {
  await using store = openTestStore({ inMemory: true });
  for (const [place, agent] of ['a', 'b', 'c'].entries()) {
    await store.admit({ marked: null, given: agent, proposed: agent, pane: null, mayCreate: true });
    await clientOf(store, { agent, sessionId: agent, process: processOf(place + 1) }).start();
    await send(store, 'x', { agent });
  }
  await store.setMode({ mode: 'push', agent: 'c' });
  const considered: string[] = [];
  const consider = (agent: string): Promise<void> => {
    considered.push(agent);
    return Promise.reject(new Error('broken'));
  };
  const swept = new Promise<void>((resolve) => {
    const nothing = (): void => undefined;
    const sweeps = startSweeps(
      {
        store,
        arrivals: openArrivals(),
        waiters: openWaiters(),
        log: openLogger('silent', false),
        processes: { isAlive: () => true, hasPid: () => true },
        references: { sweep: () => Promise.resolve() },
        restarts: { sweep: nothing },
        rest: { sweep: nothing },
        deadLetters: { look: () => Promise.resolve() },
        ringer: { consider },
        owed: { catchUp: () => Promise.resolve() },
        undecided: { look: () => Promise.resolve() },
        push: { consider },
        spool: {
          takeIn: async () => {
            setImmediate(() => void sweeps[Symbol.asyncDispose]().then(resolve));
            await Promise.resolve();
          },
        },
      },
      { sweepMs: 1 },
    );
  });
  await swept;
  assert.deepEqual(considered, ['a', 'b', 'c', 'c']);
});
