/** Maintenance of a real daemon: by command, by the clock, and what is told of it. */
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createClient, ERRORS, OrqError } from '../../../client/index.ts';
import { WORK_NAMES } from '../../../src/protocol/maintenance.ts';
import { orqctl } from '../../client/orqctl/run-orqctl.ts';
import { startDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';

describe('maintenance', { concurrency: 2, timeout: 120_000 }, () => {
  it('is done by command, work by work, and what came of it is known after a restart', async () => {
    await using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    await using client = createClient({ socket: daemon.socket });
    await client.enqueue({ agent: 'a', text: 't' });
    const outcomes: Record<string, RegExp> = {
      retention: /^0 messages forgotten$/,
      optimize: /^\d+ tables renewed$/,
      checkpoint: /^(\d+) of \1 pages folded$/,
      integrity: /^\d+ pages whole$/,
      backup: /^1 messages in .*orq-\d+\.db$/,
    };
    for (const work of WORK_NAMES) {
      const { exit, stdout, stderr } = await orqctl(['maintenance', 'run', work, '--json'], daemon);
      assert.equal(exit, 0, stderr);
      const ran = JSON.parse(stdout) as { ok: boolean; outcome: string };
      assert.ok(ran.ok);
      assert.match(ran.outcome, outcomes[work] ?? /^$/);
    }
    assert.equal(readdirSync(join(daemon.stateDir, 'backups')).length, 1);
    await daemon.restart();
    const { works } = await client.maintenance({});
    assert.deepEqual(
      works.map(({ work, last }) => [work, last?.ok]),
      WORK_NAMES.map((work) => [work, true]),
    );
    // What the clock may have begun in this very minute is none of this test's.
    assert.ok(works.every(({ nextMs }) => nextMs !== null));
  });

  it('that runs is not begun a second time: both are told what it came to', async () => {
    await using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    await using client = createClient({ socket: daemon.socket });
    const [one, other] = await Promise.all([
      client.maintenanceRun({ work: 'backup' }),
      client.maintenanceRun({ work: 'backup' }),
    ]);
    assert.deepEqual(one, other);
    assert.equal(readdirSync(join(daemon.stateDir, 'backups')).length, 1);
  });

  it('that fails is told with its reason, logged, and not forgotten', async () => {
    await using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    await using client = createClient({ socket: daemon.socket });
    writeFileSync(join(daemon.stateDir, 'backups'), 'no folder');
    await assert.rejects(client.maintenanceRun({ work: 'backup' }));
    await daemon.logged((log) => log.includes('"event":"maintenance_failed","work":"backup"'));
    const { works } = await client.maintenance({});
    assert.equal(works.find(({ work }) => work === 'backup')?.last?.ok, false);
  });

  it('is refused for a work that is none', async () => {
    await using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    assert.equal((await orqctl(['maintenance', 'run', 'nap'], daemon)).exit, ERRORS.bad_request.exit);
    await using client = createClient({ socket: daemon.socket });
    await assert.rejects(
      client.maintenanceRun({ work: 'nap' as 'backup' }),
      (error) => error instanceof OrqError && error.code === 'bad_request',
    );
  });
});
