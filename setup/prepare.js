/* Makes a checkout ready to run: installs the dependencies when the lockfile asks for it, then builds. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, build } from './build.js';

/** @param {string} path */
function changedAtMs(path) {
  return statSync(join(ROOT, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

if (changedAtMs('package-lock.json') > changedAtMs('node_modules/.package-lock.json')) {
  process.stderr.write(
    'orq: installing the dependencies (a minute where better-sqlite3 has to be compiled)\n',
  );
  const installed = spawnSync('npm', ['ci', '--no-progress'], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (installed.status !== 0) {
    process.stderr.write(
      'orq: "npm ci" failed, its messages are above; without a compiler better-sqlite3 needs its prebuilt binary from the network\n',
    );
    process.exit(1);
  }
}

process.exitCode = build({ portable: false });
