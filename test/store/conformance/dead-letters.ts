import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QueueStore } from '../../../src/queue/store.ts';
import { admit, ids, send, stateOf, type ConformanceStore, type OpenStore } from './client.ts';

/** A message of `agent` whose failures are spent. */
async function failed(store: ConformanceStore, agent = 'a', more: object = {}): Promise<number> {
  const id = await send(store, 'x', { agent, ...more });
  for (let failure = 1; failure <= 5; failure += 1) {
    const [leased] = await store.dequeue({ agent });
    assert.equal(leased?.id, id);
    await store.requeue({ id, error: 'no network' });
    store.clock.move(64_000);
    await store.promote();
  }
  assert.equal(await stateOf(store, id), 'dead');
  return id;
}

async function expired(store: ConformanceStore, agent = 'a'): Promise<number> {
  const id = await send(store, 'x', { agent, ttlMs: 1 });
  store.clock.move(1);
  await store.promote();
  assert.equal(await stateOf(store, id), 'dead');
  return id;
}

const movedBy = ({ moved }: Awaited<ReturnType<QueueStore['deadRedrive']>>): number[] => ids(moved);

export function judgeDeadLetters(openStore: OpenStore): void {
  test('are listed newest first, by agent and by how their reason begins', async () => {
    await using store = openStore();
    const first = await failed(store);
    const second = await expired(store);
    const other = await expired(store, 'b');
    await send(store, 'alive');
    assert.deepEqual(ids(await store.deadList({})), [other, second, first]);
    assert.deepEqual(ids(await store.deadList({ agent: 'a' })), [second, first]);
    assert.deepEqual(ids(await store.deadList({ reason: 'expired' })), [other, second]);
    assert.deepEqual(ids(await store.deadList({ reason: 'failures', agent: 'b' })), []);
    assert.deepEqual(ids(await store.deadList({ limit: 1, beforeId: other })), [second]);
    const reasons = (await store.deadList({ agent: 'a' })).map(({ reason }) => reason);
    assert.deepEqual(reasons, ['expired', 'failures spent: no network']);
  });

  test('redriven by id are ready in their old place, and their failures start anew', async () => {
    await using store = openStore();
    const id = await failed(store);
    const later = await send(store, 'later');
    assert.deepEqual(await store.deadRedrive({ ids: [id] }), {
      moved: [{ id, agent: 'a', state: 'ready' }],
      more: false,
    });
    const { message } = await store.show(id);
    assert.deepEqual([message.failures, message.reason, message.endedAtMs], [0, null, null]);
    assert.deepEqual(ids(await store.dequeue({ agent: 'a', max: 2 })), [id, later]);
    await store.requeue({ id, error: 'no network' });
    assert.equal(await stateOf(store, id), 'scheduled');
  });

  test('that expired do so no more once they are redriven', async () => {
    await using store = openStore();
    const id = await expired(store);
    await store.deadRedrive({ ids: [id] });
    store.clock.move(86_400_000);
    await store.promote();
    assert.deepEqual(ids(await store.dequeue({ agent: 'a' })), [id]);
  });

  test('keep old lease tokens stale when they come back', async () => {
    await using store = openStore();
    const id = await failed(store);
    const { message } = await store.show(id);
    await store.deadRedrive({ ids: [id] });
    const [leased] = await store.dequeue({ agent: 'a' });
    assert.ok((leased?.leaseToken ?? 0) > message.attempts);
    for (let stale = 1; stale < (leased?.leaseToken ?? 0); stale += 1)
      await assert.rejects(store.ack({ id, leaseToken: stale }), { code: 'lease_lost' });
  });

  test('are redriven all of an agent, all of a reason, or all of both', async () => {
    await using store = openStore();
    const spent = await failed(store);
    const late = await expired(store);
    const other = await expired(store, 'b');
    assert.deepEqual(movedBy(await store.deadRedrive({ agent: 'a', reason: 'expired' })), [late]);
    assert.deepEqual(movedBy(await store.deadRedrive({ agent: 'a' })), [spent]);
    assert.deepEqual(movedBy(await store.deadRedrive({ reason: 'expired' })), [other]);
    assert.deepEqual(movedBy(await store.deadRedrive({ reason: 'expired' })), []);
  });

  test('are moved so many at a time, and the answer says when there are more', async () => {
    await using store = openStore();
    for (let batch = 0; batch < 2; batch += 1)
      await store.enqueue(Array.from({ length: 501 }, () => ({ agent: 'a', text: 'x', ttlMs: 1 })));
    store.clock.move(1);
    for (let sweep = 0; sweep < 3; sweep += 1) await store.promote();
    const some = await store.deadDrop({ agent: 'a' });
    assert.deepEqual([some.moved.length, some.more], [1_000, true]);
    const rest = await store.deadDrop({ agent: 'a' });
    assert.deepEqual([rest.moved.length, rest.more], [2, false]);
    assert.deepEqual([(await store.counts('a')).dead, (await store.counts('a')).cancelled], [0, 1_002]);
  });

  test('dropped are cancelled for good and keep the reason of their death', async () => {
    await using store = openStore();
    const id = await failed(store);
    assert.deepEqual(movedBy(await store.deadDrop({ ids: [id] })), [id]);
    const { message } = await store.show(id);
    assert.deepEqual([message.state, message.reason], ['cancelled', 'failures spent: no network']);
    await assert.rejects(store.deadRedrive({ ids: [id] }), { code: 'wrong_state' });
    assert.deepEqual(await store.deadList({}), []);
  });

  test('named by ids are moved all or none', async () => {
    await using store = openStore();
    const id = await failed(store);
    const alive = await send(store, 'alive');
    await assert.rejects(store.deadRedrive({ ids: [id, alive] }), { code: 'wrong_state' });
    await assert.rejects(store.deadDrop({ ids: [id, 4711] }), { code: 'not_found' });
    assert.equal(await stateOf(store, id), 'dead');
  });

  test('are never moved by a request that names none, or names them twice', async () => {
    await using store = openStore();
    const id = await failed(store);
    await admit(store);
    await assert.rejects(store.deadDrop({}), { code: 'bad_request' });
    await assert.rejects(store.deadRedrive({ ids: [id], agent: 'a' }), { code: 'bad_request' });
    assert.equal(await stateOf(store, id), 'dead');
  });
}
