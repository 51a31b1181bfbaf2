import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INJECTION_CAP } from '../../../src/queue/fence.ts';
import { printed, send, startedClient, type OpenStore } from './client.ts';

const HUGE = 'x'.repeat(60_000);
const folder = '/site';

export function judgeReferences(openStore: OpenStore): void {
  test('a text of more than three parts is given as a file where there is a folder, alone and whole', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, HUGE);
    await send(store, 'next');
    const { messages } = await printed(store, await client.prompt('p1', { folder }));
    assert.deepEqual(
      messages.map((message) => [message.id, message.form, message.text === HUGE]),
      [[id, { kind: 'file', again: false }, true]],
    );
    const { receipts } = await store.show(id);
    assert.deepEqual(
      receipts.map(({ kind, byReference }) => [kind, byReference]),
      [
        ['queued', undefined],
        ['injected', true],
      ],
    );
    assert.deepEqual((await client.batch('p1', { folder })).proved, [id]);
    assert.equal((await store.show(id)).receipts.at(-1)?.byReference, undefined);
  });

  test('three parts are no file, and neither is anything where there is no folder', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    await send(store, HUGE.slice(0, 20_000));
    await send(store, HUGE, { agent: 'b' });
    const other = await startedClient(store, { agent: 'b', sessionId: 's2', process: null });
    const [few] = (await client.prompt('p1', { folder })).messages;
    const [many] = (await other.prompt('p1')).messages;
    assert.deepEqual([few?.form.kind, many?.form.kind], ['part', 'part']);
  });

  test('a file is stale when its message is neither leased nor open', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, HUGE);
    await printed(store, await client.prompt('p1', { folder }));
    assert.deepEqual(await store.staleReferences(), []);
    await client.batch('p1');
    assert.deepEqual(await store.staleReferences(), [], 'the turn that saw it goes on');
    await client.stop('p1');
    assert.deepEqual(await store.staleReferences(), [{ id, folder }]);
    await store.forgetReferences([{ id, folder }]);
    assert.deepEqual(await store.staleReferences(), []);
  });

  for (const verb of ['ack', 'requeue', 'cancel', 'done'] as const)
    test(`a file is stale after ${verb}`, async () => {
      await using store = openStore();
      const client = await startedClient(store);
      const id = await send(store, HUGE);
      await printed(store, await client.prompt('p1', { folder }));
      await store[verb]({ id, force: true });
      assert.deepEqual(await store.staleReferences(), [{ id, folder }]);
    });

  test('a file of a message that was leased again meanwhile is not forgotten, and is known as written before', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, HUGE);
    await printed(store, await client.prompt('p1', { folder }));
    await store.requeue({ id });
    const stale = await store.staleReferences();
    const [again] = (await client.batch('p1', { folder })).messages;
    assert.deepEqual(again?.form, { kind: 'file', again: true });
    await store.forgetReferences(stale);
    await store.requeue({ id });
    assert.deepEqual(await store.staleReferences(), stale);
  });

  test('where the file cannot be written its first part takes its place, under the same lease', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, HUGE);
    const [file] = (await client.prompt('p1', { folder })).messages;
    assert.ok(file);
    const part = await store.inParts(file, { id, folder }, INJECTION_CAP);
    assert.deepEqual([part?.leaseToken, part?.form.kind, part?.mayHaveBeenSeen], [1, 'part', false]);
    await store.requeue({ id });
    assert.deepEqual(await store.staleReferences(), [], 'nothing was written');
    assert.equal(await store.inParts(file, { id, folder }, INJECTION_CAP), null, 'the lease is over');
  });

  test('the parts that took its place arrive whole, and their receipt says nothing of a file', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, HUGE);
    const [file] = (await client.prompt('p1', { folder })).messages;
    assert.ok(file);
    const part = await store.inParts(file, { id, folder }, INJECTION_CAP);
    assert.ok(part);
    await store.confirm([part]);
    let text = part.text;
    for (;;) {
      const { messages, proved } = await printed(store, await client.batch('p1', { folder }));
      text += messages.map((message) => message.text).join('');
      if (proved.length > 0) break;
    }
    assert.ok(text === HUGE);
    assert.ok((await store.show(id)).receipts.every(({ byReference }) => byReference === undefined));
  });
}
