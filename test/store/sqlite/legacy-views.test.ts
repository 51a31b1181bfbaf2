/** The old system's habits of inspection give true answers on orq's file while it runs. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openPlain } from '../../../src/store/sqlite/database.ts';
import { DATABASE_FILE } from '../../../src/store/sqlite/store.ts';
import { openTestStore, type TestStore } from '../../support/store.ts';
import { ids, printed, processOf, send, startedClient } from '../conformance/client.ts';
import { RESTART_POLICY } from '../../support/restart-policy.ts';

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

  test('count the restarts of an agent, and show its last one and what went wrong', async () => {
    await using store = openTestStore({ inMemory: true });
    await startedClient(store);
    const record = {
      agent: 'a',
      argv: ['claude'],
      folder: '/',
      environment: {},
      sessionId: null,
      tmux: null,
    };
    const [first, second] = [100, 101].map((pid) => ({ process: processOf(pid), ownsPane: true }));
    await store.recordStart(record, first ?? null);
    const lost = { agent: 'a', cause: 'crashed', detail: 'status 1', isAlive: false } as const;
    const decided = await store.reportRestart({ ...lost, lost: processOf(100) }, RESTART_POLICY, 0);
    await store.beginRestart(decided?.id ?? 0, 1, 1);
    store.clock.move(1_000);
    await store.recordStart(record, second ?? null);
    await store.reportRestart(
      { ...lost, cause: 'stopped', detail: null, lost: processOf(101) },
      RESTART_POLICY,
      0,
    );
    assert.deepEqual(ask(store, `SELECT agent_id, restart_count, last_restart, last_error FROM agents;`), [
      { agent_id: 'a', restart_count: 1, last_restart: '2025-06-15 15:06:41', last_error: 'status 1' },
    ]);
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

  test('show what is kept of an agent, and what happened to its sessions and why', async () => {
    await using store = openTestStore({ inMemory: true });
    const client = await startedClient(store);
    const fact = { transcriptPath: '/t/1.jsonl', folder: null, summary: null };
    const began = { ...fact, kind: 'session_start', reason: 'startup', folder: '/work' } as const;
    await client.start({ life: began });
    await client.event('PreCompact', 'p1', { life: { ...fact, kind: 'pre_compact', reason: 'manual' } });
    const compacted = { ...fact, kind: 'post_compact', reason: 'manual', summary: 'so far' } as const;
    await client.event('PostCompact', 'p1', { life: compacted });
    await store.keepActivity('a', 'on branch main');
    await client.end({ endReason: 'prompt_input_exit' });
    const events = ask(store, 'SELECT agent_id, event_type, reason, timestamp FROM session_events');
    const at = { agent_id: 'a', timestamp: '2025-06-15 15:06:40' };
    assert.deepEqual(events, [
      { ...at, event_type: 'session_start', reason: 'startup' },
      { ...at, event_type: 'pre_compact', reason: 'manual' },
      { ...at, event_type: 'post_compact', reason: 'manual' },
      { ...at, event_type: 'session_end', reason: 'prompt_input_exit' },
    ]);
    const [context] = ask(store, 'SELECT * FROM agent_context');
    assert.deepEqual(
      [context?.['agent_id'], context?.['activity_summary'], context?.['last_briefing']],
      ['a', 'on branch main', null],
    );
    assert.deepEqual(JSON.parse(String(context?.['checkpoint_data'])), {
      session_id: 's1',
      transcript_path: '/t/1.jsonl',
      folder: '/work',
      compact_summaries: ['so far'],
    });
  });

  test('show the newest 500 events of an agent and its newest 5 compactions: no agent fills the disk', async () => {
    await using store = openTestStore({ inMemory: true });
    const client = await startedClient(store);
    for (let number = 0; number < 510; number += 1) {
      const life = {
        kind: 'post_compact',
        reason: null,
        transcriptPath: null,
        folder: null,
        summary: `${number}`,
      } as const;
      await client.event('PostCompact', 'p1', { life });
    }
    await store.contextOf('a');
    const [kept] = ask(store, 'SELECT count(*) AS events FROM session_events');
    assert.deepEqual(kept, { events: 500 });
    const [newest] = ask(
      store,
      "SELECT json_extract(checkpoint_data, '$.compact_summaries') AS texts FROM agent_context",
    );
    assert.deepEqual(JSON.parse(String(newest?.['texts'])), ['505', '506', '507', '508', '509']);
  });
});
