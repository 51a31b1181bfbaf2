import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from '../../../src/protocol/change-schema.ts';
import type { QueueStore } from '../../../src/queue/store.ts';
import { admit, send, startedClient, type OpenStore } from './client.ts';

/** Listens until the scope ends; what it heard, each as `id kind state`. */
async function earOn(store: QueueStore) {
  const heard: Change[] = [];
  const listening = await store.listen((changes) => heard.push(...changes));
  return {
    heard,
    said: () => heard.map(({ id, kind, state }) => `${id} ${kind} ${state}`),
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  };
}

export function judgeChanges(openStore: OpenStore): void {
  test('a message that an agent sees is told step by step, with who and when', async () => {
    await using store = openStore();
    using ear = await earOn(store);
    const client = await startedClient(store);
    const id = await send(store, 'x');
    const { messages } = await client.prompt('p1');
    await store.confirm(messages);
    store.clock.move(5);
    await client.batch('p1');
    await store.done({ id });
    assert.deepEqual(ear.said(), [
      `${id} queued ready`,
      `${id} leased leased`,
      `${id} injected leased`,
      `${id} delivered delivered`,
      `${id} seen delivered`,
      `${id} done delivered`,
    ]);
    const seen = ear.heard.find(({ kind }) => kind === 'seen');
    const facts = { agent: 'a', atMs: store.clock.nowMs(), session: 's1', event: 'PostToolBatch' };
    assert.deepEqual(seen, { id, kind: 'seen', state: 'delivered', reason: null, ...facts });
    const leased = ear.heard.find(({ kind }) => kind === 'leased');
    assert.deepEqual([leased?.session, leased?.event], ['s1', 'UserPromptSubmit']);
  });

  test('what time and operators do is told too, deaths with their reason', async () => {
    await using store = openStore();
    using ear = await earOn(store);
    const late = await send(store, 'x', { delayMs: 10 });
    const mortal = await send(store, 'y', { ttlMs: 10 });
    store.clock.move(10);
    await store.promote();
    const [taken] = await store.dequeue({ agent: 'a' });
    await store.requeue({ id: taken?.id ?? 0, delayMs: 5 });
    await store.cancel({ id: late });
    assert.deepEqual(ear.said().toSorted(), [
      `${late} cancelled cancelled`,
      `${late} leased leased`,
      `${late} queued scheduled`,
      `${late} ready ready`,
      `${late} returned scheduled`,
      `${mortal} dead dead`,
      `${mortal} queued ready`,
    ]);
    assert.equal(ear.heard.find(({ kind }) => kind === 'dead')?.reason, 'expired');
  });

  test('mail that waited under an address is told when its agent comes', async () => {
    await using store = openStore();
    const id = await send(store, 'x', { agent: 'w:0' });
    using ear = await earOn(store);
    const pane = { socket: '/tmp/s', serverStart: 1, pane: '%1', addresses: ['w:0'] };
    await admit(store, 'b');
    await store.admit({ marked: null, given: 'b', proposed: 'b', pane, mayCreate: true });
    assert.deepEqual(
      ear.heard.map((change) => [change.id, change.kind, change.agent]),
      [[id, 'adopted', 'b']],
    );
  });

  test('what was refused is not told, and does not silence what shared its transaction', async () => {
    await using store = openStore();
    using ear = await earOn(store);
    const half = store.enqueue([
      { agent: 'a', text: 'first of a batch' },
      { agent: 'a', text: 'second', replyTo: 999 },
    ]);
    const [refused, [whole]] = await Promise.all([
      assert.rejects(half),
      store.enqueue([{ agent: 'a', text: 'x' }]),
    ]);
    assert.equal(refused, undefined);
    await assert.rejects(
      store.enqueue([
        { agent: 'a', text: 'y' },
        { agent: 'a', text: 'z', replyTo: 999 },
      ]),
    );
    assert.deepEqual(ear.said(), [`${whole?.id} queued ready`]);
  });

  test('nothing is told twice, before its commit, or after the listener left', async () => {
    await using store = openStore();
    using first = await earOn(store);
    const second = await earOn(store);
    const sending = store.enqueue([{ agent: 'a', text: 'x' }]);
    assert.equal(first.heard.length, 0);
    const [sent] = await sending;
    second[Symbol.dispose]();
    await store.cancel({ id: sent?.id ?? 0 });
    assert.equal(second.heard.length, 1);
    assert.equal(first.heard.length, 2);
    first[Symbol.dispose]();
    await send(store, 'y');
    using again = await earOn(store);
    const id = await send(store, 'z');
    assert.deepEqual(again.said(), [`${id} queued ready`]);
    assert.equal(first.heard.length, 2);
  });
}
