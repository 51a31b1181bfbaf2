import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { VERSION } from '../../src/protocol/version.ts';
import { ROOT } from '../architecture/source-file.ts';
import { testFolder } from '../support/folder.ts';

const SCRIPT = 'setup/hook-binary.js';
const SOURCES = ['client/hook/orq-hook.c', 'client/hook/find-socket.h'];
const TWIN = 'dist/client/hook/orq-hook.js';

/** A package with only what the hook client is made from. */
function openPackage(...files: readonly string[]) {
  const folder = testFolder();
  for (const file of files) {
    mkdirSync(dirname(join(folder.path, file)), { recursive: true });
    copyFileSync(join(ROOT, file), join(folder.path, file));
  }
  return folder;
}

function place(root: string, compiler: string, ...words: readonly string[]) {
  const { status, stderr } = spawnSync(process.execPath, [join(root, SCRIPT), ...words], {
    env: { PATH: process.env['PATH'] ?? '', CC: compiler },
    encoding: 'utf8',
  });
  return { status, stderr };
}

function placed(root: string) {
  const path = join(root, 'dist/client/hook/orq-hook');
  const isElf = readFileSync(path).subarray(1, 4).toString() === 'ELF';
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return { isElf, says: stdout };
}

const hasCompiler = spawnSync('cc', ['--version']).status === 0;
const says = `orq-hook ${VERSION}\n`;

describe('the hook client', () => {
  test('is native where a compiler works', { skip: hasCompiler ? false : 'no C compiler' }, () => {
    using folder = openPackage(SCRIPT, ...SOURCES, TWIN);
    assert.deepEqual(place(folder.path, 'cc'), { status: 0, stderr: '' });
    assert.deepEqual(placed(folder.path), { isElf: true, says });
    assert.deepEqual(readdirSync(join(folder.path, 'dist/client/hook')).toSorted(), [
      'orq-hook',
      'orq-hook.js',
    ]);
  });

  for (const [why, compiler] of [
    ['fails', 'false'],
    ['is missing', '/nonexistent/cc'],
    ['makes nothing', 'true'],
  ] as const) {
    test(`is the Node twin where the compiler ${why}, and this is said`, () => {
      using folder = openPackage(SCRIPT, ...SOURCES, TWIN);
      const { status, stderr } = place(folder.path, compiler);
      assert.equal(status, 0);
      assert.match(
        stderr,
        /^orq: no C compiler that works .*: the hook client runs on Node.*"npm run build".*\n$/,
      );
      assert.deepEqual(placed(folder.path), { isElf: false, says });
    });
  }

  test('of an installed package is made again by rebuilding the package', () => {
    using folder = openPackage(SCRIPT, ...SOURCES, TWIN);
    assert.match(
      place(folder.path, 'false', '--if-built').stderr,
      /"npm rebuild -g orq" makes the native one\n$/,
    );
  });

  test('waits for the first build of a checkout', () => {
    using folder = openPackage(SCRIPT, ...SOURCES);
    assert.deepEqual(place(folder.path, 'cc', '--if-built'), { status: 0, stderr: '' });
  });
});
