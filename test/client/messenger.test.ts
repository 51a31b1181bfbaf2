import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { TmuxMessenger } from '../../client/index.ts';
import { OrqError } from '../../src/protocol/errors.ts';
import { startDaemon } from '../support/daemon.ts';
import { testFolder } from '../support/folder.ts';
import { openStandIn, type Asked } from './stand-in.ts';

const stored = ({ body }: Asked) =>
  (body as unknown as { agent: string }[]).map(({ agent }, index) => ({
    id: index + 1,
    agent,
    state: 'ready',
    created: true,
    agentKnown: true,
  }));

const sentTo = (asked: Asked | undefined) => asked?.body as unknown as Record<string, unknown>[];

test('a message goes out with its options, the sender, the project and a key that the answer names', async () => {
  await using server = await openStandIn(stored);
  await using messenger = new TmuxMessenger({ socket: server.socket, from: 'lead', project: 'shop' });
  const sent = await messenger.sendMessage('work:1', 'hello', { priority: 7, wake: 'later' });
  const [body] = sentTo(server.asked[0]);
  assert.match(sent.idempotencyKey, /^[0-9a-f-]{36}$/);
  const { idempotencyKey } = sent;
  const fields = {
    agent: 'work:1',
    text: 'hello',
    priority: 7,
    wake: 'later',
    from: 'lead',
    project: 'shop',
  };
  assert.deepEqual(body, { ...fields, idempotencyKey });
  assert.deepEqual(sent, {
    id: 1,
    agent: 'work:1',
    state: 'ready',
    created: true,
    agentKnown: true,
    idempotencyKey,
  });
});

test('what a message says itself beats what its messenger says', async () => {
  await using server = await openStandIn(stored);
  await using messenger = new TmuxMessenger({ socket: server.socket, from: 'lead', project: 'shop' });
  await messenger.sendMessage('a', 'x', { from: 'me', project: 'p', idempotencyKey: 'k' });
  const [body] = sentTo(server.asked[0]);
  assert.deepEqual([body?.['from'], body?.['project'], body?.['idempotencyKey']], ['me', 'p', 'k']);
});

test('commands and briefings are critical unless somebody says otherwise', async () => {
  await using server = await openStandIn(stored);
  await using messenger = new TmuxMessenger({ socket: server.socket, from: 'lead' });
  await messenger.sendCommand('a', 'npm test');
  await messenger.sendBriefing('a', 'look after the parser');
  await messenger.sendBriefing('a', 'no hurry', { priority: 0 });
  assert.deepEqual(
    server.asked.flatMap((asked) => sentTo(asked).map(({ text, priority }) => [text, priority])),
    [
      ['Please run: npm test', 50],
      ['look after the parser', 50],
      ['no hurry', 0],
    ],
  );
});

test('messages arrive in the order of the calls, also of calls that nobody awaited', async () => {
  using folder = testFolder();
  await using daemon = await startDaemon({ folder: folder.path });
  await using messenger = new TmuxMessenger({ socket: daemon.socket, from: 'lead' });
  const sent = await Promise.all(
    Array.from({ length: 50 }, (_, index) => messenger.sendMessage('a', String(index))),
  );
  const ids = sent.map((each) => (each.state === 'spooled' ? 0 : each.id));
  assert.deepEqual(
    ids,
    Array.from({ length: 50 }, (_, index) => index + 1),
  );
  const { total, pending, pulled } = await messenger.getQueueStats('a');
  assert.deepEqual({ total, pending, pulled }, { total: 50, pending: 50, pulled: 0 });
});

test('a message that is refused is an error, and does not hold up the next', async () => {
  using folder = testFolder();
  await using daemon = await startDaemon({ folder: folder.path });
  await using messenger = new TmuxMessenger({ socket: daemon.socket, from: 'lead' });
  const refused = messenger.sendMessage('nobody', 'x', { mustExist: true });
  const next = messenger.sendMessage('a', 'y');
  await assert.rejects(refused, { code: 'not_found' });
  assert.equal((await next).state, 'ready');
});

test('an empty batch asks nobody', async () => {
  await using messenger = new TmuxMessenger({ socket: '/nonexistent/orq.sock' });
  assert.deepEqual(await messenger.sendBatch([]), []);
});

test('while no daemon runs messages wait in its spool, say so, and are stored once under their keys', async () => {
  using folder = testFolder();
  const [socket, stateDir] = [join(folder.path, 'orq.sock'), join(folder.path, 'state')];
  await using messenger = new TmuxMessenger({ socket, stateDir, from: 'lead' });
  const sent = await messenger.sendMessage('a', 'first');
  assert.ok(sent.state === 'spooled' && !('id' in sent));
  assert.deepEqual(readdirSync(join(stateDir, 'spool')), [sent.file.split('/').at(-1)]);
  assert.ok(readFileSync(sent.file, 'utf8').includes(sent.idempotencyKey));
  await using _daemon = await startDaemon({ folder: folder.path });
  const again = await messenger.sendMessage('a', 'first', { idempotencyKey: sent.idempotencyKey });
  assert.ok(again.state === 'ready' && !again.created);
  assert.equal((await messenger.sendMessage('a', 'second')).state, 'ready');
  const { total } = await messenger.getQueueStats();
  assert.equal(total, 2);
});

test('nothing is spooled for an agent that must exist, nor where nobody says whose spool', async () => {
  using folder = testFolder();
  const [socket, stateDir] = [join(folder.path, 'orq.sock'), join(folder.path, 'state')];
  const unreachable = (error: unknown) => error instanceof OrqError && error.code === 'unreachable';
  await using known = new TmuxMessenger({ socket, stateDir });
  await assert.rejects(known.sendMessage('a', 'x', { mustExist: true }), unreachable);
  await using unknown = new TmuxMessenger({ socket });
  await assert.rejects(unknown.sendMessage('a', 'x'), unreachable);
  assert.deepEqual(readdirSync(folder.path), []);
});
