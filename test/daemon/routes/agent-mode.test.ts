import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '../../../client/index.ts';
import { startDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';
import { until } from '../../support/until.ts';
import { openHookCaller } from '../hooks/hook-caller.ts';

test('a switch holds from the next message on, and in push mode nobody is rung', async () => {
  using folder = testFolder();
  await using daemon = await startDaemon({ folder: folder.path, env: { ORQ_SWEEP_MS: '50' } });
  await using client = createClient({ socket: daemon.socket });
  const hooks = openHookCaller(daemon.socket, { session: 's', agent: 'a' });
  await hooks.say('SessionStart', { source: 'startup' });
  await client.agentMode({ agent: 'a', mode: 'push' });
  const waiter = hooks.wait();
  const { id } = await client.enqueue({ agent: 'a', text: 'hello' });
  await until(
    async () => (await client.show({ id })).waiting?.reason === 'no pane to type into' || undefined,
  );
  const { agents } = await client.agents({});
  assert.deepEqual([agents[0]?.mode, agents[0]?.waiting?.reason], ['push', 'no pane to type into']);
  assert.equal((await hooks.say('UserPromptSubmit', { prompt_id: 'p', prompt: 'x' })).context, '');
  await hooks.say('Stop', { prompt_id: 'p' });
  await client.agentMode({ all: true, mode: 'pull' });
  assert.equal((await waiter).exit, '2');
  assert.match((await hooks.say('UserPromptSubmit', { prompt_id: 'q', prompt: 'x' })).context, /hello/);
});

test('an agent begins in the mode of the setting', async () => {
  using folder = testFolder();
  await using daemon = await startDaemon({ folder: folder.path, env: { ORQ_DEFAULT_MODE: 'push' } });
  await using client = createClient({ socket: daemon.socket });
  const hooks = openHookCaller(daemon.socket, { session: 's', agent: 'a' });
  await hooks.say('SessionStart', { source: 'startup' });
  assert.equal((await client.agents({})).agents[0]?.mode, 'push');
});
