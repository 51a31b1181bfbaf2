import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ids, printed, send, startedClient, stateOf, type OpenStore } from './client.ts';

const GLOBAL = { scope: 'global' } as const;

/** Notes whom the store tells that their mail was let go. */
function unblockedBy(store: ReturnType<OpenStore>): string[] {
  const agents: string[] = [];
  store.onUnblocked((more) => agents.push(...more));
  return agents;
}

export function judgeLanes(openStore: OpenStore): void {
  test('a message of a project waits until the earlier one is over, whoever they are for', async () => {
    await using store = openStore();
    const told = unblockedBy(store);
    const scope = { scope: 'project', project: 'p' } as const;
    const first = await send(store, 'first', scope);
    const second = await send(store, 'second', { ...scope, agent: 'b' });
    assert.deepEqual([await stateOf(store, first), await stateOf(store, second)], ['ready', 'blocked']);
    assert.deepEqual(await store.dequeue({ agent: 'b' }), []);
    store.clock.move(1_000);
    await store.ack({ id: first });
    assert.equal(await stateOf(store, second), 'ready');
    assert.deepEqual(told, ['a', 'b']);
    assert.deepEqual(ids(await store.dequeue({ agent: 'b' })), [second]);
    assert.equal((await store.show(second)).message.readyAtMs, store.clock.nowMs());
  });

  for (const over of ['ack', 'cancel'] as const)
    test(`the next in the global order goes when the one before it ends by ${over}`, async () => {
      await using store = openStore();
      const first = await send(store, 'first', GLOBAL);
      const [second, third] = [await send(store, '2', GLOBAL), await send(store, '3', GLOBAL)];
      await store[over]({ id: first });
      assert.deepEqual([await stateOf(store, second), await stateOf(store, third)], ['ready', 'blocked']);
    });

  test('the next goes when the one before it dies', async () => {
    await using store = openStore();
    const told = unblockedBy(store);
    await send(store, 'first', { ...GLOBAL, ttlMs: 10 });
    const second = await send(store, 'second', { ...GLOBAL, agent: 'b' });
    store.clock.move(10);
    await store.promote();
    assert.equal(await stateOf(store, second), 'ready');
    assert.deepEqual(told, ['a', 'b']);
  });

  test('proof lets the next go, within the same event where it is for the same agent', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const first = await send(store, 'first', GLOBAL);
    const second = await send(store, 'second', GLOBAL);
    assert.deepEqual(ids(await printed(store, await client.prompt('p1'))), [first]);
    const batch = await client.batch('p1');
    assert.deepEqual([batch.proved, ids(batch)], [[first], [second]]);
  });

  test('an ack that comes with a dequeue lets go what the dequeue takes', async () => {
    await using store = openStore();
    const first = await send(store, 'first', GLOBAL);
    const second = await send(store, 'second', GLOBAL);
    const [held] = await store.dequeue({ agent: 'a', max: 2 });
    assert.equal(held?.id, first);
    const ack = [{ id: first, leaseToken: held.leaseToken }];
    assert.deepEqual(ids(await store.dequeue({ agent: 'a', ack })), [second]);
  });

  test('a message that comes back holds its place: the next goes on waiting', async () => {
    await using store = openStore();
    const first = await send(store, 'first', GLOBAL);
    const second = await send(store, 'second', { ...GLOBAL, agent: 'b' });
    await store.dequeue({ agent: 'a' });
    await store.requeue({ id: first });
    assert.deepEqual([await stateOf(store, first), await stateOf(store, second)], ['ready', 'blocked']);
  });

  test('a higher priority does not wait for a lower one, and stays before it', async () => {
    await using store = openStore();
    await send(store, 'low', GLOBAL);
    const high = await send(store, 'high', { ...GLOBAL, priority: 50, agent: 'b' });
    const low = await send(store, 'low', { ...GLOBAL, agent: 'c' });
    assert.deepEqual([await stateOf(store, high), await stateOf(store, low)], ['ready', 'blocked']);
    await store.ack({ id: high });
    assert.equal(await stateOf(store, low), 'blocked');
  });

  test('lanes do not wait for each other, nor the mail of an agent for them', async () => {
    await using store = openStore();
    await send(store, 'stuck', { scope: 'project', project: 'p' });
    await send(store, 'stuck', { scope: 'project', project: 'p' });
    const others = [
      await send(store, 'of another project', { scope: 'project', project: 'q' }),
      await send(store, 'of all', GLOBAL),
      await send(store, 'of the project, in the order of its agent', { project: 'p' }),
    ];
    for (const id of others) assert.equal(await stateOf(store, id), 'ready');
  });

  test('a scheduled message holds no lane, and takes its place at its time', async () => {
    await using store = openStore();
    const later = await send(store, 'later', { ...GLOBAL, delayMs: 1_000 });
    const now = await send(store, 'now', { ...GLOBAL, agent: 'b' });
    assert.equal(await stateOf(store, now), 'ready');
    const last = await send(store, 'last', { ...GLOBAL, agent: 'c', delayMs: 500 });
    store.clock.move(500);
    assert.deepEqual(await store.promote(), []);
    assert.equal(await stateOf(store, last), 'blocked', 'behind what was ready before it');
    store.clock.move(500);
    const told = unblockedBy(store);
    await store.promote();
    assert.deepEqual([await stateOf(store, later), told], ['ready', ['a']]);
    await store.ack({ id: now });
    assert.equal(await stateOf(store, last), 'blocked', 'behind the one that is earlier');
    await store.ack({ id: later });
    assert.equal(await stateOf(store, last), 'ready');
  });

  test('a message that is kept back leaves its lane meanwhile', async () => {
    await using store = openStore();
    const first = await send(store, 'first', GLOBAL);
    const second = await send(store, 'second', { ...GLOBAL, agent: 'b' });
    await store.dequeue({ agent: 'a' });
    await store.requeue({ id: first, delayMs: 5_000 });
    assert.equal(await stateOf(store, second), 'ready');
  });

  test('a blocked message says behind which it stands, in show and in list', async () => {
    await using store = openStore();
    const scope = { scope: 'project', project: 'p' } as const;
    const low = await send(store, 'low', scope);
    const high = await send(store, 'high', { ...scope, priority: 9 });
    const last = await send(store, 'last', scope);
    const { message } = await store.show(last);
    assert.deepEqual(message.waiting, {
      reason: `blocked: behind messages ${high}, ${low} in the order of project p`,
      sinceMs: message.enqueuedAtMs,
      nextTryMs: null,
    });
    const listed = await store.list({ state: 'blocked' });
    assert.deepEqual(
      listed.map(({ id, scope: of, waiting }) => [id, of, waiting?.reason]),
      [[last, 'project', message.waiting?.reason]],
    );
  });

  test('the order of a project needs a project', async () => {
    await using store = openStore();
    await assert.rejects(send(store, 'x', { scope: 'project' }), { code: 'bad_request' });
  });

  test('a batch stands in its lane in the order of its positions', async () => {
    await using store = openStore();
    const batch = ['a', 'b', 'c'].map((agent) => ({ agent, text: 'x', ...GLOBAL }));
    const stored = await store.enqueue(batch);
    assert.deepEqual(
      stored.map(({ state }) => state),
      ['ready', 'blocked', 'blocked'],
    );
  });

  test('a redriven message stands in its lane again', async () => {
    await using store = openStore();
    const first = await send(store, 'first', GLOBAL);
    const second = await send(store, 'second', { ...GLOBAL, agent: 'b', ttlMs: 10 });
    const third = await send(store, 'third', { ...GLOBAL, agent: 'c' });
    store.clock.move(10);
    await store.promote();
    assert.equal(await stateOf(store, second), 'dead');
    const { moved } = await store.deadRedrive({ ids: [second] });
    assert.deepEqual(moved, [{ id: second, agent: 'b', state: 'blocked' }]);
    await store.ack({ id: first });
    assert.deepEqual([await stateOf(store, second), await stateOf(store, third)], ['ready', 'blocked']);
  });
}
