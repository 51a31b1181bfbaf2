import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStandIn } from '../stand-in.ts';
import { orqctl } from './run-orqctl.ts';
import { ENQUEUED, SHOWN } from './samples.ts';

test('answers the sender; the daemon knows the thread', async () => {
  await using server = await openStandIn(({ method }) =>
    method === 'GET' ? SHOWN : { ...ENQUEUED, id: 43 },
  );
  const { stdout } = await orqctl(['reply', '42', 'merged', '--from', 'work:1', '--key', 'k'], server);
  assert.match(stdout, /^43 queued for work:1/);
  assert.equal(server.asked[0]?.path, '/v1/messages/42');
  assert.deepEqual(server.asked[1]?.body, {
    agent: 'lead',
    text: 'merged',
    from: 'work:1',
    idempotencyKey: 'k',
    replyTo: 42,
  });
});

test('takes the text from standard input', async () => {
  await using server = await openStandIn(({ method }) => (method === 'GET' ? SHOWN : ENQUEUED));
  await orqctl(['reply', '42', '-'], { ...server, stdin: 'merged\n' });
  assert.equal(server.asked[1]?.body['text'], 'merged');
});

test('refuses a message without a sender and sends nothing', async () => {
  await using server = await openStandIn(() => ({ ...SHOWN, from: null }));
  const { exit, stdout, stderr } = await orqctl(['reply', '42', 'merged'], server);
  assert.deepEqual({ exit, stdout }, { exit: 4, stdout: '' });
  assert.match(stderr, /^orqctl: message 42 has no sender\n/);
  assert.equal(server.asked.length, 1);
});
