import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admit, ids, send, type OpenStore } from './client.ts';

export function judgeThreads(openStore: OpenStore): void {
  test('a reply stands in the thread of the message that it answers', async () => {
    await using store = openStore();
    const first = await send(store, 'first', { threadId: 't' });
    const reply = await send(store, 'reply', { agent: 'b', replyTo: first });
    const again = await send(store, 'again', { replyTo: reply });
    assert.deepEqual(ids(await store.list({ threadId: 't' })), [again, reply, first]);
  });

  test('the first reply to a message begins a thread with it, whoever looks finds both', async () => {
    await using store = openStore();
    const first = await send(store, 'first');
    assert.equal((await store.show(first)).message.threadId, null);
    const reply = await send(store, 'reply', { agent: 'b', replyTo: first });
    const other = await send(store, 'another reply', { agent: 'b', replyTo: first });
    assert.deepEqual(ids(await store.list({ threadId: String(first) })), [other, reply, first]);
    assert.equal((await store.show(first)).message.threadId, String(first));
  });

  test('a thread that the sender names holds, and what is answered stays where it was', async () => {
    await using store = openStore();
    const first = await send(store, 'first', { threadId: 't' });
    const reply = await send(store, 'reply', { agent: 'b', replyTo: first, threadId: 'u' });
    assert.deepEqual(ids(await store.list({ threadId: 't' })), [first]);
    assert.deepEqual(ids(await store.list({ threadId: 'u' })), [reply]);
  });

  test('a reply that is refused begins no thread', async () => {
    await using store = openStore();
    const first = await send(store, 'first');
    await assert.rejects(send(store, 'reply', { replyTo: first, mustExist: true, agent: 'nobody' }));
    await assert.rejects(send(store, 'reply', { replyTo: first, after: [{ id: 99 }] }));
    assert.equal((await store.show(first)).message.threadId, null);
  });

  test('the pages of a thread follow each other, and one agent of it can be asked for', async () => {
    await using store = openStore();
    const first = await send(store, 'first', { threadId: 't' });
    const second = await send(store, 'second', { agent: 'b', replyTo: first });
    const third = await send(store, 'third', { replyTo: second });
    assert.deepEqual(ids(await store.list({ threadId: 't', limit: 2 })), [third, second]);
    assert.deepEqual(ids(await store.list({ threadId: 't', limit: 2, beforeId: second })), [first]);
    assert.deepEqual(ids(await store.list({ threadId: 't', agent: 'b' })), [second]);
  });

  test('a reply that names no agent goes to the sender, also to one that is not known yet', async () => {
    await using store = openStore();
    await admit(store, 'lead');
    for (const from of ['lead', 'tower']) {
      const asked = await send(store, 'x', { from });
      const [reply] = await store.enqueue([{ text: 'y', replyTo: asked, idempotencyKey: from }]);
      assert.deepEqual([reply?.agent, reply?.agentKnown], [from, from === 'lead']);
      const [again] = await store.enqueue([{ text: 'y', replyTo: asked, idempotencyKey: from }]);
      assert.deepEqual([again?.id, again?.created], [reply?.id, false]);
    }
  });

  test('a reply to nobody is refused and changes nothing', async () => {
    await using store = openStore();
    await admit(store, 'lead');
    const dead = await send(store, 'x', { from: 'lead', ttlMs: 1000 });
    store.clock.move(2000);
    await store.promote();
    const [notice] = await store.list({ agent: 'lead' });
    const nobody = [
      await send(store, 'no sender'),
      await send(store, 'all of a project', { from: '@shop' }),
      await send(store, 'a pane that is not known', { from: '%9' }),
      notice?.id ?? 0,
    ];
    assert.equal(notice?.replyTo, dead);
    for (const replyTo of nobody) {
      await assert.rejects(store.enqueue([{ text: 'y', replyTo }]), {
        code: 'wrong_state',
      });
      assert.equal((await store.show(replyTo)).message.threadId, null);
    }
    await assert.rejects(store.enqueue([{ text: 'y' }]), { code: 'bad_request' });
    await assert.rejects(store.enqueue([{ text: 'y', replyTo: 4711 }]), { code: 'not_found' });
    assert.equal((await store.list({})).length, 5);
  });
}
