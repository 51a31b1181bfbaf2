import assert from 'node:assert/strict';
import { test } from 'node:test';
import { join } from 'node:path';
import { openDatabase } from '../../../src/store/sqlite/database.ts';
import { whileUnchanged } from '../../../src/store/sqlite/unchanged.ts';
import { testFolder } from '../../support/folder.ts';

test('an answer is kept while nothing is written, and never one of a transaction under way', () => {
  using folder = testFolder({ inMemory: true });
  const db = openDatabase(join(folder.path, 'x.db'));
  try {
    db.exec('CREATE TABLE sheep (name TEXT)');
    let reads = 0;
    const select = db.prepare<[], { name: string }>('SELECT name FROM sheep');
    const flock = whileUnchanged(db)(() => {
      reads += 1;
      return select.all().map(({ name }) => name);
    });
    assert.deepEqual([flock(), flock(), reads], [[], [], 1]);
    db.exec(`INSERT INTO sheep VALUES ('dolly')`);
    assert.deepEqual([flock(), flock(), reads], [['dolly'], ['dolly'], 2]);
    db.exec(`BEGIN; UPDATE sheep SET name = 'molly'`);
    assert.deepEqual([flock(), flock()], [['molly'], ['molly']]);
    db.exec('ROLLBACK');
    assert.deepEqual(flock(), ['dolly']);
    db.exec('DELETE FROM sheep');
    assert.deepEqual(flock(), []);
  } finally {
    db.close();
  }
});
