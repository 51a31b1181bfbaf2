/** What a group commit does where the storage fails: end for good, or make room and go on with what empties the queue. */
import assert from 'node:assert/strict';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { OrqError } from '../../../src/protocol/errors.ts';
import { openDatabase } from '../../../src/store/sqlite/database.ts';
import { GroupCommit, type CommitOptions } from '../../../src/store/sqlite/group-commit.ts';
import { openReserve, RESERVE_BYTES } from '../../../src/store/sqlite/reserve.ts';
import { testFolder } from '../../support/folder.ts';
import { openTestStore, PROCESS_LOOP } from '../../support/store.ts';

/** A group commit whose writes fail as told, and what it tells besides its answers. */
function failing(options: Partial<CommitOptions> = {}) {
  const folder = testFolder({ inMemory: true });
  const db = openDatabase(folder.at('n.db'));
  const told: string[] = [];
  const commit = new GroupCommit(db, {
    ...PROCESS_LOOP,
    onFailure: ({ code }) => void told.push(code),
    ...options,
  });
  return {
    commit,
    told,
    fail: (code: string): Promise<never> =>
      commit.write(() => {
        throw new Sqlite.SqliteError('disk', code);
      }),
    [Symbol.dispose]: () => {
      db.close();
      folder[Symbol.dispose]();
    },
  };
}

describe('an I/O error or damage', () => {
  test('is told beside the answer, also where one write had it alone', async () => {
    using alone = failing();
    await assert.rejects(alone.fail('SQLITE_IOERR_WRITE'), { code: 'storage_failed' });
    assert.deepEqual(alone.told, ['storage_failed']);
    using grouped = failing();
    await Promise.allSettled([grouped.commit.write(() => 1), grouped.fail('SQLITE_CORRUPT')]);
    assert.deepEqual(grouped.told, ['database_damaged']);
  });

  test('ends all writing: what waits and what comes is refused with it and does not run', async () => {
    using parts = failing();
    const { commit } = parts;
    let runs = 0;
    const failed = assert.rejects(parts.fail('SQLITE_IOERR_FSYNC'), { code: 'storage_failed' });
    commit.flush();
    const waiting = commit.write(() => (runs += 1));
    commit.note(() => (runs += 1));
    await failed;
    await assert.rejects(waiting, { code: 'storage_failed' });
    commit.settle();
    commit.end();
    assert.deepEqual([runs, parts.told, commit.fault?.code], [0, ['storage_failed'], 'storage_failed']);
  });

  test('of another code, or as a rule of ours, ends nothing', async () => {
    using parts = failing();
    const rule = parts.commit.write(() => {
      throw new OrqError('storage_failed', 'a rule of ours');
    });
    await assert.rejects(rule, { code: 'storage_failed' });
    await assert.rejects(parts.fail('SQLITE_CONSTRAINT'), { code: 'SQLITE_CONSTRAINT' });
    assert.deepEqual([parts.told, await parts.commit.write(() => 7)], [[], 7]);
  });
});

describe('a full disk', () => {
  /** Fails every write as long as `isFull()`. */
  const whileFull = (commit: GroupCommit, isFull: () => boolean, grows: boolean): Promise<string> =>
    commit.write(
      () => {
        if (isFull()) throw new Sqlite.SqliteError('disk', 'SQLITE_FULL');
        return 'stored';
      },
      { grows },
    );

  test('makes room once and tries again what does not grow the store', async () => {
    let rooms = 1;
    let isFull = true;
    const makeRoom = () => {
      isFull = rooms === 0;
      rooms = Math.max(0, rooms - 1);
      return !isFull;
    };
    using parts = failing({ makeRoom });
    const both = await Promise.allSettled([
      whileFull(parts.commit, () => isFull, true),
      whileFull(parts.commit, () => isFull, false),
    ]);
    assert.deepEqual(
      both.map(({ status }) => status),
      ['rejected', 'fulfilled'],
    );
    isFull = true;
    await assert.rejects(
      whileFull(parts.commit, () => isFull, false),
      { code: 'storage_full' },
    );
  });

  test('is what it is where the index of the log cannot grow', async () => {
    using parts = failing();
    await assert.rejects(parts.fail('SQLITE_IOERR_SHMSIZE'), { code: 'storage_full' });
  });
});

describe('the reserve', () => {
  test('is taken by the upkeep of a store, once, and found again by the next one', async () => {
    await using folder = testFolder({ inMemory: true });
    const stateDir = folder.at('state');
    for (const _ of [1, 2]) {
      await using store = openTestStore({ stateDir });
      await Promise.all([store.upkeep(), store.upkeep()]);
      const { size, mode } = statSync(`${stateDir}/reserve`);
      assert.deepEqual([size, mode & 0o777, store.describe().isFull], [RESERVE_BYTES, 0o600, false]);
    }
  });

  test('is spent when it was given, and whole again when it was taken', async () => {
    await using folder = testFolder({ inMemory: true });
    const path = folder.at('reserve');
    const changes: boolean[] = [];
    const reserve = openReserve(path, (isSpent) => void changes.push(isSpent));
    await reserve.take();
    assert.deepEqual(
      [reserve.give(), reserve.give(), existsSync(path), reserve.isSpent],
      [true, false, false, true],
    );
    await reserve.take();
    assert.deepEqual([changes, existsSync(path), reserve.isSpent], [[true, false], true, false]);
  });

  test('is taken anew where an earlier process left less of it', async () => {
    await using folder = testFolder({ inMemory: true });
    const path = folder.at('reserve');
    writeFileSync(path, 'half');
    await openReserve(path, () => undefined).take();
    assert.equal(statSync(path).size, RESERVE_BYTES);
  });
});
