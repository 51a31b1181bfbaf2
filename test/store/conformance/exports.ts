import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExportedMessage } from '../../../src/protocol/export-schemas.ts';
import type { QueueStore } from '../../../src/queue/store.ts';
import { printed, send, startedClient, type OpenStore } from './client.ts';

async function exported(store: QueueStore, more: object = {}): Promise<ExportedMessage[]> {
  const messages: ExportedMessage[] = [];
  let page = await store.exportPage(more);
  const { untilId } = page;
  messages.push(...page.messages);
  while (page.nextAfterId !== null) {
    page = await store.exportPage({ ...more, untilId, afterId: page.nextAfterId });
    messages.push(...page.messages);
  }
  return messages;
}

const texts = (messages: readonly ExportedMessage[]) => messages.map(({ text }) => text);

export function judgeExports(openStore: OpenStore): void {
  test('an export of what is undelivered has each state that waits, in the order of the ids, and nothing that is over', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    await send(store, 'seen');
    await printed(store, await client.prompt('p1'));
    const held = await send(store, 'held');
    await printed(store, await client.batch('p1'));
    await send(store, 'blocked', { after: [{ id: held }], priority: 90 });
    await send(store, 'later', { delayMs: 60_000 });
    await store.cancel({ id: await send(store, 'cancelled') });
    await send(store, 'ready', { priority: 5 });
    const undelivered = await exported(store, { undelivered: true });
    assert.deepEqual(
      undelivered.map(({ text, state }) => [text, state]),
      [
        ['held', 'leased'],
        ['blocked', 'blocked'],
        ['later', 'scheduled'],
        ['ready', 'ready'],
      ],
    );
    assert.deepEqual(undelivered[1]?.after, [held]);
    assert.deepEqual(texts(await exported(store)), [
      'seen',
      'held',
      'blocked',
      'later',
      'cancelled',
      'ready',
    ]);
  });

  test('an exported message has all that its sender said, and its key', async () => {
    await using store = openStore();
    const fields = {
      priority: 12,
      from: 'lead',
      project: 'p',
      scope: 'project',
      threadId: 't',
      wake: 'later',
    } as const;
    const atMs = store.clock.nowMs() + 60_000;
    await send(store, 'x', { ...fields, atMs, ttlMs: 5_000, idempotencyKey: 'k' });
    const [message] = await exported(store);
    const { key, ...rest } = message ?? assert.fail();
    const { state, namesTime, readyAtMs, expiresAtMs, attempts } = rest;
    assert.deepEqual(
      { state, namesTime, readyAtMs, expiresAtMs, attempts },
      { state: 'scheduled', namesTime: true, readyAtMs: atMs, expiresAtMs: atMs + 5_000, attempts: 0 },
    );
    assert.deepEqual({ ...rest, ...fields }, rest);
    assert.deepEqual([key?.address, key?.key, key?.atMs], ['a', 'k', store.clock.nowMs()]);
  });

  test('the key of a message to a project stands for all that it brought', async () => {
    await using store = openStore();
    for (const agent of ['a', 'b'])
      await store.admit({
        marked: null,
        given: agent,
        proposed: agent,
        pane: { socket: '/s', serverStart: 1, pane: `%${agent}`, addresses: [], project: 'shop' },
        mayCreate: true,
      });
    await store.enqueue([{ agent: '@shop', text: 'x', idempotencyKey: 'k' }]);
    const messages = await exported(store);
    assert.deepEqual(
      messages.map(({ key }) => key?.members),
      [messages.map(({ id }) => id), undefined],
    );
  });

  test('a page ends where it is long enough, and what comes after its first page stays out', async () => {
    await using store = openStore();
    for (const text of ['1', '2', '3']) await send(store, text);
    const first = await store.exportPage({ limit: 2, undelivered: true });
    assert.deepEqual([texts(first.messages), first.nextAfterId], [['1', '2'], first.messages[1]?.id]);
    await send(store, '4');
    const { untilId, nextAfterId, origin } = first;
    const second = await store.exportPage({
      limit: 2,
      undelivered: true,
      untilId,
      afterId: nextAfterId ?? 0,
    });
    assert.deepEqual([texts(second.messages), second.nextAfterId, second.origin], [['3'], null, origin]);
    const long = 'x'.repeat(1024 * 1024);
    for (let count = 0; count < 6; count += 1) await send(store, long);
    assert.ok((await store.exportPage({ afterId: untilId })).messages.length < 7);
    assert.equal((await exported(store)).length, 10);
  });

  test('the name of a database is its own', async () => {
    await using store = openStore();
    await using other = openStore();
    const [one, two] = [await store.exportPage({}), await other.exportPage({})];
    assert.notEqual(one.origin, two.origin);
    assert.deepEqual(one.messages, []);
  });
}
