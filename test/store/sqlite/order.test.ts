/** What the SQLite store keeps for dependencies: edges that live, tombstones of what was pruned, and nothing to pay for whoever uses none. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openPlain, type Database } from '../../../src/store/sqlite/database.ts';
import { DATABASE_FILE } from '../../../src/store/sqlite/store.ts';
import { testFolder } from '../../support/folder.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { send, startedClient, stateOf } from '../conformance/client.ts';

function withDatabase<T>(store: TestStore, run: (db: Database) => T): T {
  const db = openPlain(join(store.stateDir, DATABASE_FILE));
  try {
    return run(db);
  } finally {
    db.close();
  }
}

const liveEdges = (store: TestStore): unknown[] =>
  withDatabase(store, (db) =>
    db.prepare('SELECT message_id, after_id FROM dependency WHERE live = 1').raw().all(),
  );

/** Forgets what ended before now. */
async function prune(store: TestStore): Promise<void> {
  store.clock.move(120_000);
  await store.forgetOld(60_000);
}

const after = (id: number) => ({ after: [{ id }] });

describe('edges', () => {
  test('live as long as their message waits for that end', async () => {
    await using store = openTestStore({ inMemory: true });
    const [one, two] = [await send(store, 'one'), await send(store, 'two')];
    const [waits, cancelled] = [await send(store, 'x', after(one)), await send(store, 'x', after(one))];
    const both = await send(store, 'x', { after: [{ id: one }, { id: two }] });
    assert.deepEqual(liveEdges(store), [
      [waits, one],
      [cancelled, one],
      [both, one],
      [both, two],
    ]);
    await store.cancel({ id: cancelled });
    await store.ack({ id: two });
    assert.deepEqual(liveEdges(store), [
      [waits, one],
      [both, one],
    ]);
    await store.ack({ id: one });
    assert.deepEqual(liveEdges(store), []);
  });

  test('keep what is waited for from being pruned while they live', async () => {
    await using store = openTestStore({ inMemory: true });
    const one = await send(store, 'one');
    const two = await send(store, 'two', { ...after(one), onDependencyFailure: 'wait' });
    await store.cancel({ id: one });
    await prune(store);
    assert.equal(await stateOf(store, one), 'cancelled');
    await store.cancel({ id: two });
    await prune(store);
    await assert.rejects(store.show(one), { code: 'not_found' });
  });

  test('go with their message', async () => {
    await using store = openTestStore({ inMemory: true });
    const one = await send(store, 'one');
    const two = await send(store, 'two', after(one));
    await store.ack({ id: one });
    await store.ack({ id: two });
    await prune(store);
    assert.equal(
      withDatabase(store, (db) => db.prepare('SELECT count(*) FROM dependency').pluck().get()),
      0,
    );
  });
});

describe('a message that was pruned', () => {
  for (const [end, becomes] of [
    ['ack', 'ready'],
    ['cancel', 'dead'],
  ] as const)
    test(`is known by how it ended: ${end}`, async () => {
      await using store = openTestStore({ inMemory: true });
      const one = await send(store, 'one');
      await store[end]({ id: one });
      await prune(store);
      const two = await send(store, 'two', after(one));
      assert.equal(await stateOf(store, two), becomes);
      assert.deepEqual((await store.show(two)).message.after, [one]);
    });

  test('is named with its end where somebody waits on', async () => {
    await using store = openTestStore({ inMemory: true });
    const one = await send(store, 'one');
    await store.cancel({ id: one });
    await prune(store);
    const two = await send(store, 'two', { ...after(one), onDependencyFailure: 'wait' });
    const { message } = await store.show(two);
    assert.equal(message.waiting?.reason, `blocked: after message ${one} (cancelled)`);
  });
});

test('what waited when the daemon ended is let go after the next start', async () => {
  await using folder = testFolder({ inMemory: true });
  const stateDir = folder.at('state');
  const first = openTestStore({ stateDir });
  const one = await send(first, 'one', { scope: 'global' });
  const two = await send(first, 'two', { scope: 'global' });
  const three = await send(first, 'three', after(one));
  await first[Symbol.asyncDispose]();
  await using second = openTestStore({ stateDir, clock: first.clock });
  await second.ack({ id: one });
  assert.deepEqual([await stateOf(second, two), await stateOf(second, three)], ['ready', 'ready']);
});

test('while nothing is blocked no request looks at what it changed', async () => {
  await using store = openTestStore({ inMemory: true });
  const waits = await send(store, 'waits', after(await send(store, 'first')));
  await store.cancel({ id: waits });
  await store.promote();
  // Left by hand: whoever looked would take it away.
  withDatabase(store, (db) => db.exec('INSERT INTO unsettled VALUES (4711)'));
  await store.ack({ id: await send(store, 'x') });
  const left = withDatabase(store, (db) => db.prepare('SELECT message_id FROM unsettled').pluck().all());
  assert.deepEqual(left, [4711]);
});

describe('a message that is held back for its hops', () => {
  const caps = { pairPerMinute: 0, agentPerMinute: 0, maxHops: 1 };

  /** The sender handles a message that is as far as it may be. */
  async function heldBack(store: TestStore, more: object): Promise<number> {
    const client = await startedClient(store, { agent: 'far' });
    withDatabase(store, (db) => db.exec('UPDATE message SET hops = 1'));
    await client.prompt('p1');
    return send(store, 'held', { from: 'far', ...more });
  }

  test('holds no lane, and stands in it when it is let go', async () => {
    await using store = openTestStore({ inMemory: true, caps });
    await send(store, 'to handle', { agent: 'far' });
    const held = await heldBack(store, { scope: 'global' });
    const next = await send(store, 'next', { scope: 'global', agent: 'b' });
    assert.deepEqual([await stateOf(store, held), await stateOf(store, next)], ['blocked', 'ready']);
    assert.match((await store.show(held)).message.waiting?.reason ?? '', /^held back: 2 hops/);
    const later = await send(store, 'later', { scope: 'global', agent: 'b' });
    assert.equal((await store.release({ id: held })).state, 'ready');
    await store.ack({ id: next });
    assert.equal(await stateOf(store, later), 'blocked', 'behind the one that was let go');
  });

  test('is not let go by what it waits for, nor goes before it', async () => {
    await using store = openTestStore({ inMemory: true, caps });
    const handled = await send(store, 'to handle', { agent: 'far' });
    const [one, two] = [await send(store, 'one'), await send(store, 'two')];
    const first = await heldBack(store, after(one));
    const second = await send(store, 'held', { from: 'far', ...after(two) });
    await store.ack({ id: one });
    assert.equal(await stateOf(store, first), 'blocked');
    assert.equal((await store.release({ id: first })).state, 'ready');
    assert.equal((await store.release({ id: second })).state, 'blocked');
    await store.ack({ id: two });
    assert.equal(await stateOf(store, second), 'ready');
    assert.equal(await stateOf(store, handled), 'leased');
  });
});
