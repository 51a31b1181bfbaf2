import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ids, kinds, printed, send, startedClient, type OpenStore } from './client.ts';

export function judgeConfirmation(openStore: OpenStore): void {
  test('what was not confirmed is not proven', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'hello');
    await client.prompt('p1');
    assert.deepEqual((await client.batch('p1')).proved, []);
    assert.deepEqual((await client.stop('p1')).proved, []);
    assert.deepEqual(await kinds(store, id), ['queued']);
  });

  test('what nobody confirmed goes back uncharged, in its place, and comes again marked', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'hello');
    const { messages } = await client.prompt('p1');
    assert.deepEqual(await store.giveBack(messages, 'not_printed'), ['a']);
    const { message } = await store.show(id);
    assert.deepEqual([message.state, message.failures, message.attempts], ['ready', 0, 1]);
    const again = await client.batch('p1');
    assert.deepEqual(
      again.messages.map((each) => [each.id, each.mayHaveBeenSeen, each.leaseToken]),
      [[id, true, 2]],
    );
  });

  test('a confirmation of a lease that is over says nothing', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'hello');
    const first = await client.prompt('p1');
    await store.giveBack(first.messages, 'not_printed');
    assert.deepEqual(await store.confirm(first.messages), []);
    const second = await client.batch('p1');
    assert.deepEqual(await store.confirm(first.messages), []);
    assert.deepEqual(await store.confirm(second.messages), [id]);
  });

  test('a confirmation counts once', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'hello');
    const { messages } = await client.prompt('p1');
    assert.deepEqual(await store.confirm(messages), [id]);
    assert.deepEqual(await store.confirm(messages), []);
    assert.deepEqual(await kinds(store, id), ['queued', 'injected']);
  });

  test('what was confirmed is not taken back by the end of its connection', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'hello');
    const { messages } = await client.prompt('p1');
    const [confirmed, returned] = await Promise.all([
      store.confirm(messages),
      store.giveBack(messages, 'not_printed'),
    ]);
    assert.deepEqual([confirmed, returned], [[id], []]);
    assert.deepEqual((await client.batch('p1')).proved, [id]);
  });

  test('a start gives back what no connection can confirm any more, and nothing else', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const confirmed = await send(store, 'confirmed');
    await printed(store, await client.prompt('p1'));
    const unconfirmed = await send(store, 'unconfirmed');
    await client.batch('p1', { handsOut: false });
    const again = await send(store, 'held by a consumer', { agent: 'b' });
    await store.dequeue({ agent: 'b' });
    const open = await client.batch('p1');
    assert.deepEqual(ids(open), [unconfirmed]);
    assert.deepEqual(await store.recover(), ['a']);
    const states = await Promise.all(
      [confirmed, unconfirmed, again].map(async (id) => {
        const { message } = await store.show(id);
        return [message.state, message.failures];
      }),
    );
    assert.deepEqual(states, [
      ['delivered', 0],
      ['ready', 0],
      ['leased', 0],
    ]);
    assert.deepEqual(await store.recover(), []);
  });

  test('a turn that begins gives back what the turn before never confirmed', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'hello');
    await client.prompt('p1');
    const next = await client.prompt('p2');
    assert.deepEqual(ids(next), [id]);
    assert.equal((await store.show(id)).message.attempts, 2);
  });
}
