import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printed, send, startedClient, stateOf, type OpenStore } from './client.ts';

export function judgeExtend(openStore: OpenStore): void {
  test('keeps a message with its consumer past the first timeout, until the new one', async () => {
    await using store = openStore();
    const id = await send(store, 'x');
    const [leased] = await store.dequeue({ agent: 'a', visibilityMs: 5_000 });
    const leaseToken = leased?.leaseToken ?? 0;
    store.clock.move(4_000);
    const leaseUntilMs = store.clock.nowMs() + 10_000;
    assert.deepEqual(await store.extend({ id, leaseToken, visibilityMs: 10_000 }), {
      id,
      agent: 'a',
      state: 'leased',
      leaseToken,
      leaseUntilMs,
    });
    store.clock.move(9_999);
    await store.promote();
    assert.deepEqual([await stateOf(store, id), (await store.show(id)).message.failures], ['leased', 0]);
    store.clock.move(1);
    await store.promote();
    assert.deepEqual([await stateOf(store, id), (await store.show(id)).message.failures], ['scheduled', 1]);
    await assert.rejects(store.extend({ id, leaseToken }), { code: 'lease_lost' });
  });

  test('never makes a lease shorter, also where the clock has stepped back', async () => {
    await using store = openStore();
    const id = await send(store, 'x');
    const [leased] = await store.dequeue({ agent: 'a', visibilityMs: 60_000 });
    const shorter = await store.extend({ id, visibilityMs: 1_000 });
    assert.equal(shorter.leaseUntilMs, leased?.leaseUntilMs);
    store.clock.step(-3_600_000);
    const after = await store.extend({ id, visibilityMs: 1_000 });
    assert.equal(after.leaseUntilMs, (leased?.leaseUntilMs ?? 0) - 3_600_000, 'as long as before');
  });

  test('holds a lease that is overdue while no sweep has ended it', async () => {
    await using store = openStore();
    const id = await send(store, 'x');
    const [leased] = await store.dequeue({ agent: 'a', visibilityMs: 1_000 });
    store.clock.move(2_000);
    await store.extend({ id, leaseToken: leased?.leaseToken ?? 0 });
    await store.promote();
    assert.equal(await stateOf(store, id), 'leased');
  });

  test('by an operator needs no token and leaves the holder its own', async () => {
    await using store = openStore();
    const id = await send(store, 'x');
    const [leased] = await store.dequeue({ agent: 'a' });
    await store.extend({ id, visibilityMs: 3_600_000 });
    assert.equal((await store.ack({ id, leaseToken: leased?.leaseToken ?? 0 })).state, 'delivered');
  });

  test('is refused for what nobody holds, and for a session, whose lease has no timeout', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'x');
    await assert.rejects(store.extend({ id }), { code: 'wrong_state' });
    await printed(store, await client.prompt('p1'));
    await assert.rejects(store.extend({ id }), { code: 'wrong_state' });
    await assert.rejects(store.extend({ id: 4711 }), { code: 'not_found' });
    assert.deepEqual((await client.batch('p1')).proved, [id]);
  });
}
