import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testFolder } from '../../support/folder.ts';
import { startDaemon } from '../../support/daemon.ts';
import { createClient, type Message } from '../../../client/index.ts';
import { openStandIn } from '../stand-in.ts';
import { orqctl } from './run-orqctl.ts';
import { SHOWN } from './samples.ts';

test('thread shows the whole conversation from any message of it, in order, who to whom', async () => {
  using folder = testFolder();
  await using daemon = await startDaemon({ folder: folder.path });
  await using client = createClient({ socket: daemon.socket });
  const first = await client.enqueue({ agent: 'b', text: 'look at this', from: 'a' });
  const ran = await orqctl(['reply', String(first.id), 'x'.repeat(500), '--from', 'b', '--json'], daemon);
  const reply = JSON.parse(ran.stdout) as { id: number };
  await client.enqueue({ agent: 'c', text: 'elsewhere', from: 'a' });
  const last = await client.enqueue({ agent: 'b', text: 'thanks', from: 'a', replyTo: reply.id });

  const { stdout } = await orqctl(['thread', String(reply.id)], daemon);
  const [, ...lines] = stdout.trim().split('\n');
  assert.deepEqual(
    lines.map((line) => line.split(/\s+/).slice(0, 3)),
    [
      [String(first.id), 'a', 'b'],
      [String(reply.id), 'b', 'a'],
      [String(last.id), 'a', 'b'],
    ],
  );
  assert.match(lines[1] ?? '', / x{200}…$/);

  const whole = await orqctl(['thread', String(last.id), '--json'], daemon);
  const { threadId, messages } = JSON.parse(whole.stdout) as { threadId: string; messages: Message[] };
  assert.equal(threadId, String(first.id));
  assert.deepEqual(
    messages.map(({ id, text }) => [id, text.length]),
    [
      [first.id, 12],
      [reply.id, 500],
      [last.id, 6],
    ],
  );
});

test('thread asks for all pages, and shows a message that stands in no thread alone', async () => {
  const { receipts: _, ...message } = SHOWN;
  const many = Array.from({ length: 45 }, (_each, at) => ({ ...message, id: 45 - at, threadId: 't' }));
  await using server = await openStandIn(({ path }) => {
    if (path === '/v1/messages/7') return { ...SHOWN, id: 7 };
    if (path.startsWith('/v1/messages/')) return { ...SHOWN, threadId: 't' };
    const query = new URL(path, 'http://orq').searchParams;
    const before = Number(query.get('beforeId') ?? Infinity);
    return { messages: many.filter(({ id }) => id < before).slice(0, Number(query.get('limit'))) };
  });
  const all = await orqctl(['thread', '42', '--json'], server);
  assert.deepEqual(
    (JSON.parse(all.stdout) as { messages: Message[] }).messages.map(({ id }) => id),
    Array.from({ length: 45 }, (_each, at) => at + 1),
  );
  const alone = JSON.parse((await orqctl(['thread', '7', '--json'], server)).stdout) as {
    threadId: null;
    messages: Message[];
  };
  assert.deepEqual([alone.threadId, alone.messages.map(({ id }) => id)], [null, [7]]);
});
