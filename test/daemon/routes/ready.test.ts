import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createClient } from '../../../client/index.ts';
import { startChild } from '../../support/child.ts';
import { startDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';
import { openSmallDisk, SMALL_DISK_MISSING } from '../../support/small-disk.ts';
import { until } from '../../support/until.ts';

describe('ready', { timeout: 120_000 }, () => {
  it('is said while the writer answers, and refused while another program holds it up', async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    await using client = createClient({ socket: daemon.socket });
    assert.deepEqual(await client.ready({}), { ready: true });
    await using holder = await startChild('lock-process', join(daemon.stateDir, 'orq.db'));
    await assert.rejects(client.ready({}), { code: 'storage_busy' });
    await holder.release();
    assert.deepEqual(await client.ready({}), { ready: true });
  });

  it('is refused once a stop was asked for', async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    const asking = connect(daemon.socket);
    asking.setEncoding('utf8').write('GET /v1/ready HTTP/1.1\r\n');
    await once(asking, 'connect');
    await using client = createClient({ socket: daemon.socket });
    await client.ping({});
    const code = daemon.stop();
    await daemon.logged((log) => log.includes('daemon_stopping'));
    asking.write('Host: orq\r\n\r\n');
    let answer = '';
    for await (const piece of asking as AsyncIterable<string>) answer += piece;
    assert.match(answer, /^HTTP\/1\.1 503 [^]*"code":"shutting_down"/);
    assert.equal(await code, 0);
  });

  it(
    'is refused while the disk is full, though the daemon is in health',
    { skip: SMALL_DISK_MISSING },
    async () => {
      using folder = testFolder();
      await using disk = await openSmallDisk(folder.at('state'), 32);
      const { under } = disk;
      await using daemon = await startDaemon({ folder: folder.path, under, env: { ORQ_SWEEP_MS: '50' } });
      await using client = createClient({ socket: daemon.socket });
      disk.fill();
      await until(() => fullDisk(client));
      await assert.rejects(client.ready({}), { code: 'storage_full', status: 507 });
      assert.equal((await client.health({})).ok, true);
    },
  );
});

/** True once a message was refused. */
async function fullDisk(client: ReturnType<typeof createClient>): Promise<true | undefined> {
  const text = 'x'.repeat(100_000);
  return client.enqueue({ agent: 'a', text }).then(
    () => undefined,
    () => true,
  );
}
