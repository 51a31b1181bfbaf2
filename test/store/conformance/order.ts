import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ids, send, startedClient, type OpenStore } from './client.ts';

export function judgeOrder(openStore: OpenStore): void {
  test('hands out by priority, then sequence, of its own agent only', async () => {
    await using store = openStore();
    const low = await send(store, 'low', { priority: -5 });
    const first = await send(store, 'first');
    await send(store, 'of another', { agent: 'b', priority: 99 });
    const second = await send(store, 'second');
    const high = await send(store, 'high', { priority: 50 });
    assert.deepEqual(ids(await store.dequeue({ agent: 'a', max: 10 })), [high, first, second, low]);
    const other = await store.dequeue({ agent: 'b', max: 10 });
    assert.equal(other.length, 1);
  });

  test('answers of one group keep the order in which they were asked', async () => {
    await using store = openStore();
    const sent = await Promise.all(Array.from({ length: 50 }, (_, index) => send(store, `m${index}`)));
    assert.deepEqual(
      sent,
      sent.toSorted((a, b) => a - b),
    );
    const got = await store.dequeue({ agent: 'a', max: 50 });
    assert.deepEqual(
      got.map(({ text }) => text),
      Array.from({ length: 50 }, (_, index) => `m${index}`),
    );
  });

  test('a message that was given back keeps its place', async () => {
    await using store = openStore();
    const first = await send(store, 'first');
    const second = await send(store, 'second');
    const [leased] = await store.dequeue({ agent: 'a' });
    assert.equal(leased?.id, first);
    store.clock.move(1000);
    await store.requeue({ id: first, leaseToken: leased?.leaseToken ?? 0 });
    const again = await store.dequeue({ agent: 'a', max: 2 });
    assert.deepEqual(ids(again), [first, second]);
    assert.deepEqual(
      again.map(({ mayHaveBeenSeen }) => mayHaveBeenSeen),
      [true, false],
    );
  });

  test('nothing overtakes a message that does not fit: it comes alone, then the rest', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const short = await send(store, 'short');
    const long = await send(store, 'x'.repeat(8_250));
    const last = await send(store, 'last');
    const first = await client.prompt('p1');
    assert.deepEqual(ids(first), [short]);
    const second = await client.batch('p1');
    assert.deepEqual(ids(second), [long, last].slice(0, second.messages.length));
    assert.equal(second.messages[0]?.id, long);
  });

  test('a message of higher priority goes before one that was to be given again', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const early = await send(store, 'early');
    await client.prompt('p1');
    const urgent = await send(store, 'urgent', { priority: 60 });
    assert.deepEqual(ids(await client.prompt('p2')), [urgent, early]);
  });
}
