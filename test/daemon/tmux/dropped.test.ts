/** Servers that are gone: which of them are still looked at. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLogger } from '../../../daemon/logger.ts';
import { openTmuxRegistry } from '../../../daemon/tmux/registry.ts';
import { openArrivals } from '../../../daemon/wake/arrivals.ts';
import { clientOf } from '../../store/conformance/client.ts';
import { testFolder } from '../../support/folder.ts';
import { openTestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';
import { startTmux } from './private-tmux.ts';

test('a server that is gone is dropped, unless a setting names it or a session lives for an agent that was seen on it', async () => {
  using folder = testFolder();
  await using store = openTestStore({ inMemory: true });
  const at = (name: string): string => join(folder.path, name);
  for (const [agent, socket] of [
    ['a', at('lived-on')],
    ['b', at('left')],
  ] as const) {
    const pane = { socket, serverStart: 7, pane: '%1', addresses: [] };
    await store.admit({ marked: null, given: agent, proposed: agent, pane, mayCreate: true });
  }
  const session = clientOf(store);
  await session.start();
  await using registry = await openTmuxRegistry(
    {
      store,
      arrivals: openArrivals(),
      ringer: { consider: () => Promise.resolve() },
      clock: { ...store.clock, steadyMs: () => performance.now() },
      log: openLogger('fatal', false),
    },
    { tmuxSockets: at('named'), tmuxSweepMs: 20, tmuxEvents: 'off' },
  );
  assert.equal(await registry.find(at('rumoured'), '%1'), 'none');
  const stays = async (...names: string[]): Promise<unknown> => {
    const wanted = names.map((name) => at(name)).toSorted();
    return until(() =>
      String(
        registry
          .servers()
          .map(({ socket }) => socket)
          .toSorted(),
      ) === String(wanted)
        ? true
        : undefined,
    );
  };
  await stays('lived-on', 'named');
  assert.equal(registry.paneState({ socket: at('left'), serverStart: 7, pane: '%1' }), 'gone');
  await session.end();
  await stays('named');
  using tmux = startTmux(folder.path, 'again', 'left');
  assert.notEqual(await registry.find(tmux.socket, '%0'), 'none');
  await stays('left', 'named');
});
