import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExportedMessage, Imported } from '../../../src/protocol/export-schemas.ts';
import type { QueueStore } from '../../../src/queue/store.ts';
import { ids, printed, send, startedClient, stateOf, type OpenStore } from './client.ts';

interface Document {
  readonly origin?: string;
  readonly messages: readonly ExportedMessage[];
}

async function exportOf(store: QueueStore, undelivered = true): Promise<Document> {
  return store.exportPage({ undelivered, limit: 1000 });
}

async function importInto(
  store: QueueStore,
  { origin, messages }: Document,
  dryRun = false,
): Promise<Imported> {
  for (const [position, message] of messages.entries())
    await store.importPage({ import: 'i', position, origin: origin ?? null, messages: [message] });
  const { reply } = await store.importCommit({ import: 'i', pages: messages.length, dryRun });
  return reply;
}

const all = async (store: QueueStore) => (await store.list({ limit: 1000 })).toReversed();

/** What an agent would be handed, in order. */
async function order(store: QueueStore): Promise<string[]> {
  return (await store.dequeue({ agent: 'a', max: 1000 })).map(({ text }) => text);
}

export function judgeImports(openStore: OpenStore): void {
  test('an import stores each message as it was: what waits waits, in the same order, and what was leased may have been seen', async () => {
    await using source = openStore();
    await using target = openStore();
    const client = await startedClient(source);
    const held = await send(source, 'held');
    await printed(source, await client.prompt('p1'));
    await send(source, 'low', { priority: -3, from: 'lead', threadId: 't' });
    await send(source, 'after', {
      after: [{ id: held }],
      onDependencyFailure: 'wait',
      dependencyTimeoutMs: 60_000,
    });
    await send(source, 'high', { priority: 70, ttlMs: 60_000 });
    await send(source, 'later', { delayMs: 60_000 });
    await send(target, 'other');
    const imported = await importInto(target, await exportOf(source));
    assert.deepEqual([imported.created, imported.known, imported.warnings], [5, 0, []]);
    const messages = await all(target);
    assert.deepEqual(
      messages.map(({ text, state, attempts }) => [text, state, attempts]),
      [
        ['other', 'ready', 0],
        ['held', 'ready', 1],
        ['low', 'ready', 0],
        ['after', 'blocked', 0],
        ['high', 'ready', 0],
        ['later', 'scheduled', 0],
      ],
    );
    const ofHere = { id: 0, sequence: 0, lease: null, waiting: null, after: [], state: null };
    assert.deepEqual(
      messages.slice(1).map((each) => ({ ...each, ...ofHere })),
      (await all(source)).map((each) => ({ ...each, ...ofHere })),
    );
    assert.deepEqual(messages[3]?.after, [messages[1]?.id]);
    assert.deepEqual(await order(target), ['high', 'other', 'held', 'low']);
    await target.ack({ id: messages[1]?.id ?? 0 });
    assert.equal(await stateOf(target, messages[3]?.id ?? 0), 'ready');
  });

  test('an import keeps what is over as it ended', async () => {
    await using source = openStore();
    await using target = openStore();
    const [seen, cancelled, dead] = [
      await send(source, 's'),
      await send(source, 'c'),
      await send(source, 'd', { ttlMs: 1 }),
    ];
    await source.ack({ id: seen });
    await source.cancel({ id: cancelled });
    source.clock.move(5);
    await source.promote();
    target.clock.move(60_000);
    await importInto(target, await exportOf(source, false));
    const over = (messages: Awaited<ReturnType<typeof all>>) =>
      messages.map(({ text, state, endedAtMs, reason }) => [text, state, endedAtMs, reason]);
    assert.deepEqual(over(await all(target)), over(await all(source)));
    assert.equal(await stateOf(source, dead), 'dead');
    const [first] = await all(target);
    assert.deepEqual((await target.show(first?.id ?? 0)).receipts, (await source.show(seen)).receipts);
  });

  test('a second import stores nothing, also after what the first one stored was pruned', async () => {
    await using source = openStore();
    await using target = openStore();
    await send(source, 'x', { idempotencyKey: 'k' });
    const document = await exportOf(source);
    const [first] = (await importInto(target, document)).messages;
    assert.deepEqual((await importInto(target, document)).messages, [
      { id: first?.id, state: 'ready', created: false },
    ]);
    await target.ack({ id: first?.id ?? 0 });
    target.clock.move(30 * 24 * 3_600_000);
    await target.forgetOld(1);
    assert.deepEqual(await all(target), []);
    assert.deepEqual((await importInto(target, document)).messages, [
      { id: first?.id, state: 'delivered', created: false },
    ]);
    assert.deepEqual(await all(target), []);
  });

  test('an export that comes back to where it was made stores nothing, also of what was pruned since', async () => {
    await using store = openStore();
    const [kept, gone] = [await send(store, 'kept'), await send(store, 'gone')];
    const document = await exportOf(store);
    await store.ack({ id: gone });
    store.clock.move(30 * 24 * 3_600_000);
    await store.forgetOld(1);
    const imported = await importInto(store, document);
    assert.deepEqual(
      imported.messages.map(({ id, state, created }) => [id, state, created]),
      [
        [kept, 'ready', false],
        [gone, 'delivered', false],
      ],
    );
  });

  test('a sender that sends again after the import is answered with the imported message', async () => {
    await using source = openStore();
    await using target = openStore();
    await send(source, 'x', { idempotencyKey: 'k' });
    const [imported] = (await importInto(target, await exportOf(source))).messages;
    assert.equal(await send(target, 'x', { idempotencyKey: 'k' }), imported?.id);
    await assert.rejects(send(target, 'other', { idempotencyKey: 'k' }), { code: 'key_conflict' });
  });

  test('what its sender has sent again here before is known, with another text it is refused', async () => {
    await using source = openStore();
    await using target = openStore();
    await send(source, 'x', { idempotencyKey: 'k' });
    const document = await exportOf(source);
    const id = await send(target, 'x', { idempotencyKey: 'k' });
    assert.deepEqual((await importInto(target, document)).messages, [{ id, state: 'ready', created: false }]);
    await using another = openStore();
    await send(another, 'other', { idempotencyKey: 'k' });
    await assert.rejects(importInto(another, document), {
      code: 'key_conflict',
      message: /^messages\[0\] \(id 1\): /,
    });
  });

  test('a message to a project that is sent again after the import is stored for nobody again', async () => {
    await using source = openStore();
    await using target = openStore();
    const pane = (agent: string) => ({
      socket: '/s',
      serverStart: 1,
      pane: `%${agent}`,
      addresses: [],
      project: 'shop',
    });
    for (const store of [source, target])
      for (const agent of ['a', 'b'])
        await store.admit({
          marked: null,
          given: agent,
          proposed: agent,
          pane: pane(agent),
          mayCreate: true,
        });
    const message = { agent: '@shop', text: 'x', idempotencyKey: 'k' };
    await source.enqueue([message]);
    const imported = await importInto(target, await exportOf(source));
    const [again] = await target.enqueue([message]);
    assert.deepEqual(
      [again?.created, ids(again?.messages ?? [])],
      [false, imported.messages.map(({ id }) => id)],
    );
  });

  test('a dry run stores nothing and says what would be', async () => {
    await using store = openStore();
    const messages = [{ id: 1, agent: 'a', text: 'x' }];
    const { created, known, messages: outcome } = await importInto(store, { origin: 'o', messages }, true);
    assert.deepEqual([created, known, outcome], [1, 0, [{ id: null, state: null, created: true }]]);
    assert.deepEqual(await all(store), []);
    await importInto(store, { origin: 'o', messages });
    assert.equal((await importInto(store, { origin: 'o', messages }, true)).known, 1);
  });

  test('messages without ids are known by what they say, each as often as it stands there', async () => {
    await using store = openStore();
    const messages = [
      { agent: 'a', text: 'x' },
      { agent: 'a', text: 'x' },
    ];
    assert.equal((await importInto(store, { messages })).created, 2);
    assert.equal((await importInto(store, { messages })).known, 2);
    assert.equal(
      (await importInto(store, { messages: [...messages, { agent: 'a', text: 'x' }] })).created,
      1,
    );
  });

  test('a message that waits for one that is not here does not wait, with a warning', async () => {
    await using store = openStore();
    const messages = [{ id: 5, agent: 'a', text: 'x', state: 'blocked', after: [4] }] as const;
    const imported = await importInto(store, {
      origin: 'o',
      messages: [...messages].map((each) => ({ ...each, after: [4] })),
    });
    assert.equal(imported.warnings[0]?.index, 0);
    assert.equal(imported.messages[0]?.state, 'ready');
  });

  test('a message may wait for a later one of the import, and for one of an earlier import', async () => {
    await using store = openStore();
    await importInto(store, { origin: 'o', messages: [{ id: 'first', agent: 'b', text: '1' }] });
    const { messages } = await importInto(store, {
      origin: 'o',
      messages: [
        { id: 'x', agent: 'a', text: 'x', after: ['y', 'first'] },
        { id: 'y', agent: 'a', text: 'y' },
      ],
    });
    assert.deepEqual(
      messages.map(({ state }) => state),
      ['blocked', 'ready'],
    );
    assert.equal((await store.show(messages[0]?.id ?? 0)).message.after.length, 2);
  });

  test('lanes go on in their order', async () => {
    await using source = openStore();
    await using target = openStore();
    for (const text of ['1', '2']) await send(source, text, { scope: 'global' });
    await importInto(target, await exportOf(source));
    assert.deepEqual(await order(target), ['1']);
  });

  for (const [what, messages, place] of [
    [
      'wait for each other',
      [
        { id: 1, after: [2] },
        { id: 2, after: [1] },
      ],
      /^messages 0, 1 \(counted from 0\) wait for each other/,
    ],
    ['wait for themselves', [{ id: 1, after: [1] }], /^messages 0 /],
    [
      'have one id',
      [{ id: 1 }, { id: 1 }],
      /^messages\[1\] \(id 1\): another message of the import has this id/,
    ],
    [
      'are for nobody who can exist',
      [{ id: 1 }, { id: 2, agent: '@shop' }],
      /^messages\[1\] \(id 2\): agent id/,
    ],
    ['stand in the order of no project', [{ id: 1, scope: 'project' }], /^messages\[0\] \(id 1\): scope/],
  ] as const)
    test(`messages that ${what} are refused with their place, and nothing is stored`, async () => {
      await using store = openStore();
      const whole = messages.map(({ ...message }) => ({
        agent: 'a',
        text: 'x',
        ...message,
      })) as ExportedMessage[];
      await assert.rejects(importInto(store, { origin: 'o', messages: whole }), {
        code: 'bad_request',
        message: place,
      });
      assert.deepEqual(await all(store), []);
    });

  test('an import of which a page is missing is refused', async () => {
    await using store = openStore();
    await store.importPage({ import: 'i', position: 1, messages: [] });
    await assert.rejects(store.importCommit({ import: 'i', pages: 2 }), { code: 'not_found' });
  });
}
