import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ids, send, stateOf, type OpenStore } from './client.ts';

export function judgeFailure(openStore: OpenStore): void {
  test('a failed message waits out its back-off, which grows with each failure', async () => {
    await using store = openStore();
    const id = await send(store, 'x');
    for (const waitMs of [1_000, 4_000, 16_000, 64_000]) {
      await store.dequeue({ agent: 'a' });
      await store.requeue({ id, error: 'no network' });
      store.clock.move(waitMs - 1);
      assert.deepEqual(await store.promote(), []);
      assert.equal(await stateOf(store, id), 'scheduled');
      store.clock.move(1);
      assert.deepEqual(await store.promote(), ['a']);
    }
  });

  test('a longer delay that the holder asked for holds, a shorter one does not shorten the back-off', async () => {
    await using store = openStore();
    for (const [delayMs, waitsMs] of [
      [60_000, 60_000],
      [10, 1_000],
    ] as const) {
      const id = await send(store, 'x');
      await store.dequeue({ agent: 'a' });
      await store.requeue({ id, delayMs, error: 'no network' });
      assert.equal((await store.show(id)).message.readyAtMs, store.clock.nowMs() + waitsMs);
      await store.cancel({ id });
    }
  });

  test('a failed message keeps its place: once ready it comes before those that were sent after it', async () => {
    await using store = openStore();
    const failed = await send(store, 'first');
    await store.dequeue({ agent: 'a' });
    await store.requeue({ id: failed, error: 'no network' });
    const later = await send(store, 'second');
    const urgent = await send(store, 'third', { priority: 1 });
    store.clock.move(1_000);
    await store.promote();
    assert.deepEqual(ids(await store.dequeue({ agent: 'a', max: 3 })), [urgent, failed, later]);
  });
}
