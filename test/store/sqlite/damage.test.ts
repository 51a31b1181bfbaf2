import assert from 'node:assert/strict';
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createClient } from '../../../client/index.ts';
import { openPlain } from '../../../src/store/sqlite/database.ts';
import { inspectDatabase } from '../../../src/store/sqlite/inspect.ts';
import { startDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';

const PAGE = 4096;

test(
  'a database in use is read past a writer, and damage of one page is found',
  { timeout: 60_000 },
  async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    await using client = createClient({ socket: daemon.socket });
    const file = join(daemon.stateDir, 'orq.db');
    await client.enqueue(
      Array.from({ length: 200 }, (_, at) => ({ agent: `a${at}`, text: 'x'.repeat(500) })),
    );
    const writer = openPlain(file);
    writer.exec('BEGIN IMMEDIATE');
    assert.ok(inspectDatabase(file).pages > 10);
    writer.close();

    await daemon.stop();
    const bytes = openSync(file, 'r+');
    for (let at = 10 * PAGE; at < statSync(file).size; at += PAGE)
      writeSync(bytes, Buffer.alloc(64, 0xff), 0, 64, at);
    closeSync(bytes);
    assert.throws(() => inspectDatabase(file), { code: 'database_damaged' });
  },
);
