import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '../../../client/index.ts';
import { startDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';
import { openStandIn } from '../stand-in.ts';
import { orqctl } from './run-orqctl.ts';
import { ENQUEUED } from './samples.ts';

test('answers the sender; the daemon knows who that is, and the thread', async () => {
  await using server = await openStandIn(() => ({ ...ENQUEUED, id: 43 }));
  const { stdout } = await orqctl(['reply', '42', 'merged', '--from', 'work:1', '--key', 'k'], server);
  assert.match(stdout, /^43 queued for work:1/);
  assert.deepEqual(
    server.asked.map(({ path, body }) => ({ path, body })),
    [
      {
        path: '/v1/messages',
        body: { text: 'merged', from: 'work:1', idempotencyKey: 'k', replyTo: 42 },
      },
    ],
  );
});

test('takes the text from standard input', async () => {
  await using server = await openStandIn(() => ENQUEUED);
  await orqctl(['reply', '42', '-'], { ...server, stdin: 'merged\n' });
  assert.equal(server.asked[0]?.body['text'], 'merged');
});

test('a reply to a message without a sender, or from nobody who could read it, names done instead', async () => {
  using folder = testFolder();
  await using daemon = await startDaemon({ folder: folder.path });
  await using client = createClient({ socket: daemon.socket });
  for (const [from, fact] of [
    [{}, 'has no sender'],
    [{ from: '@shop' }, 'is from "@shop", which is no agent'],
  ] as const) {
    const { id } = await client.enqueue({ agent: 'a', text: 'x', ...from });
    const { exit, stdout, stderr } = await orqctl(['reply', String(id), 'merged', '--from', 'a'], daemon);
    assert.deepEqual({ exit, stdout }, { exit: 4, stdout: '' });
    assert.equal(
      stderr,
      `orqctl: message ${id}: ${fact}, so nobody would get a reply\ntry: orqctl done ${id}, or orqctl send AGENT TEXT to somebody else\n`,
    );
    assert.equal((await client.show({ id })).state, 'ready');
  }
  assert.equal((await client.counts({})).ready, 2);
});
