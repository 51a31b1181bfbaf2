/** What a start says that cannot go on: one line that names the place, and an exit code that tells the cause. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { ERRORS, type ErrorCode } from '../../src/protocol/errors.ts';
import { DAEMON, daemonEnvironment, startDaemon } from '../support/daemon.ts';
import { testFolder } from '../support/folder.ts';
import { SMALL_DISK_MISSING } from '../support/small-disk.ts';
import { giveAway, UNPRIVILEGED, UNPRIVILEGED_MISSING } from '../support/unprivileged.ts';
import { runDaemon, type Ended } from './run-daemon.ts';

function assertEnded({ code, stdout, stderr }: Ended, error: ErrorCode, fact: string): void {
  assert.equal(stderr, `orq-daemon: ${fact}\n`);
  assert.deepEqual([code, stdout], [ERRORS[error].exit, '']);
}

async function startIn(folder: string, stateDir: string, user = {}): Promise<Ended> {
  return runDaemon(folder, { user, env: { ORQ_STATE_DIR: stateDir } });
}

describe('a start says where it cannot go on', { timeout: 120_000 }, () => {
  for (const [what, below] of [
    ['a file', ''],
    ['a path through a file', '/below'],
  ] as const)
    it(`with ${what} for a state directory`, async () => {
      using folder = testFolder();
      writeFileSync(folder.at('file'), '');
      const stateDir = folder.at('file') + below;
      const fact =
        below === ''
          ? 'is no folder but a file (EEXIST)'
          : 'cannot be a folder, a file lies in its way (ENOTDIR)';
      assertEnded(await startIn(folder.path, stateDir), 'bad_setting', `state directory ${stateDir} ${fact}`);
    });

  it('with links in a circle for a state directory', async () => {
    using folder = testFolder();
    symlinkSync('circle', folder.at('circle'));
    const stateDir = folder.at('circle/state');
    const { code, stderr } = await startIn(folder.path, stateDir);
    assert.match(stderr, /^orq-daemon: state directory .*circle\/state .* \((ELOOP|ENOENT|EEXIST)\)\n$/);
    assert.ok(code === ERRORS.bad_setting.exit || code === ERRORS.storage_failed.exit);
  });

  it('with a file in the place of the spool, or of the folder of the socket', async () => {
    using folder = testFolder();
    mkdirSync(folder.at('state'), { mode: 0o700 });
    writeFileSync(folder.at('state/spool'), '');
    const spool = await runDaemon(folder.path);
    assertEnded(
      { ...spool, stderr: spool.stderr.split('\n').slice(-2).join('\n') },
      'bad_setting',
      `spool ${folder.at('state/spool/rejected')} cannot be a folder, a file lies in its way (ENOTDIR)`,
    );
    writeFileSync(folder.at('file'), '');
    const env = { ORQ_SOCKET: folder.at('file/orq.sock'), ORQ_STATE_DIR: folder.at('other') };
    assert.equal((await runDaemon(folder.path, { env })).code, ERRORS.bad_setting.exit);
  });

  it('where this user may not write', { skip: UNPRIVILEGED_MISSING }, async () => {
    using folder = testFolder({ inMemory: true });
    mkdirSync(folder.at('closed'), { mode: 0o500 });
    giveAway(folder.path);
    const stateDir = folder.at('closed/state');
    assertEnded(
      await startIn(folder.path, stateDir, UNPRIVILEGED),
      'unsafe_permissions',
      `state directory ${stateDir} cannot be made, this user may not write there (EACCES)`,
    );
    const { code, stderr } = await startIn(folder.path, folder.at('closed'), UNPRIVILEGED);
    assert.equal(code, ERRORS.unsafe_permissions.exit);
    assert.match(stderr, /^orq-daemon: .*closed\/lock\.db cannot be made .*EACCES.*\n$/);
    chmodSync(folder.at('closed'), 0o700);
  });

  it('on a file system that is read-only', { skip: SMALL_DISK_MISSING }, () => {
    using folder = testFolder();
    mkdirSync(folder.at('disk'));
    const stateDir = folder.at('disk/state');
    const mount = 'mount -t tmpfs -o ro tmpfs "$1" && shift && exec "$@"';
    const words = ['-rm', 'sh', '-c', mount, 'sh', dirname(stateDir), process.execPath, DAEMON];
    const env = { ...daemonEnvironment(folder.path), ORQ_STATE_DIR: stateDir };
    const { status, stdout, stderr } = spawnSync('unshare', words, { env, encoding: 'utf8' });
    assertEnded(
      { code: status, stdout, stderr },
      'unsafe_permissions',
      `state directory ${stateDir} cannot be made, its file system is read-only (EROFS)`,
    );
  });

  it('with a database that is cut off, or none at all, and leaves its bytes alone', async () => {
    using folder = testFolder();
    const daemon = await startDaemon({ folder: folder.path });
    await daemon.stop();
    const path = join(daemon.stateDir, 'orq.db');
    const whole = readFileSync(path);
    for (const [bytes, fact] of [
      [whole.subarray(0, 20_000), 'is damaged'],
      [Buffer.from('notes of somebody\n'.repeat(1000)), 'is not a SQLite database'],
    ] as const) {
      writeFileSync(path, bytes);
      const { code, stderr } = await runDaemon(folder.path);
      assert.match(stderr, new RegExp(`^orq-daemon: database ${path} ${fact} \\(SQLITE_.*\\)\n$`));
      assert.equal(code, ERRORS.database_damaged.exit);
      assert.deepEqual(readFileSync(path), bytes);
    }
  });

  it('but goes on with an empty database file, as a start leaves it that was killed at once', async () => {
    using folder = testFolder();
    mkdirSync(folder.at('state'), { mode: 0o700 });
    writeFileSync(folder.at('state/orq.db'), '', { mode: 0o600 });
    await using daemon = await startDaemon({ folder: folder.path });
    assert.equal(await daemon.stop(), 0);
  });
});
