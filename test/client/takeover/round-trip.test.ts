import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { startDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';
import { rowsOf, SHAPES, writeLegacyFile, type Shape } from '../../support/legacy-database.ts';
import { orqctl } from '../orqctl/run-orqctl.ts';

/** The order in which the old tools hand out. */
const NEXT = `SELECT message, priority, status, agent_id, enqueued_at FROM message_queue WHERE status = 'pending' AND agent_id = ?
   ORDER BY priority DESC, sequence_number`;

function ask<T>(file: string, sql: string, ...values: unknown[]): T[] {
  const db = new Sqlite(file, { readonly: true });
  try {
    return db.prepare<unknown[], T>(sql).all(...values);
  } finally {
    db.close();
  }
}

const hasRows = (shape: Shape) => shape !== 'none' && shape !== 'lifted';

test('what was taken over from each shape is written back as what waits, in its order', async () => {
  await using folder = testFolder();
  for (const shape of SHAPES) {
    await using daemon = await startDaemon({ folder: folder.at(shape) });
    const [from, to] = [folder.at(`${shape}/from.db`), folder.at(`${shape}/to.db`)];
    writeLegacyFile(from, shape, rowsOf('s'));
    assert.equal((await orqctl(['takeover', from], daemon)).exit, 0);
    const { exit, stdout, stderr } = await orqctl(['export', '--undelivered', '--to-db', to], daemon);
    assert.deepEqual(
      [exit, stdout, stderr],
      [0, `${hasRows(shape) ? 5 : 0} messages written to ${to}\n`, ''],
    );
    const texts = ask<{ message: string }>(to, NEXT, 's:1').map(({ message }) => message);
    assert.deepEqual(texts, hasRows(shape) ? ['urgent', 'pulled', 'first', 'second', 'waits'] : [], shape);
    assert.equal(statSync(to).mode & 0o777, 0o600);
  }
});

test('what is written back says what the old queue can say, counts on behind it, and warns of the rest', async () => {
  await using folder = testFolder();
  await using daemon = await startDaemon({ folder: folder.at('d') });
  const send = async (...words: string[]) => assert.equal((await orqctl(['send', ...words], daemon)).exit, 0);
  await send('s:1', 'one', '--priority', '-2', '--project', 'shop');
  await send('s:1', 'two', '--after', '1');
  await send('s:2', 'three', '--delay', '1h');
  await send('named', 'four', '--scope', 'global');
  const to = folder.at('to.db');
  const { stderr } = await orqctl(['export', '--undelivered', '--to-db', to], daemon);
  assert.match(stderr, /message 3: was scheduled.*\n.*message 4: agent named has no session:index/);
  assert.deepEqual(
    ask<Record<string, unknown>>(
      to,
      'SELECT id, agent_id, message, priority, sequence_number, dependency_id, project_name, fifo_scope FROM message_queue ORDER BY id',
    ).map((row) => Object.values(row)),
    [
      [1, 's:1', 'one', -2, 1, null, 'shop', 'agent'],
      [2, 's:1', 'two', 0, 2, 1, null, 'agent'],
      [3, 's:2', 'three', 0, 3, null, null, 'agent'],
      [4, 'named', 'four', 0, 4, null, null, 'global'],
    ],
  );
  assert.deepEqual(
    ask(to, "SELECT current_value AS value FROM sequence_generator WHERE name = 'message_sequence'"),
    [{ value: 4 }],
  );
  assert.deepEqual(ask(to, "SELECT seq FROM sqlite_sequence WHERE name = 'message_queue'"), [{ seq: 4 }]);
  assert.equal(ask(to, `SELECT * FROM agents`).length, 3);
  const db = new Sqlite(to);
  db.exec(`UPDATE message_queue SET status = 'delivered' WHERE id = 1;
    INSERT INTO message_queue (agent_id, message, sequence_number) VALUES ('s:1', 'new', 5)`);
  db.close();
  const again = await orqctl(['takeover', '--json', to], daemon);
  const { imported } = JSON.parse(again.stdout) as { imported: { created: number; known: number } };
  assert.deepEqual([imported.created, imported.known], [1, 4]);
  const { stdout } = await orqctl(['dequeue', 's:1', '--max', '9', '--json'], daemon);
  const handedOut = (JSON.parse(stdout) as { messages: { text: string }[] }).messages.map(({ text }) => text);
  assert.deepEqual(handedOut, ['two', 'new'], 'what the old tools had delivered, and what waited for it');
});

test('nothing is written into a file that is there', async () => {
  await using folder = testFolder();
  await using daemon = await startDaemon({ folder: folder.at('d') });
  const file = folder.at('old.db');
  writeLegacyFile(file, 'v3', rowsOf('s'));
  const bytes = readFileSync(file);
  const { exit, stderr } = await orqctl(['export', '--undelivered', '--to-db', file], daemon);
  assert.equal(exit, 4);
  assert.match(stderr, /exists already/);
  assert.deepEqual(readFileSync(file), bytes);
  const nowhere = await orqctl(['export', '--undelivered', '--to-db', folder.at('none/x.db')], daemon);
  assert.equal(nowhere.exit, 3, nowhere.stderr);
  assert.equal((await orqctl(['export', '--to-db', folder.at('x.db')], daemon)).exit, 2);
});
