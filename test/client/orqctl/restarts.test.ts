import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStandIn } from '../stand-in.ts';
import { orqctl } from './run-orqctl.ts';
import { RESTART } from './samples.ts';

test('restarts asks for the page that is wanted and shows why an agent is held', async () => {
  await using server = await openStandIn(() => ({ restarts: [RESTART] }));
  const ran = await orqctl(['restarts', '--agent', 'api', '--limit', '5', '--before', '10'], server);
  assert.match(ran.stdout, /^9 +1m5s ago +api +crashed +held +orq +crash loop: 5 restarts in 600000 ms$/m);
  assert.equal(server.asked[0]?.path, '/v1/restarts?agent=api&limit=5&beforeId=10');
});

test('what is waited for is shown with its time', async () => {
  const waiting = { ...RESTART, outcome: 'waiting', reason: 'restart 2 in a row', dueMs: Date.now() + 9_500 };
  await using server = await openStandIn(() => ({ restarts: [waiting] }));
  assert.match((await orqctl(['restarts'], server)).stdout, /restart 2 in a row; until in \d+s$/m);
});

test('nothing to show is said in words', async () => {
  await using server = await openStandIn(() => ({ restarts: [] }));
  assert.equal((await orqctl(['restarts'], server)).stdout, 'nothing has crashed or been restarted\n');
});

test('agent restart-policy sends mode, limit and window in milliseconds', async () => {
  await using server = await openStandIn(() => ({ agents: [{ id: 'api', mode: 'on' }] }));
  const line = 'agent restart-policy on api --limit 10 --window 1h';
  const ran = await orqctl(line.split(' '), server);
  assert.equal(ran.stdout, 'api: started again when it crashes\n');
  assert.deepEqual(server.asked[0]?.body, { agent: 'api', limit: 10, windowMs: 3_600_000, mode: 'on' });
});

test('agent start and restart say of each agent what becomes of it', async () => {
  const agents = [
    { id: 'api', state: 'starting', dueMs: 1 },
    { id: 'web', state: 'alive', dueMs: null },
    { id: 'db', state: 'unknown', dueMs: null },
  ];
  for (const word of ['start', 'restart']) {
    await using server = await openStandIn(() => ({ agents }));
    const { stdout } = await orqctl(['agent', word, '--all'], server);
    assert.match(stdout, /^api starts\nweb runs already\ndb was never seen running: .*\n$/);
    assert.deepEqual([server.asked[0]?.path, server.asked[0]?.body], [`/v1/agents/${word}`, { all: true }]);
  }
});

test('agent stop names the processes that were told to end', async () => {
  await using server = await openStandIn(() => ({
    agents: [
      { id: 'api', pid: 7 },
      { id: 'web', pid: null },
    ],
  }));
  const { stdout } = await orqctl(['agent', 'stop', '--project', 'shop'], server);
  assert.equal(stdout, 'api stopped (process 7)\nweb runs no client, and none is started\n');
  assert.deepEqual(server.asked[0]?.body, { project: 'shop' });
});

test('run sends the command behind -- as it stands, and where the window goes', async () => {
  await using server = await openStandIn(() => ({ agent: 'api', dueMs: 1 }));
  const line = [
    'run',
    '--no-hooks',
    '--agent',
    'api',
    '--tmux',
    '/t',
    '--session',
    's',
    '--',
    'claude',
    '--model',
    'x y',
  ];
  const { stdout } = await orqctl(line, server);
  assert.match(stdout, /^api starts/);
  const { environment, folder, ...body } = server.asked[0]?.body ?? {};
  assert.deepEqual(body, {
    agent: 'api',
    argv: ['claude', '--model', 'x y'],
    tmuxSocket: '/t',
    tmuxSession: 's',
  });
  assert.deepEqual([folder, typeof environment], [process.cwd(), 'object']);
});
