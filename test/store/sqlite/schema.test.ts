/** The laws that the schema keeps by itself: a bug in TypeScript meets them first. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { MESSAGE_STATES, MOVES, type MessageState } from '../../../src/protocol/message.ts';
import { openPlain, type Database } from '../../../src/store/sqlite/database.ts';
import { DATABASE_FILE } from '../../../src/store/sqlite/store.ts';
import { openTestStore } from '../../support/store.ts';

/** Runs raw SQL on a file with the newest schema. */
async function withSchema(run: (db: Database) => void): Promise<void> {
  await using store = openTestStore({ inMemory: true });
  const db = openPlain(join(store.stateDir, DATABASE_FILE));
  try {
    db.pragma('foreign_keys = ON');
    run(db);
  } finally {
    db.close();
  }
}

/** The columns that have to agree with a state. */
const COLUMNS: Record<MessageState, string> = {
  ready: '',
  scheduled: '',
  blocked: '',
  leased: 'leased_at_ms = 1, lease_until_ms = 2',
  delivered: 'ended_at_ms = 1',
  dead: "ended_at_ms = 1, reason = 'r'",
  cancelled: 'ended_at_ms = 1',
};
const FREE = 'leased_at_ms = NULL, lease_until_ms = NULL, ended_at_ms = NULL, reason = NULL';

function insert(db: Database, state: MessageState): void {
  const set = COLUMNS[state]
    .split(', ')
    .filter(Boolean)
    .map((pair) => pair.split(' = '));
  const names = [
    'id',
    'agent',
    'state',
    'max_failures',
    'enqueued_at_ms',
    'ready_at_ms',
    ...set.map(([name]) => name),
  ];
  const values = ['1', "'a'", `'${state}'`, '5', '1', '1', ...set.map(([, value]) => value)];
  db.exec(`DELETE FROM message; INSERT INTO message (${names.join()}) VALUES (${values.join()})`);
}

function moves(db: Database, to: MessageState): boolean {
  const set = COLUMNS[to].split(', ').filter(Boolean);
  const cleared = FREE.split(', ').filter(
    (pair) => !set.some((own) => own.split(' =')[0] === pair.split(' =')[0]),
  );
  try {
    db.exec(`UPDATE message SET ${[`state = '${to}'`, ...set, ...cleared].join(', ')} WHERE id = 1`);
    return true;
  } catch (error) {
    assert.match(String(error), /illegal move of a message/);
    return false;
  }
}

describe('the schema', () => {
  test('allows exactly the moves of the contract', async () => {
    await withSchema((db) => {
      for (const from of MESSAGE_STATES)
        for (const to of MESSAGE_STATES.filter((state) => state !== from)) {
          insert(db, from);
          const legal: readonly MessageState[] = MOVES[from];
          assert.equal(moves(db, to), legal.includes(to), `${from} to ${to}`);
        }
    });
  });

  const FORBIDDEN: readonly [law: string, from: MessageState, set: string][] = [
    ['a lease has a holder or an end', 'ready', "state = 'leased', leased_at_ms = 1"],
    [
      'a lease has not both a session and a visibility timeout',
      'leased',
      "lease_session = 1, lease_injected = 0, lease_event = 'Stop'",
    ],
    [
      'a holder without a lease is impossible',
      'ready',
      "lease_session = 1, lease_injected = 0, lease_event = 'Stop'",
    ],
    ['a message that is not leased has no lease time', 'ready', 'leased_at_ms = 1'],
    ['a lease that is over leaves nothing behind', 'leased', "state = 'ready'"],
    ['what ended has a time of its end', 'ready', "state = 'delivered'"],
    ['what did not end has none', 'ready', 'ended_at_ms = 1'],
    ['what is dead has a reason', 'ready', "state = 'dead', ended_at_ms = 1"],
    ['only delivered messages are open', 'ready', 'open = 1'],
    ['failures stay within their budget', 'ready', 'failures = 6'],
    ['states are those of the contract', 'ready', "state = 'pending'"],
    ['wake is now or later', 'ready', "wake = 'never'"],
    ['a lease token never goes back', 'ready', 'lease_token = -1'],
    ['columns have their types', 'ready', "priority = 'high'"],
    ['a request id belongs to a lease with a visibility timeout', 'ready', "lease_request_id = 'r'"],
  ];
  for (const [law, from, set] of FORBIDDEN)
    test(`keeps the law: ${law}`, async () => {
      await withSchema((db) => {
        db.exec(sessionRow('s1', "'a'", 'guest', 'NULL'));
        insert(db, from);
        assert.throws(() => db.exec(`UPDATE message SET ${set} WHERE id = 1`), { name: 'SqliteError' });
      });
    });

  test('binds at most one session to an agent, and lets no ended one be bound', async () => {
    await withSchema((db) => {
      db.exec(`INSERT INTO agent (id, first_seen_ms, last_seen_ms) VALUES ('a', 1, 1)`);
      db.exec(sessionRow('s1', "'a'", 'bound', '10'));
      assert.throws(() => db.exec(sessionRow('s2', "'a'", 'bound', '11')), /UNIQUE/);
      assert.throws(() => db.exec(sessionRow('s1', "'a'", 'guest', '10')), /UNIQUE/);
      assert.throws(() => db.exec(sessionRow('s3', 'NULL', 'bound', '12')), /CHECK/);
      assert.throws(() => db.exec(`UPDATE session SET state = 'ended'`), /CHECK/);
    });
  });

  test('never gives an id twice, also after the newest message was deleted', async () => {
    await withSchema((db) => {
      insert(db, 'ready');
      db.exec('DELETE FROM message');
      db.exec(
        `INSERT INTO message (agent, state, max_failures, enqueued_at_ms, ready_at_ms) VALUES ('a', 'ready', 5, 1, 1)`,
      );
      assert.equal(db.prepare('SELECT id FROM message').pluck().get(), 2);
    });
  });

  test('keeps the counts true through inserts, moves, adoption and deletes', async () => {
    await withSchema((db) => {
      insert(db, 'ready');
      moves(db, 'leased');
      moves(db, 'ready');
      db.exec(`UPDATE message SET agent = 'b'`);
      const none = { ready: 0, scheduled: 0, blocked: 0, leased: 0, delivered: 0, dead: 0, cancelled: 0 };
      const counts = () => db.prepare('SELECT * FROM message_count ORDER BY agent').all();
      assert.deepEqual(counts(), [
        { agent: 'a', ...none },
        { agent: 'b', ...none, ready: 1 },
      ]);
      db.exec('DELETE FROM message');
      assert.deepEqual(counts(), [
        { agent: 'a', ...none },
        { agent: 'b', ...none },
      ]);
    });
  });
});

function sessionRow(id: string, agent: string, standing: string, pid: string): string {
  return `INSERT OR IGNORE INTO agent (id, first_seen_ms, last_seen_ms) VALUES ('a', 1, 1);
    INSERT INTO session (session_id, pid, pid_start, agent, standing, state, last_event, last_event_ms, started_at_ms)
    VALUES ('${id}', ${pid}, ${pid === 'NULL' ? 'NULL' : "'b'"}, ${agent}, '${standing}', 'idle', 'Stop', 1, 1)`;
}
