import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markPane } from '../../../daemon/tmux/pane.ts';
import { nameOfPane, paneFacts, readSnapshot, takeSnapshot } from '../../../daemon/tmux/snapshot.ts';
import { testFolder } from '../../support/folder.ts';
import { startTmux } from './private-tmux.ts';

test('shows and marks a pane whose names are not ASCII, where the daemon has no locale', async () => {
  using folder = testFolder();
  for (const name of ['LANG', 'LC_ALL', 'LC_CTYPE']) delete process.env[name];
  using tmux = startTmux(folder.path, 'wörk');
  tmux.run('rename-window', '窓');
  const pane = tmux.run('list-panes', '-F', '#{pane_id}');
  const seen = await takeSnapshot(tmux.socket);
  const sight = seen.panes.get(pane);
  assert.ok(sight);
  assert.equal(nameOfPane(sight), 'wörk:窓');
  assert.deepEqual(paneFacts(seen, pane)?.addresses, ['wörk:0', 'wörk:窓', 'wörk:0.0', pane]);
  assert.equal(sight.mark, null);
  await markPane({ socket: tmux.socket, pane }, 'wörk:窓;');
  assert.equal((await takeSnapshot(tmux.socket)).panes.get(pane)?.mark, 'wörk:窓;');
});

test('gives a pane that several sessions show the names that it has in each, the oldest first', async () => {
  using folder = testFolder();
  using tmux = startTmux(folder.path, 'team');
  const pane = tmux.run('list-panes', '-F', '#{pane_id}');
  tmux.run('new-session', '-d', '-s', 'other', 'sleep 600');
  tmux.run('link-window', '-s', 'team:0', '-t', 'other:4');
  tmux.run('new-session', '-d', '-t', 'team', '-s', 'a-view-of-it');
  const snapshot = await takeSnapshot(tmux.socket);
  const { project, addresses = [] } = paneFacts(snapshot, pane) ?? {};
  assert.equal(project, 'team');
  for (const address of ['team:0', 'other:4', 'a-view-of-it:0', pane])
    assert.ok(addresses.includes(address), address);
  assert.equal(snapshot.panes.size, 2);
});

test('names no session to watch where a client that leaves would end it or the server', async () => {
  using folder = testFolder();
  using tmux = startTmux(folder.path, 'kept');
  assert.equal((await takeSnapshot(tmux.socket)).watchable, '$0');
  tmux.run('new-session', '-d', '-s', 'second', 'sleep 600');
  tmux.run('set-option', '-t', 'kept', 'destroy-unattached', 'on');
  assert.equal((await takeSnapshot(tmux.socket)).watchable, '$1');
  const exits = ['7', '$0', '%1', '42', '0', '0', '1', '1', 'off', 'work', 'sh', ''].join('\t');
  assert.equal(readSnapshot(exits).watchable, null);
});

test('takes no mark for a name, whatever another process wrote there', () => {
  const line = ['7', '$0', '%1', '42', '0', '0', '1', '0', '0', 'work', 'sh', 'a\tb'].join('\t');
  const { panes } = readSnapshot(`${line}\n`);
  assert.deepEqual([panes.get('%1')?.mark, panes.get('%1')?.windows[0].windowName], ['a\tb', 'sh']);
  assert.throws(() => readSnapshot(''));
  assert.throws(() => readSnapshot('nonsense\n'));
});
