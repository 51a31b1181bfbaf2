/* Puts the hook client behind dist/client/hook/orq-hook: the native program where a C compiler is found, else its Node twin. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const SOURCE = join(ROOT, 'client/hook/orq-hook.c');
const TWIN = join(ROOT, 'dist/client/hook/orq-hook.js');
const TARGET = join(ROOT, 'dist/client/hook/orq-hook');
const WARNINGS = ['-std=c11', '-O2', '-Wall', '-Wextra', '-Wpedantic', '-Werror'];

/** Static first: it starts in half the time. A machine without a static libc gets the dynamic one.
 * @param {string} output
 * @returns {boolean} */
function compile(output) {
  const compiler = process.env['CC'] ?? 'cc';
  for (const linking of [['-static'], []]) {
    const { status } = spawnSync(compiler, [...WARNINGS, ...linking, '-s', '-o', output, SOURCE], {
      stdio: 'ignore',
    });
    if (status === 0) return true;
  }
  return false;
}

/** Replaces by rename: a waiter may be running the old file.
 * @param {{ portable: boolean }} options
 * @returns {number} the exit code */
export function placeHookBinary({ portable }) {
  const next = `${TARGET}.${process.pid}`;
  if (portable || !compile(next)) {
    copyFileSync(TWIN, next);
    if (!portable) {
      process.stderr.write(
        'orq: no C compiler that works ("cc" or $CC): the hook client runs on Node, which costs 50 ms more per hook; with gcc installed, "npm run build" makes the native one\n',
      );
    }
  }
  chmodSync(next, 0o755);
  renameSync(next, TARGET);
  rmSync(next, { force: true });
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const built = existsSync(TWIN);
  if (built || !process.argv.includes('--if-built')) process.exitCode = placeHookBinary({ portable: false });
}
