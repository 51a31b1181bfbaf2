import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { VERSION } from '../../src/protocol/version.ts';
import { ROOT } from '../architecture/source-file.ts';

type Packed = { readonly files: readonly { readonly path: string }[]; readonly unpackedSize: number };

const MAX_UNPACKED_BYTES = 4_000_000;

/** What npm would put into the package; without scripts, because those build into the folder that the tests run from. */
function packed(): Packed {
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline', '--loglevel=error'];
  const { stdout } = spawnSync('npm', words, { cwd: ROOT, encoding: 'utf8' });
  const [found] = JSON.parse(stdout) as [Packed];
  return found;
}

test('the package holds what runs, its sources of the native client, and nothing else', () => {
  const { files, unpackedSize } = packed();
  const paths = files.map(({ path }) => path);
  const wanted =
    /^(dist\/(src|daemon|client)\/[\w/-]+(\.d\.ts|\.js(\.map)?)?|migrations\/\d{4}-[\w-]+\.sql|client\/hook\/[\w-]+\.[ch]|setup\/hook-binary\.js|dist\/man\/[\w-]+\.[18]|dist\/completion\/orq\.\w+|compat\/[\w-]+(\.(py|sh))?|systemd\/[\w.@-]+|package\.json|(README|CHANGELOG|SECURITY)\.md|LICENSE)$/;
  assert.deepEqual(
    paths.filter((path) => !wanted.test(path)),
    [],
  );
  for (const path of [
    'dist/daemon/main.js',
    'dist/client/orqctl/main.js',
    'dist/client/hook/orq-hook',
    'dist/client/hook/orq-hook.js',
    'dist/client/index.d.ts',
    'client/hook/orq-hook.c',
    'client/hook/find-socket.h',
    'setup/hook-binary.js',
    'systemd/orq-daemon-system.service',
    'LICENSE',
  ]) {
    assert.ok(paths.includes(path), path);
    assert.ok(existsSync(join(ROOT, path)), path);
  }
  assert.ok(unpackedSize < MAX_UNPACKED_BYTES, `${unpackedSize} bytes unpacked`);
});

test('every command of a checkout can be called by its path', () => {
  const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    bin: Record<string, string>;
  };
  for (const [name, path] of Object.entries(bin)) {
    const { status, stdout } = spawnSync(join(ROOT, path), ['--version'], { encoding: 'utf8' });
    assert.deepEqual(
      { name, status, says: stdout.trim().split(' ').at(-1) },
      { name, status: 0, says: VERSION },
    );
  }
});
