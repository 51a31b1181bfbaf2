import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createClient } from '../../client/index.ts';
import { MAX_SPOOL_BYTES, spoolFileName } from '../../src/protocol/spool.ts';
import { startDaemon } from '../support/daemon.ts';
import { testFolder } from '../support/folder.ts';

/** No process has it: the kernel counts to 4194304. */
const NO_PID = 9_999_999;

describe('what lies in the spool', { timeout: 60_000 }, () => {
  it('half written goes when its sender is dead and it is old, and nothing else does', async () => {
    using folder = testFolder();
    const spool = folder.at('state/spool');
    mkdirSync(spool, { recursive: true, mode: 0o700 });
    const write = (pid: number, count: number, ageS: number): string => {
      const path = join(spool, `.${spoolFileName(1, pid, count)}.tmp`);
      writeFileSync(path, '{');
      utimesSync(path, Date.now() / 1000, Date.now() / 1000 - ageS);
      return path;
    };
    const gone = [write(NO_PID, 1, 7_200), write(process.pid, 2, 90_000)];
    const kept = [write(NO_PID, 3, 60), write(process.pid, 4, 7_200)];
    await using daemon = await startDaemon({ folder: folder.path });
    assert.deepEqual(
      gone.map((path) => existsSync(path)),
      [false, false],
    );
    assert.deepEqual(
      kept.map((path) => existsSync(path)),
      [true, true],
    );
    assert.match(daemon.log(), /spool_cleared/);
  });

  it('too large is set aside with the reason, and holds up nothing behind it', async () => {
    using folder = testFolder();
    const spool = folder.at('state/spool');
    mkdirSync(spool, { recursive: true, mode: 0o700 });
    const path = (count: number): string => join(spool, spoolFileName(1, NO_PID, count));
    writeFileSync(path(1), '');
    truncateSync(path(1), MAX_SPOOL_BYTES + 1);
    const body = { agent: 'a', text: 'x', idempotencyKey: 'k' };
    writeFileSync(
      path(2),
      JSON.stringify({ format: 'orq-spool/1', spooledAtMs: Date.now(), headers: {}, body }),
    );
    await using daemon = await startDaemon({ folder: folder.path });
    await using client = createClient({ socket: daemon.socket });
    const reason = readFileSync(join(spool, 'rejected', `${spoolFileName(1, NO_PID, 1)}.reason`), 'utf8');
    assert.match(reason, /^too_large: .* bytes, more than \d+\n$/);
    assert.equal((await client.counts({})).ready, 1);
    assert.deepEqual((await client.status({})).spool, { waiting: 0, rejected: 1, stuck: 0 });
  });
});
