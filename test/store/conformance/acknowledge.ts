import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LeasedMessage } from '../../../src/protocol/schemas.ts';
import type { QueueStore } from '../../../src/queue/store.ts';
import { ids, kinds, printed, send, startedClient, stateOf, type OpenStore } from './client.ts';

async function lease(store: QueueStore): Promise<LeasedMessage> {
  const [leased] = await store.dequeue({ agent: 'a' });
  if (!leased) throw new Error('nothing to lease');
  return leased;
}

export function judgeAcknowledge(openStore: OpenStore): void {
  for (const verb of ['ack', 'requeue', 'extend'] as const)
    test(`${verb} under a stale token changes nothing and is told what holds now`, async () => {
      await using store = openStore();
      const id = await send(store, 'x');
      const stale = await lease(store);
      await store.requeue({ id, leaseToken: stale.leaseToken });
      const free = await store.show(id);
      await assert.rejects(store[verb]({ id, leaseToken: stale.leaseToken }), { code: 'lease_lost' });
      assert.deepEqual(await store.show(id), free);
      const { leaseToken } = await lease(store);
      assert.ok(leaseToken > stale.leaseToken);
      const held = await store.show(id);
      await assert.rejects(store[verb]({ id, leaseToken: stale.leaseToken }), (error: unknown) => {
        assert.deepEqual((error as { details?: object }).details, { id, state: 'leased', leaseToken });
        return true;
      });
      assert.deepEqual(await store.show(id), held);
    });

  test('an ack ends the lease as seen, and a second one is answered like the first', async () => {
    await using store = openStore();
    const id = await send(store, 'x');
    const { leaseToken } = await lease(store);
    const once = await store.ack({ id, leaseToken });
    assert.deepEqual(once, { id, agent: 'a', state: 'delivered' });
    assert.deepEqual(await store.ack({ id, leaseToken }), once);
    assert.deepEqual(await kinds(store, id), ['queued', 'seen']);
    assert.equal((await store.show(id)).message.open, false);
    assert.deepEqual(await store.dequeue({ agent: 'a' }), []);
  });

  test('an ack of what an event proved seen closes it before its turn ends, and adds no receipt', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'x');
    await printed(store, await client.prompt('p1'));
    await client.batch('p1');
    assert.equal((await store.show(id)).message.open, true);
    await store.ack({ id });
    assert.equal((await store.show(id)).message.open, false);
    assert.deepEqual(await kinds(store, id), ['queued', 'injected', 'seen']);
  });

  test('an ack under a token that was stale before the message was delivered is refused', async () => {
    await using store = openStore();
    const id = await send(store, 'x');
    const stale = await lease(store);
    await store.requeue({ id, leaseToken: stale.leaseToken });
    await store.ack({ id, leaseToken: (await lease(store)).leaseToken });
    await assert.rejects(store.ack({ id, leaseToken: stale.leaseToken }), { code: 'lease_lost' });
    assert.equal((await store.ack({ id })).state, 'delivered', 'an operator needs no token');
  });

  test('so is one whose lease was over when an event proved the message, or an operator acked it', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const [proven, acked] = [await send(store, 'proven'), await send(store, 'acked')];
    const { messages: stale } = await printed(store, await client.prompt('p1'));
    await printed(store, await client.prompt('p2'));
    await store.ack({ id: acked });
    await client.batch('p2');
    for (const { id, leaseToken } of stale) {
      await assert.rejects(store.ack({ id, leaseToken }), { code: 'lease_lost' });
      assert.equal((await store.show(id)).message.open, id === proven);
    }
    const waiting = await send(store, 'came back and waits');
    const { leaseToken } = await lease(store);
    await store.requeue({ id: waiting, leaseToken });
    await store.ack({ id: waiting });
    await assert.rejects(store.ack({ id: waiting, leaseToken }), { code: 'lease_lost' });
  });

  test('an operator acks without a token, and the holder has lost its lease', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'x');
    const given = await printed(store, await client.prompt('p1'));
    await store.ack({ id });
    assert.deepEqual((await client.batch('p1')).proved, []);
    assert.deepEqual(await store.giveBack(given.messages, 'turn_over'), []);
    assert.deepEqual(await kinds(store, id), ['queued', 'injected', 'seen']);
  });

  test('a requeue by its holder returns the message uncharged, after the delay it asked for', async () => {
    await using store = openStore();
    const id = await send(store, 'x');
    const { leaseToken } = await lease(store);
    assert.equal((await store.requeue({ id, leaseToken, delayMs: 500 })).state, 'scheduled');
    assert.deepEqual(await store.dequeue({ agent: 'a' }), []);
    store.clock.move(500);
    assert.deepEqual(await store.promote(), ['a']);
    assert.equal((await lease(store)).id, id);
    assert.equal((await store.show(id)).message.failures, 0);
  });

  test('an administrative requeue charges nothing, however often, and leaves the old token stale', async () => {
    await using store = openStore();
    const id = await send(store, 'x');
    for (let round = 0; round < 8; round += 1) {
      const { leaseToken } = await lease(store);
      assert.equal((await store.requeue({ id })).state, 'ready');
      await assert.rejects(store.ack({ id, leaseToken }), { code: 'lease_lost' });
    }
    const { message } = await store.show(id);
    assert.deepEqual([message.state, message.failures, message.attempts], ['ready', 0, 8]);
  });

  test('a requeue with an error is a failure; the fifth makes the message dead with that reason', async () => {
    await using store = openStore();
    const id = await send(store, 'x');
    for (let round = 1; round <= 5; round += 1) {
      const { leaseToken } = await lease(store);
      const { state } = await store.requeue({ id, leaseToken, error: 'no network' });
      assert.equal(state, round < 5 ? 'scheduled' : 'dead');
      store.clock.move(64_000);
      await store.promote();
    }
    const { message } = await store.show(id);
    assert.deepEqual([message.state, message.failures], ['dead', 5]);
    assert.match(message.reason ?? '', /no network/);
  });

  test('a requeue takes leased messages only', async () => {
    await using store = openStore();
    const id = await send(store, 'x');
    await assert.rejects(store.requeue({ id }), { code: 'wrong_state' });
    await store.ack({ id });
    await assert.rejects(store.requeue({ id }), { code: 'wrong_state' });
  });

  test('a cancelled message is never handed out, and a second cancel is answered like the first', async () => {
    await using store = openStore();
    const id = await send(store, 'x');
    assert.equal((await store.cancel({ id })).state, 'cancelled');
    assert.equal((await store.cancel({ id })).state, 'cancelled');
    assert.deepEqual(await store.dequeue({ agent: 'a' }), []);
    await assert.rejects(store.ack({ id }), { code: 'wrong_state' });
  });

  test('a message that its agent may have read is cancelled only by force, and its lease is over', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'x');
    await printed(store, await client.prompt('p1'));
    await assert.rejects(store.cancel({ id }), { code: 'wrong_state' });
    assert.equal(await stateOf(store, id), 'leased');
    await store.cancel({ id, force: true });
    assert.deepEqual((await client.batch('p1')).proved, []);
    assert.equal(await stateOf(store, id), 'cancelled');
    await assert.rejects(store.cancel({ id: 4711 }), { code: 'not_found' });
  });

  test('a message that was leased and not confirmed is cancelled without force', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'x');
    const { messages } = await client.prompt('p1');
    await store.cancel({ id });
    assert.deepEqual(await store.confirm(messages), []);
  });

  test('a message that a consumer holds was handed out: cancelled only by force', async () => {
    await using store = openStore();
    const id = await send(store, 'x');
    const { leaseToken } = await lease(store);
    await assert.rejects(store.cancel({ id }), { code: 'wrong_state' });
    await store.cancel({ id, force: true });
    await assert.rejects(store.ack({ id, leaseToken }), { code: 'lease_lost' });
  });

  test('done closes what was delivered, once, and says so on top of seen', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'x');
    await printed(store, await client.prompt('p1'));
    await client.batch('p1');
    await store.done({ id });
    await store.done({ id });
    assert.deepEqual(await kinds(store, id), ['queued', 'injected', 'seen', 'done']);
    assert.equal((await store.show(id)).message.open, false);
  });

  test('done within the turn that brought the message ends its lease: it is not handed out again', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'x');
    await printed(store, await client.prompt('p1'));
    await store.done({ id });
    assert.deepEqual(ids(await client.prompt('p2')), []);
    assert.deepEqual(await kinds(store, id), ['queued', 'injected', 'seen', 'done']);
  });

  test('done of what was never handed out, or was withdrawn, is refused', async () => {
    await using store = openStore();
    const id = await send(store, 'x');
    await assert.rejects(store.done({ id }), { code: 'wrong_state' });
    await store.cancel({ id });
    await assert.rejects(store.done({ id }), { code: 'wrong_state' });
    await assert.rejects(store.done({ id: 4711 }), { code: 'not_found' });
  });
}
