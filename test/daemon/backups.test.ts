import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openBackups } from '../../daemon/backups.ts';
import { openStorageProcesses } from '../../daemon/storage-process.ts';
import { DATABASE_FILE } from '../../src/store/sqlite/store.ts';
import { testFolder } from '../support/folder.ts';
import { openTestStore } from '../support/store.ts';

describe('the folder of copies', () => {
  it('keeps as many as the setting says now, and nothing of a copy that nobody finished', async () => {
    await using folder = testFolder();
    await using store = openTestStore({ stateDir: folder.at('state') });
    await using processes = openStorageProcesses();
    const config = { backupsKept: 3 };
    const backups = openBackups({
      stateDir: store.stateDir,
      clock: store.clock,
      config,
      copy: (to) => processes.run(['copy', join(store.stateDir, DATABASE_FILE), to]),
    });
    const copies = join(store.stateDir, 'backups');
    mkdirSync(copies);
    writeFileSync(join(copies, 'orq-1.db.unfinished'), '');
    assert.equal(backups.newestMs(), null);
    for (let made = 0; made < 4; made += 1) {
      store.clock.move(1_000);
      await backups.make();
    }
    assert.equal(readdirSync(copies).length, 3);
    assert.equal(backups.newestMs(), store.clock.nowMs());
    config.backupsKept = 1;
    store.clock.move(1_000);
    const { file } = await backups.make();
    assert.deepEqual(
      readdirSync(copies).map((name) => join(copies, name)),
      [file],
    );
  });
});
