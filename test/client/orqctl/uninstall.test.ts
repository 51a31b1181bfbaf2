import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createClient, ERRORS } from '../../../client/index.ts';
import { startDaemon } from '../../support/daemon.ts';
import { testFolder, type TestFolder } from '../../support/folder.ts';
import { orqctl, type Surroundings } from './run-orqctl.ts';

/** A home with an agent's folder in it, and what its programs find in their environment. */
function homeIn(folder: TestFolder): { site: string; around: Surroundings } {
  const site = folder.at('home/site');
  mkdirSync(site, { recursive: true });
  const env = {
    HOME: folder.at('home'),
    XDG_DATA_HOME: '',
    XDG_CONFIG_HOME: '',
    CLAUDE_CONFIG_DIR: '',
    ORQ_STATE_DIR: folder.at('state'),
  };
  return { site, around: { socket: folder.at('orq.sock'), env } };
}

describe('uninstall', { concurrency: 2 }, () => {
  it('takes the hooks out and leaves the messages', async () => {
    using folder = testFolder();
    const { site, around } = homeIn(folder);
    await using daemon = await startDaemon({ folder: folder.path });
    await using client = createClient({ socket: daemon.socket });
    await client.enqueue({ agent: 'a', text: 't' });
    assert.equal((await orqctl(['hooks', 'install', site], around)).exit, 0);
    const { exit, stdout, stderr } = await orqctl(['uninstall'], { ...around, cwd: folder.path });
    assert.equal(exit, 0, stderr);
    assert.match(
      stdout,
      /settings\.local\.json: without orq's hooks\n.*undelivered-\d+\.json: what .*\n.*state: stays\n$/,
    );
    assert.equal(existsSync(join(site, '.claude')), false);
    assert.equal((await client.counts({})).ready, 1);
  });

  it('is not held up by an install whose folder is gone', async () => {
    using folder = testFolder();
    const { site, around } = homeIn(folder);
    assert.equal((await orqctl(['hooks', 'install', site], around)).exit, 0);
    rmSync(site, { recursive: true });
    const { exit, stderr, stdout } = await orqctl(['uninstall'], around);
    assert.equal(exit, 0, stderr);
    assert.equal(stdout, 'nothing of orq here\n');
  });

  it('purges nothing while a daemon runs, and keeps what waits', async () => {
    using folder = testFolder();
    const { around } = homeIn(folder);
    await using daemon = await startDaemon({ folder: folder.path });
    const { exit, stderr } = await orqctl(['uninstall', '--purge'], around);
    assert.equal(exit, ERRORS.instance_running.exit, stderr);
    await using client = createClient({ socket: daemon.socket });
    assert.deepEqual(await client.ping({}), { ok: true });
  });

  it('purges no messages that nobody can write down', async () => {
    using folder = testFolder();
    const { around } = homeIn(folder);
    mkdirSync(folder.at('state'), { mode: 0o700 });
    writeFileSync(folder.at('state/orq.db'), 'messages');
    assert.equal((await orqctl(['uninstall', '--purge'], around)).exit, ERRORS.unreachable.exit);
    assert.equal(readFileSync(folder.at('state/orq.db'), 'utf8'), 'messages');
  });

  it('purges what is its own and nothing else', async () => {
    using folder = testFolder();
    const { around } = homeIn(folder);
    mkdirSync(folder.at('state/spool/rejected'), { recursive: true, mode: 0o700 });
    for (const name of ['lock.db', 'reserve', 'diary.txt']) writeFileSync(folder.at(`state/${name}`), '');
    assert.equal((await orqctl(['uninstall', '--purge'], around)).exit, 0);
    assert.deepEqual(readdirSync(folder.at('state')), ['diary.txt']);
  });

  it('writes what was not delivered to a file first, which another daemon takes', async () => {
    using folder = testFolder();
    const { around } = homeIn(folder);
    await using daemon = await startDaemon({ folder: folder.path });
    await using client = createClient({ socket: daemon.socket });
    await client.enqueue({ agent: 'a', text: 't' });
    await orqctl(['uninstall', '--purge'], { ...around, cwd: folder.at('home') });
    const [file = ''] = readdirSync(folder.at('home')).filter((name) => name.endsWith('.json'));
    await using other = await startDaemon({ folder: folder.at('other') });
    assert.equal((await orqctl(['import', folder.at(`home/${file}`)], other)).exit, 0);
    await using elsewhere = createClient({ socket: other.socket });
    const { messages } = await elsewhere.list({ agent: 'a' });
    assert.deepEqual(
      messages.map(({ text, state }) => [text, state]),
      [['t', 'ready']],
    );
  });
});
