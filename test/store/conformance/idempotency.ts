import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admit, send, type OpenStore } from './client.ts';

export function judgeIdempotency(openStore: OpenStore): void {
  const sent = { agent: 'a', text: 'x', priority: 3, idempotencyKey: 'k' };

  test('the same key gives the same message, created once', async () => {
    await using store = openStore();
    const [first] = await store.enqueue([sent]);
    store.clock.move(60_000);
    const [again] = await store.enqueue([{ ...sent }]);
    assert.equal(again?.id, first?.id);
    assert.deepEqual([first?.created, again?.created], [true, false]);
    assert.equal((await store.counts()).ready, 1);
  });

  test('the same key twice in one batch stores one message', async () => {
    await using store = openStore();
    const [first, second] = await store.enqueue([sent, sent]);
    assert.equal(first?.id, second?.id);
    assert.equal((await store.counts()).ready, 1);
  });

  test('requests that come at the same time store one message', async () => {
    await using store = openStore();
    const answers = await Promise.all(Array.from({ length: 20 }, () => store.enqueue([sent])));
    assert.equal(new Set(answers.map(([answer]) => answer?.id)).size, 1);
    assert.equal(answers.filter(([answer]) => answer?.created).length, 1);
  });

  for (const changed of [{ text: 'y' }, { priority: 4 }, { delayMs: 5 }, { from: 'b' }])
    test(`the same key with another body is refused: ${Object.keys(changed).join()}`, async () => {
      await using store = openStore();
      await store.enqueue([sent]);
      await assert.rejects(store.enqueue([{ ...sent, ...changed }]), { code: 'key_conflict' });
      assert.equal((await store.counts()).ready, 1);
    });

  test('the order of fields and the command that sent it do not make another body', async () => {
    await using store = openStore();
    await store.enqueue([sent]);
    const [again] = await store.enqueue([
      { idempotencyKey: 'k', priority: 3, text: 'x', agent: 'a', caller: { sessionId: 's9' } },
    ]);
    assert.equal(again?.created, false);
  });

  test('a key is unique per address as it was sent', async () => {
    await using store = openStore();
    const first = await send(store, 'x', { idempotencyKey: 'k' });
    const other = await send(store, 'x', { idempotencyKey: 'k', agent: 'b' });
    assert.notEqual(first, other);
  });

  test('a key answers with what the message is now, after it was adopted and delivered', async () => {
    await using store = openStore();
    const pane = { socket: '/tmp/s', serverStart: 1, pane: '%1', addresses: ['w:0', '%1'] };
    const [first] = await store.enqueue([{ ...sent, agent: 'w:0' }]);
    await admit(store, 'b');
    await store.admit({ marked: null, given: 'b', proposed: 'b', pane, mayCreate: true });
    await store.ack({ id: first?.id ?? 0 });
    const [again] = await store.enqueue([{ ...sent, agent: 'w:0' }]);
    assert.deepEqual(again, {
      id: first?.id,
      agent: 'b',
      state: 'delivered',
      created: false,
      agentKnown: true,
    });
  });
}
