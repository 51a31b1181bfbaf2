import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createClient } from '../../client/index.ts';
import { openPlain } from '../../src/store/sqlite/database.ts';
import { startChild } from '../support/child.ts';
import { startDaemon } from '../support/daemon.ts';
import { testFolder } from '../support/folder.ts';
import { until } from '../support/until.ts';

describe('a lock of another program', { timeout: 30_000 }, () => {
  it('is shown with its holder while a write waits for it, and fails a health check after a second', async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    await using client = createClient({ socket: daemon.socket });
    assert.equal((await client.status({})).database.lock, null);
    await using holder = await startChild('lock-process', join(daemon.stateDir, 'orq.db'));
    const waiting = client.enqueue({ agent: 'a', text: 'waits' });
    const lock = await until(async () => (await client.status({})).database.lock ?? undefined);
    assert.ok(lock.forMs >= 0);
    assert.deepEqual([lock.pid, lock.program], [holder.pid, 'node']);
    await assert.rejects(client.health({}), { code: 'storage_busy' });
    await holder.release();
    assert.equal((await waiting).state, 'ready');
    assert.equal((await client.status({})).database.lock, null);
    assert.equal((await client.health({})).ok, true);
  });

  it('is waited for by a start', async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    await daemon.stop();
    const foreign = openPlain(join(daemon.stateDir, 'orq.db'));
    foreign.exec('BEGIN IMMEDIATE');
    let isReady = false;
    const ready = daemon.restart().then(() => (isReady = true));
    await until(() => daemon.log().includes('storage_locked') || undefined);
    assert.equal(isReady, false);
    foreign.close();
    await ready;
  });
});
