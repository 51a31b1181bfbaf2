import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { agentFacts } from '../../../src/takeover/agent-facts.ts';
import { suiteDaemon } from '../../support/suite-daemon.ts';
import { makeLegacy, rowsOf } from '../../support/legacy-database.ts';
import { orqctl } from '../orqctl/run-orqctl.ts';

const CONTEXT = {
  agent: 'p:1',
  lastBriefing: '2025-08-30 12:00:00',
  briefing: ' You test. ',
  activity: 'Wrote tests.',
  checkpoint: '{"step":3}',
};

test('each agent has all that was known of it, once; a context that says nothing is none', () => {
  const [agent, ...others] = agentFacts({
    known: [{ id: 'p:1', project: 'P' }],
    restarts: [{ agent: 'p:1', attempts: 1, successes: 2, failures: 9999, lastAtMs: 5 }],
    contexts: [
      CONTEXT,
      { ...CONTEXT, agent: 'p:2', briefing: null, activity: ' ', checkpoint: '{}' },
      { ...CONTEXT, agent: ':' },
    ],
    events: [],
    sessions: [],
  });
  assert.deepEqual(agent, {
    id: 'p:1',
    project: 'P',
    restarts: { succeeded: 2, failed: 500, lastAtMs: 5 },
    context: {
      briefing: 'You test.',
      briefedAtMs: Date.UTC(2025, 7, 30, 12),
      activity: 'Wrote tests.\n{"step":3}',
    },
  });
  assert.deepEqual(others, []);
});

describe('what the old system knew of its agents', () => {
  // The daemon forgets in time what is older than this, and the file tells of a day long ago.
  const suite = suiteDaemon({ env: { ORQ_RESTART_RETENTION_DAYS: '40000' } });

  test('is taken over once: restarts as rows that count towards no limit, contexts where none is known here', async () => {
    const old = suite.folder.at('old');
    mkdirSync(join(old, 'logs/hooks'), { recursive: true });
    const file = join(old, 'task_queue.db');
    const db = makeLegacy(file, 'v3');
    db.exec(`INSERT INTO agent_context (agent_id, last_briefing, briefing_content, activity_summary)
             VALUES ('p:1', '2025-08-30 12:00:00', 'You test.', 'Wrote tests.')`);
    db.close();
    const history = (successes: number): void =>
      writeFileSync(
        join(old, 'logs/hooks/restart_history.json'),
        JSON.stringify({
          'p:1': { attempts: 1, successes, failures: 1, last_attempt: '2025-08-30T12:00:00' },
        }),
      );
    const known = () => {
      const own = new Sqlite(join(suite.daemon.stateDir, 'orq.db'), { readonly: true });
      try {
        return {
          agents: own.prepare('SELECT agent_id, restart_count, last_restart FROM agents').all(),
          contexts: own
            .prepare('SELECT agent_id, briefing_content, activity_summary, last_briefing FROM agent_context')
            .all(),
          counted: own
            .prepare('SELECT count(*) AS count FROM agent_restart WHERE counted_at_ms IS NOT NULL')
            .get(),
        };
      } finally {
        own.close();
      }
    };
    const takeOver = async () => assert.equal((await orqctl(['takeover', file], suite.daemon)).exit, 0);
    history(2);
    await takeOver();
    const first = known();
    assert.deepEqual(first, {
      agents: [{ agent_id: 'p:1', restart_count: 2, last_restart: '2025-08-30 12:00:00' }],
      contexts: [
        {
          agent_id: 'p:1',
          briefing_content: 'You test.',
          activity_summary: 'Wrote tests.',
          last_briefing: '2025-08-30 12:00:00',
        },
      ],
      counted: { count: 0 },
    });
    await takeOver();
    assert.deepEqual(known(), first);
    history(3);
    await takeOver();
    assert.deepEqual(known().agents, [
      { agent_id: 'p:1', restart_count: 3, last_restart: '2025-08-30 12:00:00' },
    ]);
  });

  test('has the ends of its sessions once, at their own times, and the old query tells the last error', async () => {
    const file = suite.folder.at('ended.db');
    const db = makeLegacy(file, 'v3', rowsOf('ended'));
    db.exec(`INSERT INTO session_events (agent_id, event_type, reason, timestamp, details) VALUES
      ('ended:1', 'session_end', 'error', '2025-08-30 11:00:00', '{''error'': ''pane dead'', ''code'': None}'),
      ('ended:1', 'session_end', 'error', '2025-08-30 10:00:00', NULL),
      (':', 'session_end', 'session_end', '2025-08-30 10:00:00', NULL)`);
    db.close();
    for (const again of [false, true]) {
      const { exit, stderr } = await orqctl(['takeover', file], suite.daemon);
      assert.deepEqual(
        [exit, /1 ends of sessions are of agents/.test(stderr)],
        [0, true],
        `${stderr} ${again}`,
      );
    }
    const own = new Sqlite(join(suite.daemon.stateDir, 'orq.db'), { readonly: true });
    const rows = own
      .prepare(
        `SELECT cause, outcome, detail, at_ms AS atMs, counted_at_ms AS counted FROM agent_restart WHERE agent = 'ended:1' ORDER BY id`,
      )
      .all();
    assert.deepEqual(rows, [
      { cause: 'crashed', outcome: 'none', detail: null, atMs: Date.UTC(2025, 7, 30, 10), counted: null },
      {
        cause: 'crashed',
        outcome: 'none',
        detail: '{"error":"pane dead","code":null}',
        atMs: Date.UTC(2025, 7, 30, 11),
        counted: null,
      },
    ]);
    assert.deepEqual(
      own.prepare(`SELECT restart_count, last_error FROM agents WHERE agent_id = 'ended:1'`).get(),
      {
        restart_count: 0,
        last_error: '{"error":"pane dead","code":null}',
      },
    );
    own.close();
  });
});
