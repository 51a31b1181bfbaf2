import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admit, ids, printed, send, startedClient, stateOf, type OpenStore } from './client.ts';

type Store = ReturnType<OpenStore>;

const after = (...waitedFor: number[]) => ({ after: waitedFor.map((id) => ({ id })) });

async function stateAndReason(store: Store, id: number): Promise<[string, string | null]> {
  const { state, reason } = (await store.show(id)).message;
  return [state, reason];
}

async function statesOf(store: Store, messages: readonly number[]): Promise<string[]> {
  return Promise.all(messages.map((id) => stateOf(store, id)));
}

export function judgeDependencies(openStore: OpenStore): void {
  test('a message waits until all that it names are delivered, then goes and its agent is told', async () => {
    await using store = openStore();
    const told: string[] = [];
    store.onUnblocked((agents) => told.push(...agents));
    const [one, two] = [await send(store, 'one'), await send(store, 'two')];
    const last = await send(store, 'last', { agent: 'b', ...after(one, two) });
    assert.equal(await stateOf(store, last), 'blocked');
    await store.ack({ id: one });
    assert.deepEqual([await stateOf(store, last), told], ['blocked', []]);
    store.clock.move(1_000);
    await store.ack({ id: two });
    assert.deepEqual([await stateOf(store, last), told], ['ready', ['b']]);
    assert.equal((await store.show(last)).message.readyAtMs, store.clock.nowMs());
  });

  test('proof lets go what waited for it, in the same event where it is for the same agent', async () => {
    await using store = openStore();
    const client = await startedClient(store);
    const first = await send(store, 'first');
    const second = await send(store, 'second', after(first));
    assert.deepEqual(ids(await printed(store, await client.prompt('p1'))), [first]);
    assert.deepEqual(ids(await client.batch('p1')), [second]);
  });

  test('messages of a batch wait for each other by position, also for later ones', async () => {
    await using store = openStore();
    const [last, middle, first] = await store.enqueue([
      { agent: 'a', text: 'last', after: [{ index: 1 }] },
      { agent: 'a', text: 'middle', after: [{ index: 2 }] },
      { agent: 'a', text: 'first' },
    ]);
    assert.deepEqual([last?.state, middle?.state, first?.state], ['blocked', 'blocked', 'ready']);
    const chain = [last?.id ?? 0, middle?.id ?? 0];
    await store.ack({ id: first?.id ?? 0 });
    assert.deepEqual(await statesOf(store, chain), ['blocked', 'ready']);
    await store.ack({ id: middle?.id ?? 0 });
    assert.deepEqual(await statesOf(store, chain), ['ready', 'delivered']);
  });

  test('a message that waits for one that was delivered before is ready at once', async () => {
    await using store = openStore();
    const first = await send(store, 'first');
    await store.ack({ id: first });
    const [second] = await store.enqueue([{ agent: 'a', text: 'second', ...after(first) }]);
    assert.equal(second?.state, 'ready');
    assert.deepEqual((await store.show(second.id)).message.after, [first]);
  });

  test('unknown ids are refused, all by name, and nothing is stored', async () => {
    await using store = openStore();
    const first = await send(store, 'first');
    await assert.rejects(send(store, 'x', after(first, 4711, 4712)), {
      code: 'not_found',
      message: /messages 4711, 4712: not stored/,
      details: { ids: [4711, 4712] },
    });
    assert.equal((await store.counts()).blocked, 0);
  });

  test('the id of a message of the same batch is unknown: it is named by its position', async () => {
    await using store = openStore();
    const next = (await send(store, 'x')) + 1;
    const guess = [
      { agent: 'a', text: 'x' },
      { agent: 'a', text: 'y', ...after(next) },
    ];
    await assert.rejects(store.enqueue(guess), { code: 'not_found', details: { ids: [next], index: 1 } });
  });

  const circles: readonly [name: string, batch: readonly object[], indexes: readonly number[]][] = [
    ['a message that waits for itself', [{ after: [{ index: 0 }] }], [0]],
    ['two in a circle', [{ after: [{ index: 1 }] }, { after: [{ index: 0 }] }], [0, 1]],
    [
      'a message that waits for a later one of its lane',
      [{ scope: 'global', after: [{ index: 1 }] }, { scope: 'global' }],
      [0, 1],
    ],
    [
      'a message that waits for a later one of its lane by way of another',
      [{ scope: 'global', after: [{ index: 1 }] }, { after: [{ index: 2 }] }, { scope: 'global' }],
      [0, 1, 2],
    ],
  ];
  for (const [name, batch, indexes] of circles)
    test(`refuses ${name}, with their positions, and stores nothing`, async () => {
      await using store = openStore();
      const messages = batch.map((more) => ({ agent: 'a', text: 'x', ...more }));
      await assert.rejects(store.enqueue(messages), { code: 'bad_request', details: { indexes } });
      assert.deepEqual(await store.list({}), []);
    });

  test('refuses a position that the batch does not have, and a policy without dependencies', async () => {
    await using store = openStore();
    await assert.rejects(send(store, 'x', { after: [{ index: 3 }] }), { code: 'bad_request' });
    await assert.rejects(send(store, 'x', { onDependencyFailure: 'wait' }), { code: 'bad_request' });
    await assert.rejects(send(store, 'x', { dependencyTimeoutMs: 5 }), { code: 'bad_request' });
  });

  for (const end of ['cancelled', 'dead'] as const) {
    const endOf = async (store: Store, more: object) => {
      const first = await send(store, 'first', { ttlMs: 10 });
      const second = await send(store, 'second', { ...after(first), ...more });
      store.clock.move(10);
      if (end === 'cancelled') await store.cancel({ id: first });
      else await store.promote();
      assert.equal(await stateOf(store, first), end);
      return { first, second };
    };

    test(`where one that it waits for is ${end} a message is dead, with the reason, and so on along the chain`, async () => {
      await using store = openStore();
      const { first, second } = await endOf(store, {});
      const reason = `dependency failed: message ${first} is ${end}`;
      assert.deepEqual(await stateAndReason(store, second), ['dead', reason]);
      const third = await send(store, 'third', after(second));
      assert.deepEqual(await stateAndReason(store, third), [
        'dead',
        `dependency failed: message ${second} is dead`,
      ]);
    });

    test(`where one that it waits for is ${end} a message with the policy release goes`, async () => {
      await using store = openStore();
      const { second } = await endOf(store, { onDependencyFailure: 'release' });
      assert.equal(await stateOf(store, second), 'ready');
    });

    test(`where one that it waits for is ${end} a message with the policy wait goes on waiting`, async () => {
      await using store = openStore();
      const { first, second } = await endOf(store, { onDependencyFailure: 'wait' });
      const { message } = await store.show(second);
      assert.deepEqual(
        [message.state, message.waiting?.reason],
        ['blocked', `blocked: after message ${first} (${end})`],
      );
    });
  }

  test('an end runs along a whole chain in one request, each by its own policy', async () => {
    await using store = openStore();
    const first = await send(store, 'first');
    const dies = await send(store, 'dies', after(first));
    const diesToo = await send(store, 'dies too', after(dies));
    const goes = await send(store, 'goes', { ...after(diesToo), onDependencyFailure: 'release' });
    const waits = await send(store, 'waits', { ...after(diesToo), onDependencyFailure: 'wait' });
    await store.cancel({ id: first });
    assert.deepEqual(await statesOf(store, [dies, diesToo, goes, waits]), [
      'dead',
      'dead',
      'ready',
      'blocked',
    ]);
  });

  for (const [policy, state, reason] of [
    ['fail', 'dead', 'dependency timeout'],
    ['wait', 'dead', 'dependency timeout'],
    ['release', 'ready', null],
  ] as const)
    test(`after its timeout a message with the policy ${policy} is ${state}`, async () => {
      await using store = openStore();
      const first = await send(store, 'first');
      const more = { onDependencyFailure: policy, dependencyTimeoutMs: 500 };
      const second = await send(store, 'second', { ...after(first), ...more });
      assert.equal((await store.show(second)).message.waiting?.nextTryMs, store.clock.nowMs() + 500);
      store.clock.move(499);
      await store.promote();
      assert.equal(await stateOf(store, second), 'blocked');
      store.clock.move(1);
      await store.promote();
      assert.deepEqual(await stateAndReason(store, second), [state, reason]);
      await store.ack({ id: first });
      assert.equal(await stateOf(store, second), state, 'what ended later changes nothing');
    });

  test('a message that waits for another holds no lane, and takes its place when it waits no more', async () => {
    await using store = openStore();
    const needed = await send(store, 'needed');
    const global = { scope: 'global' } as const;
    const early = await send(store, 'early', { ...global, ...after(needed), agent: 'b' });
    const first = await send(store, 'first', { ...global, agent: 'c' });
    const late = await send(store, 'late', { ...global, agent: 'd' });
    assert.deepEqual(await statesOf(store, [early, first, late]), ['blocked', 'ready', 'blocked']);
    await store.ack({ id: needed });
    assert.equal(await stateOf(store, early), 'ready');
    await store.ack({ id: first });
    assert.equal(await stateOf(store, late), 'blocked', 'behind the one that came before it');
    await store.ack({ id: early });
    assert.equal(await stateOf(store, late), 'ready');
  });

  test('a delayed message waits for both, its time and what it waits for', async () => {
    await using store = openStore();
    const first = await send(store, 'first');
    const second = await send(store, 'second', { ...after(first), delayMs: 1_000 });
    await store.ack({ id: first });
    assert.equal(await stateOf(store, second), 'scheduled');
    store.clock.move(1_000);
    assert.deepEqual(await store.promote(), ['a']);
  });

  test('a message that is cancelled while it waits lets go what waits for it', async () => {
    await using store = openStore();
    const first = await send(store, 'first');
    const second = await send(store, 'second', after(first));
    const third = await send(store, 'third', { ...after(second), onDependencyFailure: 'release' });
    await store.cancel({ id: second });
    assert.equal(await stateOf(store, third), 'ready');
    await store.ack({ id: first });
    assert.equal(await stateOf(store, second), 'cancelled');
  });

  test('a key that comes again answers what it stored, whatever became of what it waits for', async () => {
    await using store = openStore();
    const first = await send(store, 'first');
    const sent = { agent: 'a', text: 'x', idempotencyKey: 'k', ...after(first) };
    const [stored] = await store.enqueue([sent]);
    await store.ack({ id: first });
    const [again] = await store.enqueue([sent]);
    assert.deepEqual([again?.id, again?.created, again?.state], [stored?.id, false, 'ready']);
  });

  test('says for what it waits, with its policy', async () => {
    await using store = openStore();
    const first = await send(store, 'first');
    const second = await send(store, 'second', after(first));
    const { message } = await store.show(second);
    assert.deepEqual(
      [message.after, message.onDependencyFailure, message.dependencyUntilMs, message.waiting?.reason],
      [[first], 'fail', null, `blocked: after message ${first} (ready)`],
    );
  });

  test('a redriven message lets go what went on waiting for it', async () => {
    await using store = openStore();
    const first = await send(store, 'first', { ttlMs: 10 });
    const second = await send(store, 'second', { ...after(first), onDependencyFailure: 'wait' });
    store.clock.move(10);
    await store.promote();
    await store.deadRedrive({ ids: [first] });
    assert.deepEqual(await statesOf(store, [first, second]), ['ready', 'blocked']);
    await store.ack({ id: first });
    assert.equal(await stateOf(store, second), 'ready');
  });

  test('the sender of a message that died by its dependency is told, and its agent that mail is there', async () => {
    await using store = openStore();
    const told: string[] = [];
    store.onUnblocked((agents) => told.push(...agents));
    await admit(store, 'lead');
    const first = await send(store, 'first');
    await send(store, 'second', { ...after(first), from: 'lead' });
    await store.cancel({ id: first });
    const [notice] = await store.dequeue({ agent: 'lead' });
    assert.match(notice?.text ?? '', /dependency failed: message 1 is cancelled/);
    assert.deepEqual(told, ['lead']);
  });
}
