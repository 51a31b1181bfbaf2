import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { inspectHookClient, placeHookClient } from '../../../client/hooks/hook-client.ts';
import { ROOT } from '../../architecture/source-file.ts';
import { HookHome, isOrqError } from './hook-home.ts';

describe('the hook client', () => {
  it('lies under the stable path, executable, in a folder of its user', async () => {
    await using home = await HookHome.open();
    const placed = await placeHookClient(home.host);
    assert.deepEqual(placed, { path: home.client, native: true, replaced: true });
    assert.equal((await stat(home.client)).mode & 0o777, 0o755);
    assert.equal((await stat(dirname(home.client))).mode & 0o777, 0o700);
    assert.deepEqual(await readdir(dirname(home.client)), ['orq-hook']);
  });

  it('is written again only where its bytes differ', async () => {
    await using home = await HookHome.open();
    await placeHookClient(home.host);
    const { ino } = await stat(home.client);
    assert.equal((await placeHookClient(home.host)).replaced, false);
    assert.equal((await stat(home.client)).ino, ino);
    await writeFile(home.host.builtClient, '#!/usr/bin/env node\n');
    assert.deepEqual(await placeHookClient(home.host), { path: home.client, native: false, replaced: true });
    assert.equal(await readFile(home.client, 'utf8'), '#!/usr/bin/env node\n');
  });

  it('is replaced while a waiter runs it', async () => {
    await using home = await HookHome.open();
    await copyFile('/bin/sleep', home.host.builtClient);
    await placeHookClient(home.host);
    const waiter = spawn(home.client, ['60']);
    await once(waiter, 'spawn');
    try {
      await copyFile('/bin/true', home.host.builtClient);
      assert.equal((await placeHookClient(home.host)).replaced, true);
      assert.equal(waiter.exitCode, null);
    } finally {
      waiter.kill();
      await once(waiter, 'exit');
    }
  });

  it('runs as the twin also where a package.json above it speaks of CommonJS', async () => {
    await using home = await HookHome.open();
    await writeFile(join(home.root, 'package.json'), '{"type":"commonjs"}');
    await copyFile(join(ROOT, 'dist/client/hook/orq-hook.js'), home.host.builtClient);
    await placeHookClient(home.host);
    const twin = spawn(process.execPath, [home.client, '--version'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = await text(twin.stdout);
    assert.match(said, /^orq-hook \d/);
  });

  it('says so where the package is not built', async () => {
    await using home = await HookHome.open();
    const host = { ...home.host, builtClient: join(home.root, 'nowhere') };
    await assert.rejects(placeHookClient(host), isOrqError('not_found', /the package is not built$/));
  });

  it('goes to the default data folder where XDG_DATA_HOME is missing or relative', async () => {
    await using home = await HookHome.open();
    for (const given of [undefined, '', 'relative']) {
      const host = { ...home.host, env: { ...home.host.env, XDG_DATA_HOME: given } };
      assert.equal((await placeHookClient(host)).path, join(home.root, 'home/.local/share/orq/bin/orq-hook'));
    }
  });

  it('is inspected without being made', async () => {
    await using home = await HookHome.open();
    const absent = { path: home.client, exists: false, executable: false, native: false, current: false };
    assert.deepEqual(await inspectHookClient(home.client, home.host), absent);
    await placeHookClient(home.host);
    await writeFile(home.client, 'other');
    assert.deepEqual(await inspectHookClient(home.client, home.host), {
      ...absent,
      exists: true,
      executable: true,
    });
  });
});
