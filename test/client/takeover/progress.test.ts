import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { takeOver, type TakeoverPart } from '../../../client/takeover/takeover.ts';
import { createClient } from '../../../client/index.ts';
import { testFolder } from '../../support/folder.ts';
import { makeLegacy, rowsOf } from '../../support/legacy-database.ts';
import { orqctl, ORQCTL } from '../orqctl/run-orqctl.ts';

const noScript = spawnSync('script', ['--version']).status === 0 ? false : 'script is not installed';

/** More than is copied, or read, at once. */
function writeLarge(file: string): void {
  const db = makeLegacy(file, 'v3', rowsOf('s'));
  const insert = db.prepare(
    `INSERT INTO message_queue (agent_id, message, sequence_number, status, enqueued_at)
     VALUES ('s:1', @text, @at, 'delivered', '2025-08-30 12:00:00')`,
  );
  const text = 'x'.repeat(4096);
  db.transaction(() => {
    for (let at = 10; at < 2510; at += 1) insert.run({ text, at });
  })();
  db.close();
}

test('a takeover tells how far it is with copying and reading, up to the whole', async () => {
  using folder = testFolder();
  const file = folder.at('old.db');
  writeLarge(file);
  await using client = createClient({ socket: folder.at('none.sock') });
  const told: [TakeoverPart, number][] = [];
  const onProgress = (done: number, all: number, part: TakeoverPart): void => {
    assert.ok(done >= 0 && done <= all);
    told.push([part, done / all]);
  };
  await takeOver(client, file, {
    dryRun: true,
    force: false,
    root: undefined,
    nowMs: Date.now(),
    onProgress,
  });
  const of = (part: TakeoverPart): number[] =>
    told.flatMap(([each, share]) => (each === part ? [share] : []));
  for (const part of ['copying', 'reading'] as const) {
    const shares = of(part);
    assert.ok(shares.length > 2, `${part}: ${shares.join()}`);
    assert.deepEqual(
      shares,
      shares.toSorted((a, b) => a - b),
    );
    assert.equal(shares.at(-1), 1);
  }
  assert.deepEqual([...new Set(told.map(([part]) => part))], ['copying', 'checking', 'reading']);
});

test('a progress bar is drawn on a terminal and nowhere else', { skip: noScript }, async () => {
  using folder = testFolder();
  const file = folder.at('old.db');
  writeLarge(file);
  const words = ['takeover', '--dry-run', file];
  const socket = folder.at('none.sock');
  const { stdout } = spawnSync(
    'script',
    ['-qec', [process.execPath, ORQCTL, ...words].map((word) => `'${word}'`).join(' '), '/dev/null'],
    { env: { ...process.env, ORQ_SOCKET: socket }, encoding: 'utf8' },
  );
  assert.match(stdout, /copying \[#+-*\] \d+ %/);
  assert.match(stdout, /reading \[#{30}\] 100 %/);
  const plain = await orqctl(words, { socket });
  assert.deepEqual([plain.exit, plain.stderr], [0, '']);
  assert.doesNotMatch(plain.stdout, /\[#/);
});
