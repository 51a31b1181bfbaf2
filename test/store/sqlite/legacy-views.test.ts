/** The old system's habits of inspection give true answers on orq's file while it runs. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openPlain } from '../../../src/store/sqlite/database.ts';
import { DATABASE_FILE } from '../../../src/store/sqlite/store.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { ids, printed, send, startedClient } from '../conformance/client.ts';

function ask(store: TestStore, sql: string): Record<string, unknown>[] {
  const db = openPlain(join(store.stateDir, DATABASE_FILE));
  try {
    return db.prepare<[], Record<string, unknown>>(sql).all();
  } finally {
    db.close();
  }
}

const PENDING = `SELECT * FROM message_queue WHERE status='pending';`;
const COLUMNS =
  'id agent_id agent_session message priority sequence_number dependency_id project_name status enqueued_at pulled_at delivered_at delivery_method fifo_scope'.split(
    ' ',
  );

describe('the SELECTs of the old guide', () => {
  test('show what waits as pending, what is held as pulled, what was seen as delivered', async () => {
    await using store = openTestStore({ inMemory: true });
    const client = await startedClient(store);
    const seen = await send(store, 'seen');
    await printed(store, await client.prompt('p1'));
    const held = await send(store, 'held');
    await printed(store, await client.batch('p1'));
    const waiting = await send(store, 'waiting', { priority: 7, project: 'shop' });
    const later = await send(store, 'later', { delayMs: 60_000 });
    const [first, second] = ask(store, PENDING);
    assert.deepEqual([first?.['id'], second?.['id']], [waiting, later]);
    assert.deepEqual(Object.keys(first ?? {}), COLUMNS);
    assert.deepEqual(
      [
        first?.['agent_id'],
        first?.['agent_session'],
        first?.['message'],
        first?.['priority'],
        first?.['project_name'],
      ],
      ['a', 'a', 'waiting', 7, 'shop'],
    );
    assert.equal(first?.['enqueued_at'], '2025-06-15 15:06:40');
    const words = ask(store, 'SELECT id, status FROM message_queue ORDER BY id');
    assert.deepEqual(words, [
      { id: seen, status: 'delivered' },
      { id: held, status: 'pulled' },
      { id: waiting, status: 'pending' },
      { id: later, status: 'pending' },
    ]);
  });

  test('show the first message that one waits for', async () => {
    await using store = openTestStore({ inMemory: true });
    const [one, two] = [await send(store, 'x'), await send(store, 'x')];
    const three = await send(store, 'x', { after: [{ id: two }, { id: one }] });
    const [row] = ask(store, `SELECT dependency_id FROM message_queue WHERE id = ${three}`);
    assert.equal(row?.['dependency_id'], one);
  });

  test('show the order that a message stands in', async () => {
    await using store = openTestStore({ inMemory: true });
    await send(store, 'x');
    await send(store, 'x', { scope: 'project', project: 'shop' });
    await send(store, 'x', { scope: 'global' });
    const scopes = ask(store, 'SELECT fifo_scope FROM message_queue ORDER BY id');
    assert.deepEqual(
      scopes.map(({ fifo_scope: scope }) => scope),
      ['agent', 'project', 'global'],
    );
  });

  test('show the agents, with what was delivered to them last', async () => {
    await using store = openTestStore({ inMemory: true });
    const client = await startedClient(store);
    const id = await send(store, 'seen');
    await printed(store, await client.prompt('p1'));
    const agent = () => ask(store, `SELECT * FROM agents;`)[0];
    assert.equal(agent()?.['status'], 'active');
    await client.stop('p1');
    assert.deepEqual(
      [agent()?.['agent_id'], agent()?.['status'], agent()?.['last_sequence_delivered']],
      ['a', 'ready', id],
    );
    assert.deepEqual(ask(store, `SELECT agent_id, restart_count FROM agents;`), [
      { agent_id: 'a', restart_count: 0 },
    ]);
    await client.end();
    assert.equal(agent()?.['status'], 'offline');
  });

  test('find a text by a part of it', async () => {
    await using store = openTestStore({ inMemory: true });
    const id = await send(store, 'REBRIEF: rules');
    await send(store, 'other');
    const found = ask(store, `SELECT * FROM message_queue WHERE message LIKE '%REBRIEF%';`);
    assert.deepEqual(ids(found as { id: number }[]), [id]);
  });

  test('a VACUUM and an ANALYZE of somebody else break nothing', async () => {
    await using store = openTestStore({ inMemory: true });
    const client = await startedClient(store);
    const [seen, held] = [await send(store, 'seen', { idempotencyKey: 'k' }), await send(store, 'held')];
    await send(store, 'gone');
    await printed(store, await client.prompt('p1'));
    const db = openPlain(join(store.stateDir, DATABASE_FILE));
    db.exec('VACUUM; ANALYZE;');
    db.close();
    assert.deepEqual((await client.stop('p1')).proved.slice(0, 2), [seen, held]);
    assert.equal(await send(store, 'seen', { idempotencyKey: 'k' }), seen);
    const next = await send(store, 'next');
    assert.deepEqual(ids(await client.prompt('p2')), [next]);
  });
});
