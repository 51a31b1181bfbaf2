import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openPlain, type Database } from '../../../src/store/sqlite/database.ts';
import { DATABASE_FILE, openStore } from '../../../src/store/sqlite/store.ts';
import { movingClock } from '../../support/clock.ts';
import { testFolder, type TestFolder } from '../../support/folder.ts';
import { MIGRATIONS, PROCESS_LOOP } from '../../support/store.ts';

const FILES = readdirSync(MIGRATIONS)
  .filter((name) => name.endsWith('.sql'))
  .toSorted();

/** A folder with the first `count` migrations, as an earlier orq had them. */
function earlier(folder: TestFolder, count: number): string {
  const path = folder.at(`migrations-${count}`);
  mkdirSync(path, { recursive: true });
  for (const name of FILES.slice(0, count)) copyFileSync(join(MIGRATIONS, name), join(path, name));
  return path;
}

async function open(folder: TestFolder, migrations: string): Promise<void> {
  await using _ = openStore({
    ...PROCESS_LOOP,
    stateDir: folder.at('state'),
    migrations,
    clock: movingClock(),
  });
}

/** Brings a file to the schema of an earlier orq, on which the store of today may not even prepare. */
async function openEarlier(folder: TestFolder, count: number): Promise<void> {
  await open(folder, earlier(folder, count)).catch((error: unknown) =>
    assert.match(String(error), /no such (table|column)/),
  );
}

function inspect<T>(path: string, look: (db: Database) => T): T {
  const db = openPlain(path, { readonly: true });
  try {
    return look(db);
  } finally {
    db.close();
  }
}

const version = (path: string) => inspect(path, (db) => db.pragma('user_version', { simple: true }));
const schema = (path: string) =>
  inspect(path, (db) => db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all());

describe('migrations', () => {
  test('are numbered without a gap', () => {
    assert.deepEqual(
      FILES.map((name) => Number(name.slice(0, 4))),
      FILES.map((_, index) => index + 1),
    );
  });

  test('bring an empty folder to the newest schema, without a backup of nothing', async () => {
    await using folder = testFolder();
    await open(folder, MIGRATIONS);
    assert.equal(version(folder.at(`state/${DATABASE_FILE}`)), FILES.length);
    assert.equal(existsSync(folder.at('state/backups')), false);
  });

  for (let count = 1; count < FILES.length; count += 1)
    test(`bring a file of schema ${count} to the newest, with a copy from before each step`, async () => {
      await using folder = testFolder();
      await using fresh = testFolder();
      await openEarlier(folder, count);
      assert.equal(version(folder.at(`state/${DATABASE_FILE}`)), count);
      await open(folder, MIGRATIONS);
      await open(fresh, MIGRATIONS);
      assert.deepEqual(
        schema(folder.at(`state/${DATABASE_FILE}`)),
        schema(fresh.at(`state/${DATABASE_FILE}`)),
      );
      const copies = readdirSync(folder.at('state/backups')).toSorted();
      assert.deepEqual(
        copies.map((name) => [
          name.slice(0, 'before-0000'.length),
          version(folder.at(`state/backups/${name}`)),
        ]),
        FILES.slice(count).map((name, index) => [`before-${name.slice(0, 4)}`, count + index]),
      );
    });

  test('whose text has changed since are refused', async () => {
    await using folder = testFolder();
    await open(folder, MIGRATIONS);
    const changed = earlier(folder, FILES.length);
    appendFileSync(join(changed, FILES[0] ?? ''), '-- a later thought\n');
    await assert.rejects(open(folder, changed), { code: 'database_foreign' });
  });

  test('of a later orq are refused in one sentence, and nothing is touched', async () => {
    await using folder = testFolder();
    await open(folder, MIGRATIONS);
    const before = schema(folder.at(`state/${DATABASE_FILE}`));
    await assert.rejects(open(folder, earlier(folder, FILES.length - 1)), {
      code: 'database_newer',
      details: { schema: FILES.length, known: FILES.length - 1 },
    });
    assert.deepEqual(schema(folder.at(`state/${DATABASE_FILE}`)), before);
  });

  test('that fail leave the file as it was, and the next start tries again', async () => {
    await using folder = testFolder();
    await open(folder, MIGRATIONS);
    const before = schema(folder.at(`state/${DATABASE_FILE}`));
    const broken = earlier(folder, FILES.length);
    const next = `${String(FILES.length + 1).padStart(4, '0')}-broken.sql`;
    appendFileSync(join(broken, next), 'CREATE TABLE half (n) STRICT; CREATE NONSENSE;');
    await assert.rejects(open(folder, broken));
    assert.deepEqual(schema(folder.at(`state/${DATABASE_FILE}`)), before);
    await open(folder, MIGRATIONS);
  });
});
