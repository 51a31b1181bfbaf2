import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { markPane, readPane } from '../../../daemon/tmux/pane.ts';
import { testFolder } from '../../support/folder.ts';

test('reads and marks a pane whose names are not ASCII, where the daemon has no locale', async () => {
  using folder = testFolder();
  for (const name of ['LANG', 'LC_ALL', 'LC_CTYPE']) delete process.env[name];
  const socket = join(folder.path, 'tmux');
  const tmux = (...words: readonly string[]): string =>
    execFileSync('tmux', ['-u', '-S', socket, '-f', '/dev/null', ...words], { encoding: 'utf8' });
  const pane = tmux('new-session', '-d', '-s', 'wörk', '-n', '窓', '-P', '-F', '#{pane_id}', 'cat').trim();
  try {
    const seen = await readPane(socket, pane);
    assert.equal(seen.name, 'wörk:窓');
    assert.deepEqual(seen.facts.addresses, ['wörk:0', 'wörk:窓', 'wörk:0.0', pane]);
    assert.equal(seen.mark, null);
    await markPane(seen.facts, 'wörk:窓;');
    assert.equal((await readPane(socket, pane)).mark, 'wörk:窓;');
  } finally {
    tmux('kill-server');
  }
});
