/* Makes a checkout ready to run: installs the dependencies where they are not those of the lockfile, then builds. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, build } from './build.js';

/** @typedef {{ packages: Record<string, { version?: string, integrity?: string, optional?: boolean }> }} Lock */

/** @param {string} path
 * @returns {Lock['packages']} */
function locked(path) {
  try {
    return /** @type {Lock} */ (JSON.parse(readFileSync(join(ROOT, path), 'utf8'))).packages;
  } catch {
    return {};
  }
}

/** npm notes in node_modules what it installed. Optional packages may be those of another platform. */
function isInstalled() {
  const there = locked('node_modules/.package-lock.json');
  return Object.entries(locked('package-lock.json'))
    .filter(([path, { optional }]) => path !== '' && !optional)
    .every(([path, { version, integrity }]) => {
      const found = there[path];
      return found?.version === version && found?.integrity === integrity;
    });
}

/** False after a change of Node, because a native module fits one of its versions, and where npm ran no install scripts. */
async function sqliteLoads() {
  try {
    const { default: Database } = await import('better-sqlite3');
    new Database(':memory:').close();
    return true;
  } catch {
    return false;
  }
}

/** @param {string} why
 * @param {string[]} words of npm */
function npm(why, ...words) {
  process.stderr.write(`orq: ${why}\n`);
  const { status } = spawnSync('npm', [...words, '--no-progress'], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  process.stderr.write(
    `orq: "npm ${words.join(' ')}" failed, its messages are above; where better-sqlite3 finds no prebuilt binary it is compiled, with python3, make and g++\n`,
  );
  process.exit(1);
}

if (!isInstalled()) {
  const why = 'installing the dependencies (a minute or two where better-sqlite3 has to be compiled)';
  npm(why, 'ci', '--include=dev');
}
if (!(await sqliteLoads())) {
  npm('better-sqlite3 does not load on this Node: building it again', 'rebuild', 'better-sqlite3');
}
process.exitCode = build({ portable: false });
