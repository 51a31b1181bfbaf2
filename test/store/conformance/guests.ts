import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOOK_EVENTS } from '../../../src/protocol/agent.ts';
import { clientOf, ids, printed, processOf, send, startedClient, stateOf, type OpenStore } from './client.ts';

export function judgeGuests(openStore: OpenStore): void {
  const inside = { sessionId: 'print', process: processOf(200), mayBind: false };

  test('a guest gets nothing, proves nothing and does not disturb the session that is bound', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const injected = await send(store, 'injected');
    await printed(store, await client.prompt('p1'));
    const waiting = await send(store, 'waiting');
    const before = await store.boundTo('a');
    store.clock.move(1_000);
    const guest = clientOf(store, inside);
    for (const event of HOOK_EVENTS) {
      const { session, messages, proved, returnedTo } = await guest.event(event, 'p1');
      assert.deepEqual([messages, proved, returnedTo], [[], [], []], event);
      assert.equal(session?.standing === 'bound', false, event);
    }
    assert.deepEqual(await store.boundTo('a'), before);
    assert.deepEqual([await stateOf(store, injected), await stateOf(store, waiting)], ['leased', 'ready']);
    const next = await client.batch('p1');
    assert.deepEqual([next.proved, ids(next)], [[injected], [waiting]]);
  });

  test('a guest is shown, and is no sign of life of the agent', async () => {
    await using store = openStore();
    await startedClient(store);
    const lastSeenMs = store.clock.nowMs();
    store.clock.move(1_000);
    const guest = clientOf(store, inside);
    await guest.start();
    await guest.prompt('g1');
    const [agent] = await store.agents();
    assert.deepEqual([agent?.guests, agent?.lastSeenMs], [1, lastSeenMs]);
    await guest.end();
    assert.equal((await store.agents())[0]?.guests, 0);
  });

  test('a client that may not bind stays a guest, also where nobody else lives', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    await client.end();
    const id = await send(store, 'hello');
    const guest = clientOf(store, inside);
    await guest.start();
    assert.deepEqual([(await guest.prompt('g1')).messages, await store.boundTo('a')], [[], null]);
    assert.equal(await stateOf(store, id), 'ready');
  });

  test('a second human who goes on when the first has left takes the agent over at the next prompt', async () => {
    await using store = openStore();
    const first = await startedClient(store);
    const second = clientOf(store, { sessionId: 's2', process: processOf(200) });
    assert.equal((await second.start()).session?.standing, 'guest');
    await first.end();
    const id = await send(store, 'hello');
    const prompt = await second.prompt('q1');
    assert.deepEqual([prompt.session?.standing, ids(prompt)], ['bound', [id]]);
  });

  test('a guest takes over from a session whose process is gone, which is charged as dead', async () => {
    await using store = openStore();
    const first = await startedClient(store);
    await send(store, 'proven');
    await printed(store, await first.prompt('p1'));
    const id = await send(store, 'held');
    await printed(store, await first.batch('p1'));
    const bound = await store.boundTo('a');
    const second = clientOf(store, { sessionId: 's2', process: processOf(200) });
    await second.start();
    assert.deepEqual(ids(await second.prompt('q1')), []);
    const taken = await second.prompt('q2', { goneSession: bound?.key ?? 0 });
    assert.deepEqual([taken.session?.standing, ids(taken)], ['bound', []]);
    assert.equal((await store.show(id)).message.failures, 1);
    store.clock.move(1_000);
    await store.promote();
    assert.deepEqual(ids(await second.batch('q2')), [id]);
  });

  test('a guest that ends leaves the bound session alone', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const guest = clientOf(store, inside);
    await guest.start();
    await guest.end();
    assert.equal((await store.boundTo('a'))?.sessionId, 's1');
    assert.equal((await client.prompt('p1')).session?.standing, 'bound');
  });

  test('only the end of its own session ends it, not that of another in the same process list', async () => {
    await using store = openStore();
    await startedClient(store);
    assert.equal((await clientOf(store, { sessionId: 's1', process: processOf(999) }).end()).session, null);
    assert.equal((await store.boundTo('a'))?.sessionId, 's1');
  });
}
