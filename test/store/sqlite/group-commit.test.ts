import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openDatabase, openPlain } from '../../../src/store/sqlite/database.ts';
import { GroupCommit } from '../../../src/store/sqlite/group-commit.ts';
import { DATABASE_FILE } from '../../../src/store/sqlite/store.ts';
import { startChild } from '../../support/child.ts';
import { testFolder } from '../../support/folder.ts';
import { PROCESS_LOOP, openTestStore } from '../../support/store.ts';

/** A group commit over a table of numbers, with what it committed. */
function numbersIn(path: string) {
  const db = openDatabase(path);
  db.exec('CREATE TABLE IF NOT EXISTS number (n INTEGER PRIMARY KEY) STRICT');
  const groups: { writes: number; durable: boolean }[] = [];
  const commit = new GroupCommit(db, {
    ...PROCESS_LOOP,
    onCommit: ({ writes, durable }) => void groups.push({ writes, durable }),
  });
  const insert = db.prepare<[number]>('INSERT INTO number (n) VALUES (?)');
  const synchronous = () => db.pragma('synchronous', { simple: true });
  return {
    db,
    commit,
    groups,
    synchronous,
    add: (n: number) => commit.write(() => insert.run(n).changes),
    note: (n: number) => commit.note(() => void insert.run(n)),
    stored: () =>
      db
        .prepare<[], { n: number }>('SELECT n FROM number ORDER BY n')
        .all()
        .map(({ n }) => n),
    [Symbol.dispose]: () => void db.close(),
  };
}

describe('a group commit', () => {
  test('answers only what another connection can already read', async () => {
    await using store = openTestStore();
    const reader = openPlain(join(store.stateDir, DATABASE_FILE), { readonly: true });
    try {
      const select = reader.prepare<[number], { state: string }>('SELECT state FROM message WHERE id = ?');
      const sent = Array.from({ length: 30 }, async () => {
        const [message] = await store.enqueue([{ agent: 'a', text: 'x' }]);
        assert.equal(select.get(message?.id ?? 0)?.state, 'ready');
      });
      await Promise.all(sent);
    } finally {
      reader.close();
    }
  });

  test('writes of one turn of the event loop share one transaction', async () => {
    await using folder = testFolder();
    using numbers = numbersIn(folder.at('n.db'));
    await Promise.all([numbers.add(1), numbers.add(2), numbers.add(3)]);
    assert.deepEqual(numbers.groups, [{ writes: 3, durable: true }]);
  });

  test('a write that fails leaves the others of its group, and nothing of its own', async () => {
    await using folder = testFolder();
    using numbers = numbersIn(folder.at('n.db'));
    const failing = numbers.commit.write(() => {
      numbers.db.exec('INSERT INTO number VALUES (9)');
      throw new Error('refused');
    });
    const results = await Promise.allSettled([numbers.add(1), failing, numbers.add(2)]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(numbers.stored(), [1, 2]);
  });

  test('a write that fails alone leaves nothing, and the next one goes on', async () => {
    await using folder = testFolder();
    using numbers = numbersIn(folder.at('n.db'));
    await numbers.add(1);
    await assert.rejects(
      numbers.commit.write(() => {
        numbers.db.exec('INSERT INTO number VALUES (9)');
        throw new Error('refused');
      }),
    );
    await numbers.add(2);
    assert.deepEqual(numbers.stored(), [1, 2]);
  });

  test('where SQLite rolls the whole group back, nothing of it is answered as done', async () => {
    await using folder = testFolder();
    using numbers = numbersIn(folder.at('n.db'));
    const lost = numbers.commit.write(() => {
      numbers.db.exec('ROLLBACK');
      throw new Error('disk gone');
    });
    const results = await Promise.allSettled([numbers.add(1), lost, numbers.add(2)]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected', 'rejected'],
    );
    assert.deepEqual(numbers.stored(), []);
    await numbers.add(3);
    assert.deepEqual(numbers.stored(), [3]);
  });

  test('a full disk is told as such, and what was answered is stored', async () => {
    await using folder = testFolder();
    using numbers = numbersIn(folder.at('n.db'));
    numbers.db.exec('CREATE TABLE big (text TEXT)');
    numbers.db.pragma(`max_page_count = ${Number(numbers.db.pragma('page_count', { simple: true })) + 4}`);
    const big = numbers.db.prepare<[string]>('INSERT INTO big VALUES (?)');
    const writes = Array.from({ length: 12 }, () =>
      numbers.commit.write(() => big.run('x'.repeat(3_000)).changes),
    );
    const results = await Promise.allSettled(writes);
    const kept = results.filter(({ status }) => status === 'fulfilled').length;
    const [count] = numbers.db.prepare<[], { n: number }>('SELECT count(*) AS n FROM big').all();
    assert.equal(count?.n, kept);
    assert.ok(kept < 12);
    for (const result of results)
      if (result.status === 'rejected')
        assert.equal((result.reason as { code: string }).code, 'storage_full');
  });

  test('notes alone do not wait for the disk; the next write does, whatever became of them', async () => {
    await using folder = testFolder();
    using numbers = numbersIn(folder.at('n.db'));
    const during: unknown[] = [];
    const look = () => void during.push(numbers.synchronous());
    numbers.commit.note(look);
    numbers.commit.settle();
    assert.deepEqual([during.splice(0), numbers.synchronous()], [[1], 2]);
    numbers.note(1);
    numbers.commit.note(() => {
      numbers.db.exec('ROLLBACK');
      throw new Error('lost');
    });
    numbers.commit.settle();
    assert.deepEqual([numbers.stored(), numbers.synchronous()], [[], 2]);
    numbers.note(2);
    await numbers.commit.write(look);
    assert.deepEqual([during, numbers.stored()], [[2], [2]], 'one write makes its whole group durable');
    assert.deepEqual(
      numbers.groups.map(({ durable }) => durable),
      [false, true],
    );
  });

  test('a note is there for the next read, and one that fails is told', async () => {
    await using folder = testFolder();
    const db = openDatabase(folder.at('n.db'));
    db.exec('CREATE TABLE number (n INTEGER PRIMARY KEY) STRICT');
    const told: string[] = [];
    const commit = new GroupCommit(db, { ...PROCESS_LOOP, onFailure: ({ code }) => void told.push(code) });
    commit.note(() => {
      throw new Error('a bug');
    });
    commit.note(() => db.exec('INSERT INTO number VALUES (1)'));
    commit.settle();
    assert.deepEqual(db.prepare('SELECT n FROM number').pluck().all(), [1]);
    assert.deepEqual(told, ['internal']);
    db.close();
  });

  test('a lock of another process is waited out without blocking the event loop, in the order of the writes', async () => {
    await using folder = testFolder();
    using numbers = numbersIn(folder.at('n.db'));
    await numbers.add(1);
    await using holder = await startChild('lock-process', folder.at('n.db'));
    assert.equal(holder.said, 'locked');
    const order: string[] = [];
    const first = numbers.add(2).then(() => order.push('first'));
    numbers.note(3);
    let longestMs = 0;
    for (let turn = 0, beforeMs = performance.now(); turn < 20; turn += 1) {
      await new Promise((resolve) => void setTimeout(resolve, 5));
      const nowMs = performance.now();
      longestMs = Math.max(longestMs, nowMs - beforeMs);
      beforeMs = nowMs;
    }
    assert.deepEqual([order, numbers.stored(), numbers.synchronous()], [[], [1], 2]);
    assert.ok(longestMs < 500, `the loop stood still for ${longestMs} ms`);
    const second = numbers.add(4).then(() => order.push('second'));
    await holder.release();
    await Promise.all([first, second]);
    assert.deepEqual(
      [order, numbers.stored()],
      [
        ['first', 'second'],
        [1, 2, 3, 4],
      ],
    );
  });

  test('an end refuses what a foreign lock kept waiting, and what comes later', async () => {
    await using folder = testFolder();
    using numbers = numbersIn(folder.at('n.db'));
    await using _ = await startChild('lock-process', folder.at('n.db'));
    const waiting = assert.rejects(numbers.add(1), { code: 'shutting_down' });
    numbers.commit.end();
    await waiting;
    await assert.rejects(numbers.add(2), { code: 'shutting_down' });
    assert.deepEqual(numbers.stored(), []);
  });

  test('an end commits what waits', async () => {
    await using folder = testFolder();
    using numbers = numbersIn(folder.at('n.db'));
    const waiting = numbers.add(1);
    numbers.commit.end();
    assert.equal(await waiting, 1);
  });

  test('a lock that is never freed is told to those who wait, as something to try again', async () => {
    await using folder = testFolder();
    const db = openDatabase(folder.at('n.db'));
    const holder = openPlain(folder.at('n.db'));
    try {
      holder.exec('BEGIN IMMEDIATE');
      let nowMs = 0;
      const later: (() => void)[] = [];
      const loop = {
        soon: (run: () => void) => void later.push(run),
        later: (_ms: number, run: () => void) => void later.push(run),
      };
      const commit = new GroupCommit(db, { loop, monotonicMs: () => nowMs });
      const waiting = commit.write(() => 1);
      const outcome = assert.rejects(waiting, { code: 'storage_busy' });
      for (let run = later.shift(); run; run = later.shift()) {
        run();
        nowMs += 10_000;
      }
      await outcome;
      assert.equal(nowMs, 40_000);
    } finally {
      holder.close();
      db.close();
    }
  });
});
