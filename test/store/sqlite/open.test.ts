/** How the store opens: alone, durable, private, and only its own file. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openPlain } from '../../../src/store/sqlite/database.ts';
import { DATABASE_FILE } from '../../../src/store/sqlite/store.ts';
import { startChild } from '../../support/child.ts';
import { testFolder } from '../../support/folder.ts';
import { openTestStore } from '../../support/store.ts';

async function assertRefused(stateDir: string, code: string): Promise<void> {
  await assert.rejects(
    async () => {
      await using _ = openTestStore({ stateDir });
    },
    { code },
  );
}

describe('opening the store', () => {
  test('runs in WAL with synchronous FULL, and says so', async () => {
    await using store = openTestStore();
    const { journalMode, synchronous, sizeBytes } = store.describe();
    assert.deepEqual([journalMode, synchronous], ['wal', 2]);
    assert.ok(sizeBytes > 0);
  });

  test('keeps folder, database and journals to their owner', async () => {
    await using store = openTestStore();
    await store.enqueue([{ agent: 'a', text: 'x' }]);
    assert.equal(statSync(store.stateDir).mode & 0o777, 0o700);
    for (const name of [DATABASE_FILE, `${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`, 'lock.db'])
      assert.equal(statSync(join(store.stateDir, name)).mode & 0o777, 0o600, name);
  });

  test('refuses a folder or a file that others could read', async () => {
    await using folder = testFolder();
    mkdirSync(folder.at('state'), { mode: 0o700 });
    chmodSync(folder.at('state'), 0o750);
    await assertRefused(folder.at('state'), 'unsafe_permissions');
    chmodSync(folder.at('state'), 0o700);
    writeFileSync(folder.at(`state/${DATABASE_FILE}`), '');
    chmodSync(folder.at(`state/${DATABASE_FILE}`), 0o644);
    await assertRefused(folder.at('state'), 'unsafe_permissions');
  });

  const notRoot = process.getuid?.() === 0 ? false : 'only root can give a folder away';
  test('refuses a folder of somebody else', { skip: notRoot }, async () => {
    await using folder = testFolder();
    mkdirSync(folder.at('state'), { mode: 0o700 });
    chownSync(folder.at('state'), 12_345, 12_345);
    await assertRefused(folder.at('state'), 'unsafe_permissions');
  });

  for (const suffix of ['-wal', '-shm'])
    test(
      `refuses a ${suffix} of somebody else, as another user's sqlite3 leaves it`,
      { skip: notRoot },
      async () => {
        await using folder = testFolder();
        await openTestStore({ stateDir: folder.at('state') })[Symbol.asyncDispose]();
        writeFileSync(folder.at(`state/${DATABASE_FILE}${suffix}`), '', { mode: 0o600 });
        chownSync(folder.at(`state/${DATABASE_FILE}${suffix}`), 12_345, 12_345);
        await assertRefused(folder.at('state'), 'unsafe_permissions');
      },
    );

  test('refuses a database of another program and leaves every byte of it', async () => {
    await using folder = testFolder();
    mkdirSync(folder.at('state'), { mode: 0o700 });
    const path = folder.at(`state/${DATABASE_FILE}`);
    const other = openPlain(path);
    other.exec('CREATE TABLE theirs (n); INSERT INTO theirs VALUES (1)');
    other.close();
    chmodSync(path, 0o600);
    const before = readFileSync(path);
    await assertRefused(folder.at('state'), 'database_foreign');
    assert.deepEqual(readFileSync(path), before);
  });

  test('refuses a file that is no database', async () => {
    await using folder = testFolder();
    mkdirSync(folder.at('state'), { mode: 0o700 });
    writeFileSync(
      folder.at(`state/${DATABASE_FILE}`),
      'not a database, but long enough for a header of one hundred bytes'.repeat(20),
      { mode: 0o600 },
    );
    await assertRefused(folder.at('state'), 'database_damaged');
  });

  test('frees its lock when opening failed', async () => {
    await using folder = testFolder();
    mkdirSync(folder.at(`state/${DATABASE_FILE}`), { recursive: true, mode: 0o700 });
    chmodSync(folder.at('state'), 0o700);
    await assert.rejects(async () => {
      await using _ = openTestStore({ stateDir: folder.at('state') });
    });
    const lock = openPlain(folder.at('state/lock.db'));
    lock.exec('BEGIN EXCLUSIVE');
    lock.close();
  });
});

describe('one store per folder', () => {
  test('a second process is refused; kill -9 of the first frees the folder, and what it answered is there', async () => {
    await using folder = testFolder();
    const stateDir = folder.at('state');
    await using first = await startChild('store-process', stateDir);
    assert.equal(first.said, 'open');
    await using second = await startChild('store-process', stateDir);
    assert.equal(second.said, 'instance_running');
    await first.kill();
    await using store = openTestStore({ stateDir });
    assert.equal((await store.list({}))[0]?.text, 'stored by another process');
  });

  test('a try in the same process does not free the lock of the one that runs', async () => {
    await using folder = testFolder();
    const stateDir = folder.at('state');
    await using _ = openTestStore({ stateDir });
    await assertRefused(stateDir, 'instance_running');
    await using other = await startChild('store-process', stateDir);
    assert.equal(other.said, 'instance_running');
  });

  test('of two that start at once on an empty folder one runs, on a whole schema', async () => {
    await using folder = testFolder();
    const stateDir = folder.at('state');
    const children = await Promise.all([
      startChild('store-process', stateDir),
      startChild('store-process', stateDir),
    ]);
    assert.deepEqual(children.map(({ said }) => said).toSorted(), ['instance_running', 'open']);
    for (const child of children) await child.kill();
    await using store = openTestStore({ stateDir });
    assert.equal((await store.counts()).ready, 1);
  });

  test('the file is readable by others while it runs', async () => {
    await using folder = testFolder();
    await using _ = await startChild('store-process', folder.at('state'));
    const reader = openPlain(folder.at(`state/${DATABASE_FILE}`), { readonly: true });
    try {
      assert.equal(reader.prepare('SELECT count(*) FROM message_queue').pluck().get(), 1);
    } finally {
      reader.close();
    }
  });

  const missing = spawnSync('sqlite3', ['--version']).error ? 'there is no sqlite3 command here' : false;
  test('the file is readable by the sqlite3 command while it runs', { skip: missing }, async () => {
    await using folder = testFolder();
    await using _ = await startChild('store-process', folder.at('state'));
    const query = "SELECT message FROM message_queue WHERE status='pending';";
    const { stdout, stderr } = spawnSync('sqlite3', [folder.at(`state/${DATABASE_FILE}`), query], {
      encoding: 'utf8',
    });
    assert.deepEqual([stdout, stderr], ['stored by another process\n', '']);
  });
});
