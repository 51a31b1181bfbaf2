import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { describe, it } from 'node:test';
import { createClient } from '../../../client/index.ts';
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
});
