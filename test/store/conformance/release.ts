import assert from 'node:assert/strict';
import { test } from 'node:test';
import { send, stateOf, type OpenStore } from './client.ts';

const after = (...waitedFor: number[]) => ({ after: waitedFor.map((id) => ({ id })) });

export function judgeRelease(openStore: OpenStore): void {
  for (const end of ['cancelled', 'dead'] as const)
    test(`a message is let go that waits for one that is ${end}, as soon as nothing else is to come`, async () => {
      await using store = openStore();
      const told: string[] = [];
      store.onUnblocked((agents) => told.push(...agents));
      const [gone, comes] = [await send(store, 'gone', { ttlMs: 10 }), await send(store, 'comes')];
      const second = await send(store, 'second', { ...after(gone, comes), onDependencyFailure: 'wait' });
      await assert.rejects(store.release({ id: second }), {
        code: 'wrong_state',
        message: /waits for messages that may still be delivered/,
      });
      store.clock.move(10);
      if (end === 'cancelled') await store.cancel({ id: gone });
      else await store.promote();
      assert.deepEqual((await store.release({ id: second })).state, 'blocked');
      assert.equal(
        (await store.show(second)).message.waiting?.reason,
        `blocked: after message ${comes} (ready)`,
      );
      await assert.rejects(store.release({ id: second }), { code: 'wrong_state' });
      await store.ack({ id: comes });
      assert.deepEqual([await stateOf(store, second), told], ['ready', ['a']]);
    });

  test('what is let go goes at once where nothing else is to come, in its lane and at its time', async () => {
    await using store = openStore();
    const first = await send(store, 'first');
    const more = { ...after(first), onDependencyFailure: 'wait' } as const;
    const [free, later] = [await send(store, 'x', more), await send(store, 'y', { ...more, delayMs: 1_000 })];
    const before = await send(store, 'before', { scope: 'global', agent: 'b' });
    const inLane = await send(store, 'z', { ...more, scope: 'global' });
    await store.cancel({ id: first });
    for (const [id, state] of [
      [free, 'ready'],
      [later, 'scheduled'],
      [inLane, 'blocked'],
    ] as const)
      assert.deepEqual(await store.release({ id }), { id, agent: 'a', state });
    await store.ack({ id: before });
    assert.equal(await stateOf(store, inLane), 'ready');
  });
}
