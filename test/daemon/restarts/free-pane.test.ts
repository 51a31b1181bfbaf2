import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFree } from '../../../daemon/restarts/free-pane.ts';
import { testFolder } from '../../support/folder.ts';

function addProcess(proc: string, pid: number, comm: string, state: string, children: string): void {
  const thread = join(proc, String(pid), 'task', String(pid));
  mkdirSync(thread, { recursive: true });
  writeFileSync(join(proc, String(pid), 'stat'), `${pid} (${comm}) ${state} 1 1 1`);
  writeFileSync(join(proc, String(pid), 'comm'), `${comm}\n`);
  writeFileSync(join(thread, 'children'), children);
}

test('a pane is free where its program has ended, also before tmux says so, or is a shell that runs nothing', () => {
  using folder = testFolder();
  const free = (panePid: number, isDead = false) => isFree({ isDead, panePid }, folder.path);
  addProcess(folder.path, 10, 'claude', 'S', '');
  assert.deepEqual([free(10), free(10, true)], [false, true]);
  addProcess(folder.path, 11, 'claude (x', 'Z', '');
  assert.equal(free(11), true);
  assert.equal(free(12), true);
  addProcess(folder.path, 13, 'bash', 'S', '');
  addProcess(folder.path, 14, 'bash', 'S', '15 ');
  assert.deepEqual([free(13), free(14)], [true, false]);
});
