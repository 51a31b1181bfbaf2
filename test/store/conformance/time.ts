import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ids, printed, send, startedClient, stateOf, type OpenStore } from './client.ts';

const DAY_MS = 86_400_000;

export function judgeTime(openStore: OpenStore): void {
  test('a delayed message becomes ready at its time, not before, and tells whose it is', async () => {
    await using store = openStore();
    const id = await send(store, 'x', { delayMs: 5_000 });
    store.clock.move(4_999);
    assert.deepEqual(await store.promote(), []);
    assert.deepEqual(await store.dequeue({ agent: 'a' }), []);
    store.clock.move(1);
    assert.deepEqual(await store.promote(), ['a']);
    assert.deepEqual(ids(await store.dequeue({ agent: 'a' })), [id]);
  });

  test('a message for a time becomes ready at that time; a time that is past is now', async () => {
    await using store = openStore();
    const nowMs = store.clock.nowMs();
    const later = await send(store, 'later', { atMs: nowMs + 1_000 });
    const past = await send(store, 'past', { atMs: nowMs - 1_000 });
    assert.deepEqual([await stateOf(store, later), await stateOf(store, past)], ['scheduled', 'ready']);
    assert.equal((await store.show(later)).message.readyAtMs, nowMs + 1_000);
  });

  test('time to live counts from when the message may be handed out; past it the message is dead, expired', async () => {
    await using store = openStore();
    const id = await send(store, 'x', { delayMs: 1_000, ttlMs: 500 });
    store.clock.move(1_000);
    await store.promote();
    assert.equal(await stateOf(store, id), 'ready');
    store.clock.move(500);
    assert.deepEqual(await store.dequeue({ agent: 'a' }), [], 'not handed out, swept or not');
    assert.deepEqual(await store.promote(), []);
    const { message } = await store.show(id);
    assert.deepEqual([message.state, message.reason], ['dead', 'expired']);
  });

  test('time to live does not run out on a message that is held', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'x', { ttlMs: 500 });
    await printed(store, await client.prompt('p1'));
    store.clock.move(DAY_MS);
    await store.promote();
    assert.deepEqual((await client.stop('p1')).proved, [id]);
  });

  test('a lease of a session does not run out, however long its tool runs', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'x');
    await printed(store, await client.prompt('p1'));
    store.clock.move(30 * DAY_MS);
    assert.deepEqual(await store.promote(), []);
    assert.deepEqual((await client.batch('p1')).proved, [id]);
  });

  test('a clock that steps back a day neither hands out twice nor loses', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'x');
    const given = await client.prompt('p1');
    store.clock.step(-DAY_MS);
    await store.promote();
    await printed(store, given);
    const later = await send(store, 'y');
    const next = await client.batch('p1');
    assert.deepEqual([next.proved, ids(next)], [[id], [later]]);
  });

  test('a sweep that finds much moves all of it in the end', async () => {
    await using store = openStore();
    await store.enqueue(Array.from({ length: 1_200 }, () => ({ agent: 'a', text: 'x', delayMs: 10 })));
    store.clock.move(10);
    let sweeps = 0;
    while ((await store.promote()).length > 0) sweeps += 1;
    assert.ok(sweeps > 0 && sweeps < 10);
    assert.equal((await store.counts('a')).ready, 1_200);
  });
}
