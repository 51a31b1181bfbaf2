/** The process for long work on the database, where it comes to no end of its own. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { openStorageProcesses } from '../../daemon/storage-process.ts';
import { OrqError } from '../../src/protocol/errors.ts';
import { until } from '../support/until.ts';

const isFailed = (error: unknown): boolean => error instanceof OrqError && error.code === 'storage_failed';

function childOf(pid: number): number | undefined {
  return readdirSync('/proc')
    .map(Number)
    .find((each) => each > 0 && parentOf(each) === pid);
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

describe('a process for long work on the database', { timeout: 60_000 }, () => {
  it('that cannot be started, as after an upgrade of Node, fails its work and not the daemon', async () => {
    const node = process.execPath;
    await using processes = openStorageProcesses();
    try {
      process.execPath = '/nowhere/node';
      await assert.rejects(processes.run(['fold', 'x']), isFailed);
    } finally {
      process.execPath = node;
    }
  });

  it('that somebody kills has failed, not been stopped', async () => {
    await using processes = openStorageProcesses();
    const work = assert.rejects(processes.run(['nothing to do']), isFailed);
    process.kill(await until(() => childOf(process.pid)), 'SIGKILL');
    await work;
  });

  it('that ends with its scope was stopped', async () => {
    const processes = openStorageProcesses();
    const work = assert.rejects(
      processes.run(['fold', 'x']),
      (error) => error instanceof OrqError && error.code === 'shutting_down',
    );
    await processes[Symbol.asyncDispose]();
    await work;
  });
});
