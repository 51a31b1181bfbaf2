import assert from 'node:assert/strict';
import { chmodSync, closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createClient } from '../../../client/index.ts';
import { openPlain } from '../../../src/store/sqlite/database.ts';
import { startDaemon } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';
import { orqctl } from './run-orqctl.ts';

interface Report {
  readonly ok: boolean;
  readonly checks: readonly { name: string; ok: boolean; found: string; remedy: string | null }[];
}

function wrongIn(stdout: string): string[] {
  const { checks } = JSON.parse(stdout) as Report;
  for (const { ok, remedy } of checks) assert.equal(remedy === null, ok);
  return checks.filter(({ ok }) => !ok).map(({ name }) => name.replace(/ in .*/, ''));
}

describe('doctor', { timeout: 180_000 }, () => {
  it('finds nothing wrong after an install, by a probe that stores nothing; then each thing that is', async () => {
    using folder = testFolder();
    const site = folder.at('site');
    mkdirSync(site);
    await using daemon = await startDaemon({ folder: folder.path });
    await using client = createClient({ socket: daemon.socket });
    const around = { socket: daemon.socket, env: { HOME: folder.path, XDG_DATA_HOME: folder.at('data') } };
    const run = (...words: string[]) => orqctl(['doctor', site, '--json', ...words], around);

    const before = await run();
    assert.equal(before.exit, 4);
    assert.deepEqual(wrongIn(before.stdout), ['probe', 'hooks']);

    await orqctl(['hooks', 'install', site], around);
    const well = await run();
    assert.deepEqual([wrongIn(well.stdout), well.exit], [[], 0]);
    assert.match(well.stdout, /a probe went through the hook client to the daemon/);
    assert.deepEqual((await client.agents({})).agents, []);

    chmodSync(daemon.socket, 0o666);
    assert.deepEqual(wrongIn((await run()).stdout), ['socket']);
    chmodSync(daemon.socket, 0o600);

    chmodSync(folder.at('data/orq/bin/orq-hook'), 0o600);
    assert.deepEqual(wrongIn((await run()).stdout), ['probe', 'hooks']);
    rmSync(folder.at('data'), { recursive: true });
    await orqctl(['hooks', 'install', site], around);

    await daemon.stop();
    const { stdout, exit } = await run();
    assert.deepEqual([wrongIn(stdout), exit], [['daemon reached'], 6]);
    const spoken = await orqctl(['doctor', site], around);
    assert.match(spoken.stdout, /^wrong daemon reached: .*no connection.*\n {8}do: start it with orq-daemon/);
    assert.match(spoken.stdout, /^ok {4}hooks in .*: in place/m);
  });

  it('has the daemon read its database, and finds a damaged page of it', async () => {
    using folder = testFolder();
    await using daemon = await startDaemon({ folder: folder.path });
    await using client = createClient({ socket: daemon.socket });
    const around = { socket: daemon.socket, env: { HOME: folder.path } };
    const checkOf = async () => {
      const { checks } = JSON.parse((await orqctl(['doctor', '--json'], around)).stdout) as Report;
      return checks.find(({ name }) => name === 'database');
    };
    await client.enqueue(
      Array.from({ length: 100 }, (_, at) => ({
        agent: 'a',
        text: 't',
        idempotencyKey: `${'x'.repeat(100)} ${at}`,
      })),
    );
    assert.match((await checkOf())?.found ?? '', /orq\.db: \d+ pages whole$/);
    const { works } = await client.maintenance({});
    assert.ok(works.find(({ work }) => work === 'integrity')?.last?.ok, 'no log is folded meanwhile');

    await daemon.stop();
    damageKeys(join(daemon.stateDir, 'orq.db'));
    await daemon.restart();
    const { ok, found, remedy } = (await checkOf()) ?? {};
    assert.deepEqual([ok, /damaged/.test(found ?? ''), /restore/.test(remedy ?? '')], [false, true, true]);
  });
});

/** Overwrites the last page of the idempotency keys, which nothing but an enqueue reads. */
function damageKeys(file: string): void {
  const db = openPlain(file, { readonly: true });
  const page = Number(
    db
      .prepare(`SELECT max(pageno) FROM dbstat WHERE name = 'idempotency_key' AND pagetype = 'leaf'`)
      .pluck()
      .get(),
  );
  const size = Number(db.pragma('page_size', { simple: true }));
  db.close();
  const bytes = openSync(file, 'r+');
  writeSync(bytes, Buffer.alloc(64, 0xff), 0, 64, (page - 1) * size);
  closeSync(bytes);
}
