import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createClient } from '../../client/index.ts';
import { openPlain } from '../../src/store/sqlite/database.ts';
import { startDaemon, type RunningDaemon } from '../support/daemon.ts';
import { testFolder } from '../support/folder.ts';
import { openConnection } from './http-call.ts';
import { openHookCaller } from './hooks/hook-caller.ts';

/** Keeps every write of the daemon waiting until it is released. */
function foreignLock(daemon: RunningDaemon): Disposable {
  const db = openPlain(join(daemon.stateDir, 'orq.db'));
  db.exec('BEGIN IMMEDIATE');
  return { [Symbol.dispose]: () => db.close() };
}

const stopping = (log: string): boolean => log.includes('daemon_stopping');

describe('SIGTERM', { concurrency: 2 }, () => {
  it('lets the call under way be answered, then ends with 0 and leaves one file of the database', async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    using kept = openConnection(daemon.socket);
    const call = { path: '/v1/messages', body: JSON.stringify({ agent: 'a', text: 't' }) };
    assert.equal((await kept.call(call)).status, 200);
    const lock = foreignLock(daemon);
    const answer = kept.call(call);
    using other = openConnection(daemon.socket);
    await other.call({ method: 'GET', path: '/v1/ping' });
    const code = daemon.stop();
    await daemon.logged(stopping);
    lock[Symbol.dispose]();
    const releasedMs = performance.now();
    assert.equal((await answer).status, 200);
    assert.equal(await code, 0);
    assert.ok(
      performance.now() - releasedMs < 2_000,
      `${performance.now() - releasedMs} ms after the last answer`,
    );
    assert.equal(existsSync(daemon.socket), false);
    const wal = statSync(join(daemon.stateDir, 'orq.db-wal'), { throwIfNoEntry: false });
    assert.equal(wal?.size ?? 0, 0);
    await daemon.restart();
    await using client = createClient({ socket: daemon.socket });
    assert.equal((await client.counts({ agent: 'a' })).ready, 2);
  });

  it('cuts waiters and tells waiting consumers, at once', async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    const hooks = openHookCaller(daemon.socket, { session: 's', agent: 'a' });
    await hooks.say('SessionStart', { source: 'startup' });
    const waiter = hooks.wait().then(
      () => 'answered',
      () => 'cut',
    );
    await using client = createClient({ socket: daemon.socket });
    const consumer = client.dequeue({ agent: 'b', waitMs: 60_000 }).then(
      () => 'answered',
      (error: unknown) => (error as { code?: string }).code,
    );
    await client.ping({});
    const startedMs = performance.now();
    assert.equal(await daemon.stop(), 0);
    assert.ok(performance.now() - startedMs < 2_000, `${performance.now() - startedMs} ms`);
    assert.deepEqual([await waiter, await consumer], ['cut', 'shutting_down']);
  });

  it('sent twice ends it at once', async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    using lock = foreignLock(daemon);
    await using client = createClient({ socket: daemon.socket });
    const answer = client.done({ id: 1 }).catch((error: unknown) => (error as { code?: string }).code);
    await client.ping({});
    const code = daemon.stop();
    await daemon.logged(stopping);
    process.kill(daemon.pid, 'SIGTERM');
    assert.equal(await code, 130);
    assert.equal(await answer, 'unreachable');
    assert.ok(lock);
  });
});
