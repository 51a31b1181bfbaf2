import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MESSAGE_STATES } from '../../../src/protocol/message.ts';
import { ids, printed, send, startedClient, type OpenStore } from './client.ts';

export function judgeLook(openStore: OpenStore): void {
  test('a message that is not stored is not found', async () => {
    await using store = openStore();
    for (const verb of ['ack', 'requeue', 'cancel', 'done'] as const)
      await assert.rejects(store[verb]({ id: 4711 }), { code: 'not_found' });
    await assert.rejects(store.show(4711), { code: 'not_found' });
  });

  test('a lease is shown with its holder, and whether the client printed it', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'x');
    const lease = async () => (await store.show(id)).message.lease;
    const given = await client.prompt('p1');
    const sinceMs = store.clock.nowMs();
    const held = {
      token: 1,
      sinceMs,
      untilMs: null,
      session: 's1',
      event: 'UserPromptSubmit',
      injected: false,
      partsLeft: null,
    };
    assert.deepEqual(await lease(), held);
    await printed(store, given);
    assert.deepEqual(await lease(), { ...held, injected: true });
  });

  test('counts messages by state, for all and for one agent, through every move', async () => {
    await using store = openStore();
    const moves = {
      ready: await send(store, '1'),
      scheduled: await send(store, '2', { delayMs: 1000 }),
      cancelled: await send(store, '3'),
      delivered: await send(store, '4'),
    };
    await send(store, 'of another', { agent: 'b' });
    await store.cancel({ id: moves.cancelled });
    await store.ack({ id: moves.delivered });
    await store.dequeue({ agent: 'a' });
    const none = Object.fromEntries(MESSAGE_STATES.map((state) => [state, 0]));
    const ofA = { ...none, scheduled: 1, leased: 1, delivered: 1, cancelled: 1 };
    assert.deepEqual(await store.counts('a'), ofA);
    assert.deepEqual(await store.counts(), { ...ofA, ready: 1 });
    assert.deepEqual(await store.counts('nobody'), none);
  });

  test('lists newest first, by agent, state, thread and page, each alone and together', async () => {
    await using store = openStore();
    const [one, two, three] = [
      await send(store, '1', { threadId: 't' }),
      await send(store, '2', { agent: 'b', threadId: 't' }),
      await send(store, '3', { delayMs: 1000 }),
    ];
    const list = async (filter: Parameters<typeof store.list>[0]) => ids(await store.list(filter));
    assert.deepEqual(await list({}), [three, two, one]);
    assert.deepEqual(await list({ limit: 1 }), [three]);
    assert.deepEqual(await list({ beforeId: three }), [two, one]);
    assert.deepEqual(await list({ agent: 'a' }), [three, one]);
    assert.deepEqual(await list({ state: 'ready' }), [two, one]);
    assert.deepEqual(await list({ agent: 'a', state: 'ready' }), [one]);
    assert.deepEqual(await list({ threadId: 't' }), [two, one]);
    assert.deepEqual(await list({ threadId: 't', agent: 'b', state: 'ready' }), [two]);
    assert.deepEqual(await list({ state: 'dead' }), []);
  });

  test('lists what is open, and what is not', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const open = await send(store, 'open');
    await printed(store, await client.prompt('p1'));
    await client.batch('p1');
    const waiting = await send(store, 'waiting');
    assert.deepEqual(ids(await store.list({ open: true })), [open]);
    assert.deepEqual(ids(await store.list({ open: false })), [waiting]);
    assert.deepEqual(ids(await store.list({ open: true, agent: 'a', state: 'delivered' })), [open]);
    assert.deepEqual(ids(await store.list({ open: true, state: 'ready' })), []);
    assert.deepEqual(ids(await store.list({ open: false, state: 'ready' })), [waiting]);
    assert.deepEqual(ids(await store.list({ open: true, state: 'delivered' })), [open]);
    assert.deepEqual(ids(await store.list({ open: false, state: 'delivered' })), []);
  });
}
