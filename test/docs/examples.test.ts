/**
 * Runs the examples of every document from top to bottom, each document against a daemon of its own. `sh` blocks are given to a shell in a private home and must
 * succeed; `http` blocks are sent and their answers compared; `sql` blocks are run on the database. `npm start` is the start script of package.json without
 * its set-up, whose result the tests stand on, and `claude` is a stand-in that runs the installed hooks. `ts` is run by test/setup/library.test.ts, `text` not at all.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { eventually } from '../e2e/eventually.ts';
import { type Block, blocksOf, DOCUMENTS, PACKAGE, readDocument } from './documents.ts';
import { openReplay, parseExamples } from './http-example.ts';
import { openReader, type Reader } from './reader.ts';

const RUN = new Set(['sh', 'http', 'sql']);
const NOT_RUN_HERE = new Set(['ts', 'text']);
const READY = 'Ctrl-C';

const { scripts } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as {
  scripts: { start: string };
};

for (const name of DOCUMENTS) {
  const blocks = blocksOf(readDocument(name));

  test(`every block of ${name} is run or is text`, () => {
    for (const { language, line } of blocks)
      assert.ok(RUN.has(language) || NOT_RUN_HERE.has(language), `line ${line}`);
  });

  const examples = blocks.filter(({ language }) => RUN.has(language));
  if (examples.length === 0) continue;
  test(`the examples of ${name} do what it says`, { timeout: 240_000 }, async () => {
    await using reader = openReader();
    using replay = openReplay(reader.socket);
    const startsDaemon = examples.some(isStart);
    if (!startsDaemon) await reader.runOn(scripts.start, PACKAGE, READY);
    for (const block of examples) {
      const place = `${name}:${block.line}`;
      if (isStart(block)) await assertWelcome(reader, await reader.runOn(scripts.start, PACKAGE, READY));
      else if (block.language === 'http')
        for (const each of parseExamples(block.text)) await replay.run(each);
      else if (block.language === 'sql') runSql(reader, block);
      else {
        const { exit, output } = await reader.run(block.text);
        assert.equal(exit, 0, `${place}: ${output}`);
      }
    }
    if (startsDaemon) await assertDelivered(reader);
  });
}

function isStart({ text }: Block): boolean {
  return text.trim() === 'npm start';
}

/** The commands that it prints can be typed as they are. */
async function assertWelcome(reader: Reader, welcome: string): Promise<void> {
  const command = welcome.split('\n').find((line) => line.endsWith(' agents'));
  assert.ok(command, welcome);
  const { exit, output } = await reader.run(command);
  assert.equal(exit, 0, output);
}

async function assertDelivered(reader: Reader): Promise<void> {
  const receipts = await eventually('message 1 is seen', async () => {
    const { output } = await reader.run('orqctl show 1 --json');
    const shown = JSON.parse(output) as { receipts: { kind: string }[] };
    const kinds = shown.receipts.map(({ kind }) => kind);
    return kinds.includes('seen') && kinds;
  });
  assert.deepEqual(receipts, ['queued', 'injected', 'seen']);
}

function runSql({ database, home }: Reader, { text }: Block): void {
  const db = new Sqlite(database, { readonly: true });
  const before = process.cwd();
  process.chdir(home);
  try {
    db.exec(text);
  } finally {
    process.chdir(before);
    db.close();
  }
}
