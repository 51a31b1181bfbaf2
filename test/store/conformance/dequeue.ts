import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ids, kinds, send, startedClient, stateOf, type OpenStore } from './client.ts';

export function judgeDequeue(openStore: OpenStore): void {
  test('leases at most what was asked for, and nothing twice', async () => {
    await using store = openStore();
    const sent = [await send(store, '1'), await send(store, '2'), await send(store, '3')];
    const answers = await Promise.all([1, 2, 3, 4].map(() => store.dequeue({ agent: 'a' })));
    assert.deepEqual(answers.flatMap(ids), sent);
    assert.deepEqual(await store.dequeue({ agent: 'a', max: 10 }), []);
  });

  test('tells what a consumer needs: token, text, attempts and when its lease ends', async () => {
    await using store = openStore();
    const id = await send(store, 'hello', { from: 'lead', priority: 3, threadId: 't' });
    const [message] = await store.dequeue({ agent: 'a', visibilityMs: 5_000 });
    assert.deepEqual(message, {
      id,
      leaseToken: 1,
      agent: 'a',
      text: 'hello',
      priority: 3,
      from: 'lead',
      project: null,
      threadId: 't',
      replyTo: null,
      attempts: 1,
      enqueuedAtMs: store.clock.nowMs(),
      mayHaveBeenSeen: false,
      leaseUntilMs: store.clock.nowMs() + 5_000,
    });
  });

  test('the same request id gets the same messages, and takes no more', async () => {
    await using store = openStore();
    const [first, second] = [await send(store, '1'), await send(store, '2')];
    const once = await store.dequeue({ agent: 'a', requestId: 'r1' });
    const again = await store.dequeue({ agent: 'a', requestId: 'r1' });
    assert.deepEqual(again, once);
    assert.deepEqual(ids(once), [first]);
    assert.deepEqual(ids(await store.dequeue({ agent: 'a', requestId: 'r2' })), [second]);
  });

  test('a request id is forgotten with its lease', async () => {
    await using store = openStore();
    const [first, second] = [await send(store, '1'), await send(store, '2')];
    const [lease] = await store.dequeue({ agent: 'a', requestId: 'r1' });
    await store.ack({ id: first, leaseToken: lease?.leaseToken ?? 0 });
    assert.deepEqual(ids(await store.dequeue({ agent: 'a', requestId: 'r1' })), [second]);
  });

  test('acks with the same request what was held before, in one step with the next lease', async () => {
    await using store = openStore();
    const [first, second] = [await send(store, '1'), await send(store, '2')];
    const [lease] = await store.dequeue({ agent: 'a' });
    const ack = [{ id: first, leaseToken: lease?.leaseToken ?? 0 }];
    const next = await store.dequeue({ agent: 'a', requestId: 'r', ack });
    assert.deepEqual(ids(next), [second]);
    assert.equal(await stateOf(store, first), 'delivered');
    assert.deepEqual(await store.dequeue({ agent: 'a', requestId: 'r', ack }), next);
  });

  test('an ack that came too late refuses the whole request and leases nothing', async () => {
    await using store = openStore();
    const id = await send(store, '1');
    const [lease] = await store.dequeue({ agent: 'a' });
    await store.requeue({ id });
    const ack = [{ id, leaseToken: lease?.leaseToken ?? 0 }];
    await assert.rejects(store.dequeue({ agent: 'a', ack }), { code: 'lease_lost' });
    assert.equal(await stateOf(store, id), 'ready');
  });

  test('a lease that is not extended ends with its visibility timeout, as a failure', async () => {
    await using store = openStore();
    const id = await send(store, '1');
    await store.dequeue({ agent: 'a', visibilityMs: 5_000 });
    store.clock.move(4_999);
    assert.deepEqual(await store.promote(), []);
    store.clock.move(1);
    assert.deepEqual(await store.promote(), []);
    const { message } = await store.show(id);
    assert.deepEqual([message.state, message.failures, message.attempts], ['scheduled', 1, 1]);
    store.clock.move(1_000);
    assert.deepEqual(await store.promote(), ['a']);
    const [again] = await store.dequeue({ agent: 'a' });
    assert.deepEqual([again?.mayHaveBeenSeen, again?.leaseToken], [true, 2]);
  });

  test('the fifth failure is the last: the message is dead with its reason', async () => {
    await using store = openStore();
    const id = await send(store, '1');
    for (let failure = 1; failure <= 5; failure += 1) {
      assert.equal(
        (await store.dequeue({ agent: 'a', visibilityMs: 1_000 })).length,
        1,
        `attempt ${failure}`,
      );
      store.clock.move(1_000);
      await store.promote();
      const { message } = await store.show(id);
      if (failure === 5) break;
      store.clock.move(message.readyAtMs - store.clock.nowMs());
      await store.promote();
    }
    const { message } = await store.show(id);
    assert.deepEqual([message.state, message.failures], ['dead', 5]);
    assert.match(message.reason ?? '', /visibility timeout/);
    assert.equal(message.endedAtMs, store.clock.nowMs());
    assert.deepEqual(await store.dequeue({ agent: 'a' }), []);
  });

  test('is never handed to a session while a consumer holds it, and the other way round', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, '1');
    await store.dequeue({ agent: 'a' });
    assert.deepEqual(ids(await client.prompt('p1')), []);
    await store.requeue({ id });
    assert.deepEqual(ids(await client.batch('p1')), [id]);
    assert.deepEqual(await store.dequeue({ agent: 'a' }), []);
  });

  test('a confirmation says nothing of a lease without a session', async () => {
    await using store = openStore();
    const id = await send(store, '1');
    const leased = await store.dequeue({ agent: 'a' });
    assert.deepEqual(await store.confirm(leased), []);
    assert.deepEqual(await kinds(store, id), ['queued']);
  });
}
