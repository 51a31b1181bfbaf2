/* Builds dist/: TypeScript, then the hook client. `--portable` leaves the native client to the machine that installs the package. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { placeHookBinary } from './hook-binary.js';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Removes outputs whose source is gone, so that a deleted test does not run for ever.
 * @param {string} folder */
function prune(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      prune(path);
      continue;
    }
    const stem = relative(join(ROOT, 'dist'), path).replace(/(\.d\.ts|\.js|\.js\.map)$/, '');
    const generated = /\.(d\.ts|js|js\.map)$/.test(path);
    if (generated && !existsSync(join(ROOT, `${stem}.ts`))) rmSync(path);
  }
}

/** npm does this for an installed package only; in a checkout the commands that `npm start` prints name these files. */
function makeCommandsExecutable() {
  const { bin } = /** @type {{ bin: Record<string, string> }} */ (
    JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  );
  for (const file of Object.values(bin)) if (file.endsWith('.js')) chmodSync(join(ROOT, file), 0o755);
}

/** @param {{ portable: boolean }} options
 * @returns {number} the exit code */
export function build({ portable }) {
  prune(join(ROOT, 'dist'));
  const tsc = spawnSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', ROOT], {
    stdio: ['ignore', 2, 2],
  });
  if (tsc.status !== 0) return tsc.status ?? 1;
  makeCommandsExecutable();
  const reference = join(ROOT, 'dist/client/reference/main.js');
  const written = spawnSync(process.execPath, [reference, join(ROOT, 'dist')], { stdio: ['ignore', 2, 2] });
  if (written.status !== 0) return written.status ?? 1;
  return placeHookBinary({ portable, installed: false });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = build({ portable: process.argv.includes('--portable') });
}
