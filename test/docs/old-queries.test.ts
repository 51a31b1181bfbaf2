/** What users of the old system type into sqlite3, on this one's database while its daemon runs. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { suiteDaemon } from '../support/suite-daemon.ts';

type Row = Readonly<Record<string, unknown>>;

describe('the queries of the old guide', () => {
  const suite = suiteDaemon();
  const open = (): Sqlite.Database => new Sqlite(join(suite.daemon.stateDir, 'orq.db'));
  function ask(sql: string): Row[] {
    const db = open();
    try {
      return db.prepare<[], Row>(sql).all();
    } finally {
      db.close();
    }
  }

  test('tell the truth, word by word', async () => {
    const { client } = suite;
    const [first, second] = await client.enqueue([
      { agent: 'a:1', text: 'waits', priority: 3 },
      { agent: 'b:1', text: 'REBRIEF somebody' },
    ]);
    await client.dequeue({ agent: 'b:1' });
    await client.enqueue({ agent: 'c:1', text: 'later', delayMs: 3_600_000 });
    await client.importPage({
      import: 'i',
      position: 0,
      messages: [],
      agents: [{ id: 'a:1', project: 'P' }],
    });
    await client.importCommit({ import: 'i', pages: 1 });
    const pending = ask("SELECT * FROM message_queue WHERE status='pending';");
    assert.deepEqual(
      pending.map(({ id, agent_id: agent, agent_session: session, message, priority, status }) => [
        id,
        agent,
        session,
        message,
        priority,
        status,
      ]),
      [
        [first?.id, 'a:1', 'a:1', 'waits', 3, 'pending'],
        [(second?.id ?? 0) + 1, 'c:1', 'c:1', 'later', 0, 'pending'],
      ],
    );
    const [pulled, ...others] = ask("SELECT * FROM message_queue WHERE message LIKE '%REBRIEF%';");
    assert.deepEqual([pulled?.['id'], pulled?.['status'], others], [second?.id, 'pulled', []]);
    assert.deepEqual(
      ask('SELECT * FROM agents;').map(({ agent_id: agent, project_name: project, status }) => [
        agent,
        project,
        status,
      ]),
      [['a:1', 'P', 'offline']],
    );
    assert.deepEqual(ask('SELECT agent_id, restart_count FROM agents;'), [
      { agent_id: 'a:1', restart_count: 0 },
    ]);
  });

  test('and its VACUUM and ANALYZE break nothing, in the middle of the traffic', async () => {
    const { client, daemon } = suite;
    const traffic = (async () => {
      for (let count = 0; count < 50; count += 1) await client.enqueue({ agent: 'v:1', text: `t${count}` });
    })();
    for (const statement of ['VACUUM;', 'ANALYZE;']) {
      const db = open();
      db.pragma('busy_timeout = 30000');
      db.exec(statement);
      db.close();
    }
    await traffic;
    assert.equal((await client.counts({ agent: 'v:1' })).ready, 50);
    await daemon.restart();
    const { messages } = await client.dequeue({ agent: 'v:1', max: 100 });
    assert.deepEqual(
      messages.map(({ text }) => text),
      Array.from({ length: 50 }, (_, count) => `t${count}`),
    );
    assert.deepEqual(ask('PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
  });
});
