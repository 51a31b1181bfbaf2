import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openBackups } from '../../daemon/backups.ts';
import { openLogger } from '../../daemon/logger.ts';
import { DATABASE_FILE } from '../../src/store/sqlite/store.ts';
import { testFolder } from '../support/folder.ts';
import { openTestStore } from '../support/store.ts';

const DAY_MS = 24 * 3_600_000;

describe('a copy by the clock', () => {
  it('is made where the newest is a day old', async () => {
    await using folder = testFolder();
    await using store = openTestStore({ stateDir: folder.at('state') });
    await using backups = openBackups({
      stateDir: store.stateDir,
      database: join(store.stateDir, DATABASE_FILE),
      clock: store.clock,
      log: openLogger('fatal', false),
    });
    const copies = (): number => readdirSync(join(store.stateDir, 'backups')).length;
    await backups.makeIfDue();
    await backups.makeIfDue();
    assert.equal(copies(), 1);
    store.clock.move(DAY_MS);
    await backups.makeIfDue();
    assert.equal(copies(), 2);
  });
});
