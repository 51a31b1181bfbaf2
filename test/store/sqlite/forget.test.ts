/** What is forgotten besides messages: sessions that are over, and how pruned messages ended, unless somebody still waits for one. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TOMBSTONE_RETENTIONS } from '../../../src/queue/retention.ts';
import { join } from 'node:path';
import { openPlain } from '../../../src/store/sqlite/database.ts';
import { DATABASE_FILE } from '../../../src/store/sqlite/store.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { processOf, startedClient } from '../conformance/client.ts';

const RETENTION_MS = 24 * 3_600_000;

async function pass(store: TestStore, ms: number): Promise<void> {
  store.clock.move(ms);
  for (let step = 0; step < 4; step += 1) {
    await store.forgetOld(RETENTION_MS);
    store.clock.move(61_000);
  }
}

function count(store: TestStore, table: string): unknown {
  const db = openPlain(join(store.stateDir, DATABASE_FILE), { readonly: true });
  try {
    return db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  } finally {
    db.close();
  }
}

async function admit(store: TestStore, agent: string): Promise<void> {
  const pane = { socket: '/tmp/s', serverStart: 1, pane: `%${agent}`, addresses: [], project: 'p' };
  await store.admit({ marked: null, given: agent, proposed: agent, pane, mayCreate: true });
}

describe('what only points at the past', () => {
  test('goes with its age: a session that is over, but none that lives', async () => {
    await using store = openTestStore({ inMemory: true });
    await startedClient(store, { agent: 'a', sessionId: 'over' });
    await startedClient(store, { agent: 'b', sessionId: 'living', process: processOf(101) });
    const session = await store.boundTo('a');
    assert.ok(session);
    await store.endSession(session.key, 'process gone', 'session_died');
    await pass(store, RETENTION_MS - 1_000_000);
    assert.equal(count(store, 'session'), 2);
    await pass(store, 2_000_000);
    assert.equal(count(store, 'session'), 1);
    assert.notEqual(await store.boundTo('b'), null);
  });

  test('keeps how a pruned message ended for long, and for whom that waits for it as long as it waits', async () => {
    await using store = openTestStore({ inMemory: true });
    const [gone] = await store.enqueue([{ agent: 'a', text: 'first' }]);
    assert.ok(gone);
    await store.ack({ id: gone.id });
    await pass(store, RETENTION_MS + 1);
    assert.equal(count(store, 'message_tombstone'), 1);
    await store.enqueue([{ agent: 'a', text: 'after', after: [{ id: gone.id }] }]);
    await pass(store, TOMBSTONE_RETENTIONS * RETENTION_MS);
    await assert.rejects(store.enqueue([{ agent: 'a', text: 'too late', after: [{ id: gone.id }] }]), {
      code: 'not_found',
    });
  });

  test('keeps the key of a broadcast whose first message was pruned', async () => {
    await using store = openTestStore({ inMemory: true });
    for (const agent of ['a', 'b']) await admit(store, agent);
    const sent = { agent: '@p', text: 'x', idempotencyKey: 'k' };
    const [first] = await store.enqueue([sent]);
    assert.ok(first?.messages);
    for (const { id } of first.messages.slice(0, 1)) await store.cancel({ id });
    await pass(store, RETENTION_MS + 1);
    const [again] = await store.enqueue([sent]);
    assert.equal(again?.created, false);
  });
});
