import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { copyDatabase } from '../../../src/store/sqlite/copy.ts';
import { openPlain } from '../../../src/store/sqlite/database.ts';
import { restoreDatabase } from '../../../src/store/sqlite/restore.ts';
import { DATABASE_FILE } from '../../../src/store/sqlite/store.ts';
import { startChild } from '../../support/child.ts';
import { testFolder, type TestFolder } from '../../support/folder.ts';
import { MIGRATIONS, openTestStore } from '../../support/store.ts';

let nowMs = 1_900_000_000_000;
const hasCode = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

/** A state directory with this many messages, and a copy of it from when it had one fewer. */
async function stateWithCopy(
  folder: TestFolder,
  messages: number,
): Promise<{ stateDir: string; copy: string }> {
  const stateDir = folder.at('state');
  const copy = folder.at('copy.db');
  await using store = openTestStore({ stateDir });
  for (let count = 1; count < messages; count += 1) await store.enqueue([{ agent: 'a', text: `m${count}` }]);
  await copyDatabase(join(stateDir, DATABASE_FILE), copy);
  await store.enqueue([{ agent: 'a', text: 'after the copy' }]);
  return { stateDir, copy };
}

const restored = (stateDir: string, file: string) =>
  restoreDatabase({ stateDir, file, migrations: MIGRATIONS, nowMs: (nowMs += 1) });

async function readyIn(stateDir: string): Promise<number> {
  await using store = openTestStore({ stateDir });
  return (await store.counts('a')).ready;
}

describe('a copy of a database in use', () => {
  it('has what was committed and nothing else, in one private file', async () => {
    await using folder = testFolder();
    await using store = openTestStore({ stateDir: folder.at('state') });
    await store.enqueue([{ agent: 'a', text: 'one' }]);
    const made = await copyDatabase(join(store.stateDir, DATABASE_FILE), folder.at('copy.db'));
    assert.equal(made.messages, 1);
    assert.deepEqual(readdirSync(folder.path).toSorted(), ['copy.db', 'state']);
    assert.equal(statSync(folder.at('copy.db')).mode & 0o777, 0o600);
    await store.enqueue([{ agent: 'a', text: 'goes on' }]);
  });

  it('is one moment, also while others write', async () => {
    await using folder = testFolder();
    await using store = openTestStore({ stateDir: folder.at('state') });
    let goesOn = true;
    const writing = (async () => {
      while (goesOn) await store.enqueue([{ agent: 'a', text: 'x'.repeat(5_000) }]);
    })();
    const copies = [];
    for (let count = 0; count < 5; count += 1)
      copies.push(await copyDatabase(join(store.stateDir, DATABASE_FILE), folder.at(`${count}.db`)));
    goesOn = false;
    await writing;
    for (const { file, messages } of copies) {
      const db = openPlain(file, { readonly: true });
      assert.deepEqual(db.prepare('SELECT count(*) AS n, max(id) AS last FROM message').get(), {
        n: messages,
        last: messages === 0 ? null : messages,
      });
      db.close();
    }
  });

  it('overwrites nothing', async () => {
    await using folder = testFolder();
    await using store = openTestStore({ stateDir: folder.at('state') });
    writeFileSync(folder.at('copy.db'), 'precious');
    await assert.rejects(
      copyDatabase(join(store.stateDir, DATABASE_FILE), folder.at('copy.db')),
      hasCode('wrong_state'),
    );
    assert.equal(readFileSync(folder.at('copy.db'), 'utf8'), 'precious');
  });
});

describe('a restore', () => {
  it('brings back what the copy has, and keeps what it replaces', async () => {
    await using folder = testFolder();
    const { stateDir, copy } = await stateWithCopy(folder, 3);
    const { messages, replaced } = restored(stateDir, copy);
    assert.equal(messages, 2);
    assert.equal(await readyIn(stateDir), 2);
    const again = restored(stateDir, join(replaced ?? '', DATABASE_FILE));
    assert.equal(again.messages, 3, 'the restore itself can be undone');
    assert.equal(await readyIn(stateDir), 3);
    assert.equal(existsSync(copy), true);
  });

  it('keeps what a killed daemon left in its log', async () => {
    await using folder = testFolder();
    const { stateDir, copy } = await stateWithCopy(folder, 2);
    const daemon = await startChild('store-process', stateDir);
    assert.equal(daemon.said, 'open');
    await daemon.kill();
    const { replaced } = restored(stateDir, copy);
    assert.equal(await readyIn(stateDir), 1);
    assert.equal(restored(stateDir, join(replaced ?? '', DATABASE_FILE)).messages, 3);
  });

  it('refuses while a daemon runs, and changes nothing', async () => {
    await using folder = testFolder();
    const { stateDir, copy } = await stateWithCopy(folder, 2);
    await using _daemon = await startChild('store-process', stateDir);
    assert.throws(() => restored(stateDir, copy), hasCode('instance_running'));
    assert.equal(existsSync(join(stateDir, 'backups')), false);
  });

  for (const [what, code, make] of [
    ['a missing file', 'not_found', () => undefined],
    [
      'a file of another kind',
      'database_damaged',
      (path: string) => writeFileSync(path, 'no database'.repeat(99)),
    ],
    ['a database of another program', 'database_foreign', (path: string) => foreign(path)],
    ['a damaged copy', 'database_damaged', (path: string, copy: string) => damaged(path, copy)],
    ['a copy of a newer orq', 'database_newer', (path: string, copy: string) => newer(path, copy)],
  ] as const)
    it(`refuses ${what}, and changes nothing`, async () => {
      await using folder = testFolder();
      const { stateDir, copy } = await stateWithCopy(folder, 2);
      const before = readdirSync(stateDir).toSorted();
      make(folder.at('bad.db'), copy);
      assert.throws(() => restored(stateDir, folder.at('bad.db')), hasCode(code));
      assert.deepEqual(readdirSync(stateDir).toSorted(), before);
      assert.equal(await readyIn(stateDir), 2);
    });
});

function foreign(path: string): void {
  const db = openPlain(path);
  db.exec('CREATE TABLE note (text TEXT)');
  db.close();
}

function newer(path: string, copy: string): void {
  writeFileSync(path, readFileSync(copy));
  const db = openPlain(path);
  db.pragma('user_version = 9999');
  db.close();
}

/** All but the first page, which says what the file is. */
function damaged(path: string, copy: string): void {
  const bytes = readFileSync(copy);
  bytes.fill(0x5a, 4_096);
  writeFileSync(path, bytes);
}
