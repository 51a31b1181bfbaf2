import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { openProcessTable } from '../../daemon/process-table.ts';

test('a pid is there while its process lives, whoever started it, and not after its end', () => {
  const processes = openProcessTable();
  assert.equal(processes.hasPid(process.pid), true);
  assert.equal(processes.hasPid(1), true);
  assert.equal(processes.hasPid(spawnSync('true').pid), false);
});

test('a process is not alive under a start that is not its own', () => {
  const processes = openProcessTable();
  const own = processes.identify(process.pid);
  assert.ok(own && processes.isAlive(own));
  assert.equal(processes.isAlive({ ...own, start: `${own.start}0` }), false);
});
