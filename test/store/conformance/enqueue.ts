import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_TEXT_BYTES } from '../../../src/protocol/message.ts';
import { admit, clientOf, kinds, printed, send, startedClient, stateOf, type OpenStore } from './client.ts';

export function judgeEnqueue(openStore: OpenStore): void {
  test('stores a message ready, with what its sender said of it', async () => {
    await using store = openStore();
    const parent = await send(store, 'first');
    const id = await send(store, 'text\u0000\u0001 😀', {
      priority: 70,
      from: 'lead',
      project: 'p',
      threadId: 't',
      replyTo: parent,
      wake: 'later',
      idempotencyKey: 'k',
    });
    const { message, receipts } = await store.show(id);
    assert.deepEqual(
      { ...message },
      {
        id,
        agent: 'a',
        state: 'ready',
        priority: 70,
        sequence: id,
        from: 'lead',
        project: 'p',
        scope: 'agent',
        after: [],
        onDependencyFailure: null,
        dependencyUntilMs: null,
        threadId: 't',
        replyTo: parent,
        idempotencyKey: 'k',
        wake: 'later',
        text: 'text\u0000\u0001 😀',
        attempts: 0,
        failures: 0,
        open: false,
        enqueuedAtMs: store.clock.nowMs(),
        readyAtMs: store.clock.nowMs(),
        expiresAtMs: null,
        endedAtMs: null,
        reason: null,
        lease: null,
        waiting: null,
      },
    );
    assert.deepEqual(receipts, [{ kind: 'queued', atMs: store.clock.nowMs(), session: null, event: null }]);
  });

  test('stores all of a batch or none', async () => {
    await using store = openStore();
    const bad = { agent: 'a', text: 'x', replyTo: 4711 };
    await assert.rejects(store.enqueue([{ agent: 'a', text: 'one' }, bad]), { code: 'not_found' });
    assert.equal((await store.counts()).ready, 0);
    assert.equal((await store.list({})).length, 0);
    const good = await store.enqueue([
      { agent: 'a', text: 'one' },
      { agent: 'b', text: 'two' },
    ]);
    assert.deepEqual(
      good.map(({ agent, created }) => [agent, created]),
      [
        ['a', true],
        ['b', true],
      ],
    );
  });

  test('says that an agent is not known, and which one is near', async () => {
    await using store = openStore();
    await admit(store, 'backend');
    const [far] = await store.enqueue([{ agent: 'zzz', text: 'x' }]);
    const [near] = await store.enqueue([{ agent: 'bakcend', text: 'x' }]);
    const [known] = await store.enqueue([{ agent: 'backend', text: 'x' }]);
    assert.deepEqual([far?.agentKnown, far?.nearest], [false, undefined]);
    assert.deepEqual([near?.agentKnown, near?.nearest], [false, 'backend']);
    assert.deepEqual([known?.agentKnown, known?.nearest], [true, undefined]);
  });

  test('refuses an unknown agent where the sender asks for that, and stores nothing', async () => {
    await using store = openStore();
    await assert.rejects(store.enqueue([{ agent: 'zzz', text: 'x', mustExist: true }]), {
      code: 'not_found',
    });
    assert.equal((await store.counts()).ready, 0);
  });

  test('takes a text of 1 MiB, and refuses one that is a byte longer, and one that is no Unicode', async () => {
    await using store = openStore();
    const longest = 'é'.repeat(MAX_TEXT_BYTES / 2);
    assert.equal((await store.show(await send(store, longest, { agent: 'b' }))).message.text, longest);
    await assert.rejects(send(store, `${longest}x`), { code: 'too_large', details: { over: 1 } });
    await assert.rejects(send(store, 'x\ud800'), { code: 'bad_request' });
    assert.equal((await store.counts('a')).ready, 0);
  });

  for (const field of ['agent', 'from', 'threadId', 'idempotencyKey', 'project'] as const)
    test(`refuses a name that is no Unicode, because it could not be found again: ${field}`, async () => {
      await using store = openStore();
      await assert.rejects(send(store, 'x', { [field]: 'x\ud800' }), { code: 'bad_request' });
    });

  test('names the agent in whose session a command ran as the sender', async () => {
    await using store = openStore();
    await startedClient(store, { agent: 'worker' });
    const id = await send(store, 'x', { caller: { sessionId: 's1' } });
    assert.equal((await store.show(id)).message.from, 'worker');
    const named = await send(store, 'x', { caller: { sessionId: 's1' }, from: 'somebody' });
    assert.equal((await store.show(named)).message.from, 'somebody');
  });

  test('a reply by the agent that was asked says done', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'please');
    await printed(store, await client.prompt('p1'));
    await send(store, 'did it', { agent: 'lead', from: 'a', replyTo: id });
    assert.equal(await stateOf(store, id), 'delivered');
    assert.deepEqual(await kinds(store, id), ['queued', 'injected', 'seen', 'done']);
    assert.equal((await store.show(id)).message.open, false);
  });

  test('a reply by another says nothing of the message', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const id = await send(store, 'please');
    await printed(store, await client.prompt('p1'));
    await send(store, 'me too', { agent: 'lead', from: 'b', replyTo: id });
    await send(store, 'me too', { agent: 'lead', replyTo: id });
    assert.equal(await stateOf(store, id), 'leased');
    assert.deepEqual(await kinds(store, id), ['queued', 'injected']);
  });

  test('a reply to a message that waits leaves it waiting', async () => {
    await using store = openStore();
    const id = await send(store, 'please');
    await send(store, 'early', { agent: 'lead', from: 'a', replyTo: id });
    assert.equal(await stateOf(store, id), 'ready');
  });

  test('keeps mail for an agent that comes later, and its first turn gets it', async () => {
    await using store = openStore();
    const id = await send(store, 'welcome');
    await admit(store);
    const client = clientOf(store);
    const started = await client.start();
    assert.deepEqual(started.messages, []);
    const first = await client.prompt('p1');
    assert.deepEqual(
      first.messages.map((message) => [message.id, message.mayHaveBeenSeen]),
      [[id, false]],
    );
  });
}
