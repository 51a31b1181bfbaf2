import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ROOT, readSource } from '../architecture/source-file.ts';
import { testFolder } from '../support/folder.ts';

const PREFLIGHT = join(ROOT, 'setup/preflight.cjs');

/** Runs the check with one folder as its whole search path, on a Node that says it is `node`. */
function preflight(bin: string, node = process.versions.node) {
  const pretend = join(bin, 'pretend.cjs');
  writeFileSync(
    pretend,
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${node}' } });
Object.defineProperty(process, 'version', { value: 'v${node}' });`,
  );
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-r', pretend, PREFLIGHT], {
    env: { PATH: bin },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

function placeTmux(bin: string, version: string): void {
  writeFileSync(join(bin, 'tmux'), `#!${process.execPath}\nconsole.log('${version}');\n`);
  chmodSync(join(bin, 'tmux'), 0o755);
}

describe('what a checkout needs', () => {
  for (const version of ['tmux 3.2', 'tmux 3.2a', 'tmux 3.5', 'tmux next-3.6', 'tmux 4.0', 'tmux master']) {
    test(`is there with ${version}`, () => {
      using bin = testFolder();
      placeTmux(bin.path, version);
      assert.deepEqual(preflight(bin.path), { status: 0, stdout: '', stderr: '' });
    });
  }

  test('is missing in one line without tmux', () => {
    using bin = testFolder();
    const { status, stderr } = preflight(bin.path);
    assert.equal(status, 1);
    assert.match(stderr, /^orq needs tmux 3\.2 or newer and found none: .*apt-get install tmux.*\n$/);
  });

  for (const version of ['tmux 3.1', 'tmux 3.1c', 'tmux 2.9a']) {
    test(`is missing in one line with ${version}`, () => {
      using bin = testFolder();
      placeTmux(bin.path, version);
      const { status, stderr } = preflight(bin.path);
      assert.equal(status, 1);
      assert.match(stderr, new RegExp(`^orq needs tmux 3\\.2 or newer, this is ${version}: .*\\n$`));
    });
  }

  for (const version of ['18.19.0', '20.18.3', '8.17.0']) {
    test(`is missing in one line on Node ${version}`, () => {
      using bin = testFolder();
      placeTmux(bin.path, 'tmux 3.5');
      const { status, stderr } = preflight(bin.path, version);
      assert.equal(status, 1);
      assert.match(stderr, new RegExp(`^orq needs Node 20\\.19 or newer, this is v${version}: .*\\n$`));
    });
  }

  test('is told in the syntax of old', () => {
    const { code } = readSource('setup/preflight.cjs');
    assert.doesNotMatch(code, /\b(?:const|let|class|async|await)\b|=>|`|\?[.?]|\.\.\.|import /);
  });
});
