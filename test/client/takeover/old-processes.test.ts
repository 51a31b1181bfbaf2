import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { oldProcesses } from '../../../client/takeover/old-processes.ts';
import { rowsOf, writeLegacyFile } from '../../support/legacy-database.ts';
import { suiteDaemon } from '../../support/suite-daemon.ts';
import { until } from '../../support/until.ts';
import { orqctl } from '../orqctl/run-orqctl.ts';

const noPython = spawnSync('python3', ['--version']).status === 0 ? false : 'python3 is not installed';

/** A process that waits with this command line, ended with all that it started. */
async function waiting(program: string, words: readonly string[], cwd: string) {
  const child = spawn(program, words, { cwd, stdio: 'ignore', detached: true });
  await once(child, 'spawn');
  const pid = child.pid ?? assert.fail('it has no process');
  return {
    pid,
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, 'exit');
      process.kill(-pid, 'SIGKILL');
      await ended;
    },
  };
}

describe('processes of the old system', { skip: noPython }, () => {
  const suite = suiteDaemon();

  test('that work on its queue keep a takeover from beginning, those that type later are told of', async () => {
    const root = suite.folder.at('root');
    mkdirSync(root);
    const file = join(root, 'task_queue.db');
    writeLegacyFile(file, 'v3', rowsOf('w'));
    for (const folder of [root, suite.folder.path])
      writeFileSync(join(folder, 'scheduler.py'), 'import time\ntime.sleep(600)\n');
    const later = `sleep 600 && ${root}/send-claude-message.sh s:1 x`;
    await using timer = await waiting('sh', ['-c', later], '/');
    await using stranger = await waiting('python3', ['scheduler.py'], suite.folder.path);
    const found = async () => (await oldProcesses(root)).map(({ pid, kind }) => [pid, kind]);
    assert.ok(stranger.pid);
    assert.deepEqual(await until(async () => ((await found()).length > 0 ? found() : undefined)), [
      [timer.pid, 'timer'],
    ]);
    {
      await using writer = await waiting('python3', ['scheduler.py'], root);
      await until(async () => ((await found()).length === 2 ? true : undefined));
      const refused = await orqctl(['takeover', file], suite.daemon);
      assert.equal(refused.exit, 8, refused.stderr);
      assert.match(refused.stderr, new RegExp(`the old system still works: process ${writer.pid} `));
      const forced = await orqctl(['takeover', '--dry-run', '--force', file], suite.daemon);
      assert.equal(forced.exit, 0, forced.stderr);
      assert.match(forced.stderr, /works on with the old queue/);
    }
    const taken = await orqctl(['takeover', file], suite.daemon);
    assert.equal(taken.exit, 0, taken.stderr);
    assert.match(taken.stderr, new RegExp(`process ${timer.pid} .*: types its message when its time comes`));
  });
});
