/** A native module that this Node cannot load, as after a change of Node. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../architecture/source-file.ts';
import { daemonEnvironment } from '../../support/daemon.ts';
import { testFolder } from '../../support/folder.ts';

test('a daemon whose native module cannot be loaded says so in one line with the remedy', async () => {
  await using folder = testFolder();
  for (const part of ['dist/src', 'dist/daemon', 'dist/client', 'package.json', 'migrations'])
    cpSync(join(ROOT, part), folder.at(part), { recursive: true });
  mkdirSync(folder.at('node_modules'));
  for (const name of readdirSync(join(ROOT, 'node_modules')))
    if (name !== 'better-sqlite3')
      symlinkSync(join(ROOT, 'node_modules', name), folder.at(join('node_modules', name)));
  const native = join(ROOT, 'node_modules/better-sqlite3');
  cpSync(join(native, 'lib'), folder.at('node_modules/better-sqlite3/lib'), { recursive: true });
  cpSync(join(native, 'package.json'), folder.at('node_modules/better-sqlite3/package.json'));
  const { status, stderr } = spawnSync(process.execPath, [folder.at('dist/daemon/main.js')], {
    env: daemonEnvironment(folder.path),
    encoding: 'utf8',
  });
  assert.match(
    stderr,
    /^orq-daemon: better-sqlite3 cannot be loaded by Node v\d[^\n]*npm rebuild better-sqlite3[^\n]*\n$/,
  );
  assert.equal(status, 16);
});
