import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestStore } from '../../support/store.ts';
import { printed, send, startedClient } from '../conformance/client.ts';

test('a receipt tells how long it took, once and after the commit', async () => {
  const told: [string, number][] = [];
  await using store = openTestStore({ inMemory: true, onReceipt: (kind, ms) => told.push([kind, ms]) });
  const client = await startedClient(store);
  await send(store, 'x');
  store.clock.move(300);
  await printed(store, await client.prompt('p'));
  store.clock.move(200);
  await client.batch('p');
  await client.stop('p');
  assert.deepEqual(told, [
    ['injected', 300],
    ['seen', 500],
  ]);
  const id = await send(store, 'y');
  store.clock.move(50);
  await store.ack({ id });
  await store.ack({ id });
  assert.deepEqual(told.slice(2), [['seen', 50]]);
  await send(store, 'z');
  const [leased] = await store.dequeue({ agent: 'a' });
  store.clock.move(70);
  await store.dequeue({ agent: 'a', ack: [{ id: leased?.id ?? 0, leaseToken: leased?.leaseToken ?? 0 }] });
  assert.deepEqual(told.slice(3), [['seen', 70]]);
});

test('a message that waited while the clock was set tells no time', async () => {
  const told: number[] = [];
  await using store = openTestStore({ inMemory: true, onReceipt: (_, ms) => told.push(ms) });
  const id = await send(store, 'x');
  store.clock.step(3_600_000);
  await store.promote();
  await store.ack({ id });
  assert.deepEqual(told, []);
  const next = await send(store, 'y');
  await store.ack({ id: next });
  assert.deepEqual(told, [0]);
});
