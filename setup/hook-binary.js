/* Puts the hook client behind dist/client/hook/orq-hook: the native program where a C compiler is found, else its Node twin.
 * `--if-built` is for the installed package: it comes with dist/, a checkout gets it later. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, renameSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const SOURCE = join(ROOT, 'client/hook/orq-hook.c');
const TWIN = join(ROOT, 'dist/client/hook/orq-hook.js');
const TARGET = join(ROOT, 'dist/client/hook/orq-hook');
const WARNINGS = ['-Wall', '-Wextra', '-Wpedantic'];

/** Static first: it starts in half the time. A machine without a static libc gets the dynamic one.
 * @param {string} output
 * @param {{ strict: boolean }} options a warning of a compiler that orq has not met is no reason for a slow hook, except to developers
 * @returns {string | undefined} why there is no program that runs */
function compile(output, { strict }) {
  const compiler = process.env['CC'] || 'cc';
  let complaint = '';
  for (const linking of [['-static'], []]) {
    const flags = ['-std=c11', '-O2', ...WARNINGS, ...(strict ? ['-Werror'] : []), ...linking, '-s'];
    const { status, error, stderr } = spawnSync(compiler, [...flags, '-o', output, SOURCE], {
      encoding: 'utf8',
    });
    if (status === 0 && spawnSync(output, ['--version']).status === 0) return undefined;
    complaint = error || !stderr ? '' : `${stderr.trimEnd()}\n`;
  }
  return `${complaint}orq: no C compiler that works (${compiler})`;
}

/** Replaces by rename: a waiter may be running the old file.
 * @param {{ portable: boolean, installed: boolean }} options
 * @returns {number} the exit code */
export function placeHookBinary({ portable, installed }) {
  const next = `${TARGET}.${process.pid}`;
  const failure = portable ? 'portable' : compile(next, { strict: !installed });
  if (failure !== undefined) copyFileSync(TWIN, next);
  if (failure !== undefined && !portable) {
    const again = installed ? 'npm rebuild -g orq' : 'npm run build';
    process.stderr.write(
      `${failure}: the hook client runs on Node, which costs 50 ms more per hook; with gcc installed, "${again}" makes the native one\n`,
    );
  }
  chmodSync(next, 0o755);
  renameSync(next, TARGET);
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const installed = process.argv.includes('--if-built');
  if (!installed || existsSync(TWIN)) process.exitCode = placeHookBinary({ portable: false, installed });
}
