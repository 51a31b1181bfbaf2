import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStandIn } from '../stand-in.ts';
import { orqctl } from './run-orqctl.ts';
import { EXTENDED, LEASED, MOVED } from './samples.ts';

const CASES: readonly (readonly [line: string, path: string, body: object, stdout: RegExp])[] = [
  ['ack 42', '/v1/ack', { id: 42 }, /^42 acked for work:1 \(state delivered\)\n$/],
  ['ack 42 --lease-token 3', '/v1/ack', { id: 42, leaseToken: 3 }, /^42 acked/],
  ['done 42', '/v1/done', { id: 42 }, /^42 done/],
  ['release 42', '/v1/release', { id: 42 }, /^42 released/],
  ['cancel 42', '/v1/cancel', { id: 42 }, /^42 cancelled/],
  ['cancel 42 --force', '/v1/cancel', { id: 42, force: true }, /^42 cancelled/],
  [
    'requeue 42 --lease-token 3 --delay 10m --error red',
    '/v1/requeue',
    { id: 42, leaseToken: 3, delayMs: 600_000, error: 'red' },
    /^42 requeued/,
  ],
];

const MOVED_DEAD = { moved: [{ ...MOVED, state: 'ready' }], more: false };

const DEAD_CASES: readonly (readonly [line: string, path: string, body: object, stdout: RegExp])[] = [
  ['dead redrive 42 43', '/v1/dead/redrive', { ids: [42, 43] }, /^42 redriven for work:1 \(state ready\)\n$/],
  ['dead redrive --agent a --reason expired', '/v1/dead/redrive', { agent: 'a', reason: 'expired' }, /^42/],
  ['dead drop 42', '/v1/dead/drop', { ids: [42] }, /^42 dropped/],
];

for (const [line, path, body, stdout] of DEAD_CASES) {
  test(`${line} sends what is chosen and says what moved`, async () => {
    await using server = await openStandIn(() => MOVED_DEAD);
    const ran = await orqctl(line.split(' '), server);
    assert.equal(ran.exit, 0);
    assert.match(ran.stdout, stdout);
    assert.deepEqual([server.asked[0]?.path, server.asked[0]?.body], [path, body]);
  });
}

test('dead redrive of all of an agent goes on until the last one has moved', async () => {
  let left = 3;
  await using server = await openStandIn(() => ({ ...MOVED_DEAD, more: (left -= 1) > 0 }));
  const { stdout } = await orqctl(['dead', 'redrive', '--agent', 'a', '--json'], server);
  assert.equal(server.asked.length, 3);
  assert.equal((JSON.parse(stdout) as { moved: object[] }).moved.length, 3);
});

for (const [line, path, body, stdout] of CASES) {
  test(`${line} sends its fields and says the new state`, async () => {
    await using server = await openStandIn(() => MOVED);
    const ran = await orqctl(line.split(' '), server);
    assert.equal(ran.exit, 0);
    assert.match(ran.stdout, stdout);
    assert.equal(server.asked[0]?.path, path);
    assert.deepEqual(server.asked[0]?.body, body);
  });
}

test('dequeue sends durations in milliseconds and prints text, token and the command that acks', async () => {
  await using server = await openStandIn(() => ({ messages: [LEASED] }));
  const { stdout } = await orqctl('dequeue work:1 --max 2 --wait 1s --visibility 30m'.split(' '), server);
  const { requestId, ...fields } = server.asked[0]?.body ?? {};
  assert.equal(typeof requestId, 'string');
  assert.deepEqual(fields, { agent: 'work:1', max: 2, waitMs: 1000, visibilityMs: 1_800_000 });
  assert.match(
    stdout,
    /^message 42 from lead; priority 10; lease token 3, for \dm(\d+s)?; may have been seen before\n/,
  );
  assert.match(stdout, /\nthe build is red\nseen: orqctl ack 42 --lease-token 3\n$/);
});

test('extend sends token and time, and says for how long the lease lives', async () => {
  await using server = await openStandIn(() => EXTENDED);
  const { stdout } = await orqctl('extend 42 --lease-token 3 --visibility 30m'.split(' '), server);
  assert.deepEqual(server.asked[0]?.body, { id: 42, leaseToken: 3, visibilityMs: 1_800_000 });
  assert.match(stdout, /^42 extended for work:1, for \d+m(\d+s)?\n$/);
});

test('MESSAGE_TIMEOUT is how long a lease lives, in seconds, where no flag says it', async () => {
  await using server = await openStandIn(({ path }) => (path === '/v1/extend' ? EXTENDED : { messages: [] }));
  const env = { MESSAGE_TIMEOUT: '90' };
  for (const line of ['dequeue a', 'extend 42', 'dequeue a --visibility 5s'])
    assert.equal((await orqctl(line.split(' '), { ...server, env })).exit, 0);
  assert.deepEqual(
    server.asked.map(({ body }) => body['visibilityMs']),
    [90_000, 90_000, 5_000],
  );
});

test('a MESSAGE_TIMEOUT that is no time is refused before anything is leased', async () => {
  await using server = await openStandIn(() => ({ messages: [] }));
  for (const MESSAGE_TIMEOUT of ['5m', '0', '-1', '86401']) {
    const { exit, stderr } = await orqctl(['dequeue', 'a'], { ...server, env: { MESSAGE_TIMEOUT } });
    assert.equal(exit, 2);
    assert.match(stderr, /MESSAGE_TIMEOUT: .* seconds/);
  }
  assert.deepEqual(server.asked, []);
});

test('dequeue of an empty queue is done, with an empty list', async () => {
  await using server = await openStandIn(() => ({ messages: [] }));
  assert.deepEqual(await orqctl(['dequeue', 'work:1', '--json'], server), {
    exit: 0,
    stdout: '{"messages":[]}\n',
    stderr: '',
  });
});
