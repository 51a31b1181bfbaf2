import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openPaneLocks } from '../../../daemon/pane/lock.ts';
import { openProcessTable } from '../../../daemon/process-table.ts';
import { testFolder } from '../../support/folder.ts';

const PANE = { socket: '/tmp/tmux', serverStart: 7, pane: '%1' };

test('nobody sees a lock without the words that say whose it is', async () => {
  using folder = testFolder();
  let nonces = 0;
  const locks = openPaneLocks({
    stateDir: folder.path,
    processes: openProcessTable(),
    pause: () => Promise.resolve(),
    newNonce: () => String((nonces += 1)),
  });
  const panes = join(folder.path, 'panes');
  const seen = new Set<string>();
  let isOver = false;
  const watch = (): void => {
    try {
      for (const name of readdirSync(panes))
        if (name.endsWith('.lock')) seen.add(readFileSync(join(panes, name), 'utf8'));
    } catch {
      // It is not there yet, or no more.
    }
    if (!isOver) setImmediate(watch);
  };
  watch();
  for (let turn = 0; turn < 300; turn += 1) {
    await using lock = await locks.take(PANE, 0);
    assert.ok(lock);
  }
  isOver = true;
  assert.deepEqual(
    [...seen].map((words) => words.split(' ')[0]),
    [String(process.pid)],
  );
  assert.deepEqual(readdirSync(panes), []);
});
