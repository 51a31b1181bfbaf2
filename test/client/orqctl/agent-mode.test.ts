import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStandIn } from '../stand-in.ts';
import { orqctl } from './run-orqctl.ts';

const SET = { agents: [{ id: 'work:1', mode: 'push' }] };

test('agent mode says whom it switched, in either order of its words, of a project and of all', async () => {
  await using server = await openStandIn(() => SET);
  for (const words of ['push work:1', 'work:1 push', 'pull --project shop', 'pull --all'])
    assert.equal((await orqctl(['agent', 'mode', ...words.split(' ')], server)).exit, 0, words);
  assert.deepEqual(
    server.asked.map(({ body }) => body),
    [
      { mode: 'push', agent: 'work:1' },
      { mode: 'push', agent: 'work:1' },
      { mode: 'pull', project: 'shop' },
      { mode: 'pull', all: true },
    ],
  );
  const { stdout } = await orqctl(['agent', 'mode', 'push', 'work:1'], server);
  assert.equal(stdout, 'work:1 is in push mode\n');
});

test('agent mode refuses a mode that there is not, before it asks anybody', async () => {
  await using server = await openStandIn(() => SET);
  const { exit, stderr } = await orqctl(['agent', 'mode', 'shove', 'work:1'], server);
  assert.deepEqual([exit, server.asked.length], [2, 0]);
  assert.match(stderr, /neither pull nor push/);
});
