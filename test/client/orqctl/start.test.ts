import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { ORQCTL } from './run-orqctl.ts';

/** Prints the address of every module that an import loads. */
const LISTEN = `
  import { writeSync } from 'node:fs';
  export async function load(url, context, next) { writeSync(2, url + '\\n'); return next(url, context); }`;
const REGISTER = `
  import { register } from 'node:module';
  register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(LISTEN)}`)});`;

function loadedBy(words: readonly string[]): string[] {
  const listener = `data:text/javascript,${encodeURIComponent(REGISTER)}`;
  const ran = spawnSync(process.execPath, ['--import', listener, ORQCTL, ...words], { encoding: 'utf8' });
  return ran.stderr.split('\n').filter((line) => line.startsWith('file:'));
}

test('help and commands load no schema library, no server and no database', () => {
  for (const words of [['--help'], ['send', '--help'], ['list', '--help'], ['send', 'work:1', 'hello']]) {
    const loaded = loadedBy(words);
    assert.ok(
      loaded.some((url) => url.includes('/commander/')),
      'the listener hears nothing',
    );
    assert.deepEqual(
      loaded.filter((url) => /typebox|fastify|better-sqlite3|\/daemon\/|\/src\/store\/|schemas/.test(url)),
      [],
    );
  }
});

test('only the command that is asked for is loaded', () => {
  const commands = loadedBy(['send', '--help']).filter((url) => url.includes('/commands/'));
  assert.deepEqual(
    commands.map((url) => url.replace(/.*\//, '')),
    ['send.js'],
  );
  assert.deepEqual(
    loadedBy(['--help']).filter((url) => url.includes('/commands/')),
    [],
  );
});
