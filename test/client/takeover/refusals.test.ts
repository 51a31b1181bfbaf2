import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { testFolder } from '../../support/folder.ts';
import { makeLegacy, rowsOf, writeLegacyFile } from '../../support/legacy-database.ts';
import { orqctl } from '../orqctl/run-orqctl.ts';

for (const [what, make, exit, reason] of [
  [
    'is no database',
    (file: string) => writeFileSync(file, 'some text that is no database at all'),
    12,
    /is no SQLite database/,
  ],
  ['is orq’s own', (file: string) => ofOrq(file), 12, /is orq's own/],
  ['is damaged', (file: string) => damaged(file), 10, /is damaged|malformed/],
  ['does not exist', () => undefined, 3, /does not exist/],
  ['is a folder', (file: string) => mkdirSync(file), 2, /is no file|is a folder/],
  ['has a queue that nobody knows', (file: string) => strange(file), 12, /message_queue: has no/],
] as const)
  test(`a takeover of a file that ${what} is refused, and nothing is made or left`, async () => {
    using folder = testFolder();
    const file = folder.at('task_queue.db');
    make(file);
    const there = existsSync(file);
    const ran = await orqctl(['takeover', '--dry-run', file], { socket: folder.at('none.sock') });
    assert.deepEqual([ran.exit, existsSync(file)], [exit, there], ran.stderr);
    assert.match(ran.stderr, reason);
    assert.deepEqual(readdirSync(folder.path), there ? ['task_queue.db'] : []);
  });

function damaged(file: string): void {
  writeLegacyFile(file, 'v3', rowsOf('x'));
  const bytes = readFileSync(file);
  bytes.fill(0x5a, 4096);
  writeFileSync(file, bytes);
}

function ofOrq(file: string): void {
  const db = makeLegacy(file, 'v3');
  db.pragma('application_id = 1869771057');
  db.close();
}

function strange(file: string): void {
  const db = makeLegacy(file, 'lifted');
  db.exec('CREATE TABLE message_queue (id INTEGER PRIMARY KEY, body TEXT)');
  db.close();
}
