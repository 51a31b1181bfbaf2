/* Runs the compiled tests in a home of their own: `run-tests.js [FOLDER|FILE-PART]... [--client VERSION]`, everything but test/e2e and test/bench by default.
 * Afterwards it looks for what they left behind: a process, a socket or a file is a failure. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './build.js';

const BUILT = join(ROOT, 'dist/test');
const BY_DEFAULT_LEFT_OUT = /^(e2e|bench|soak|faults)\//;

/** @param {string[]} wanted */
function testFiles(wanted) {
  const all = readdirSync(BUILT, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.test.js'),
  );
  const chosen =
    wanted.length > 0
      ? all.filter((name) => wanted.some((part) => name.includes(part)))
      : all.filter((name) => !BY_DEFAULT_LEFT_OUT.test(name));
  return chosen.toSorted().map((name) => relative(ROOT, join(BUILT, name)));
}

/** The user's own environment stays outside: no inherited agent, socket, tmux server or settings.
 * @param {string} home */
function privateEnvironment(home) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(ORQ_|TMUX|CLAUDE|XDG_|ANTHROPIC_|NODE_TEST_CONTEXT)/.test(name),
  );
  const folder = (/** @type {string} */ name) => {
    const path = join(home, name);
    mkdirSync(path, { mode: 0o700 });
    return path;
  };
  return {
    ...Object.fromEntries(kept),
    HOME: folder('home'),
    TMPDIR: folder('tmp'),
    XDG_RUNTIME_DIR: folder('run'),
    ORQ_TEST_CACHE: join(ROOT, '.cache'),
    ORQ_TEST_RUN: home,
  };
}

/** Processes that carry this run's mark in their environment.
 * @param {string} home */
function processesOf(home) {
  const found = [];
  for (const pid of readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
  )) {
    try {
      if (readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`ORQ_TEST_RUN=${home}\0`)) {
        found.push(`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()}`);
      }
    } catch {
      /* it ended meanwhile, or belongs to somebody else */
    }
  }
  return found;
}

/** @param {string} home */
function leftovers(home) {
  const files = ['tmp', 'run'].flatMap((name) =>
    readdirSync(join(home, name)).map((entry) => join(name, entry)),
  );
  return [
    ...files.map((file) => `file ${file}`),
    ...processesOf(home).map((process_) => `process ${process_}`),
  ];
}

const words = process.argv.slice(2);
const clientAt = words.indexOf('--client');
const clientVersion = clientAt >= 0 ? words.splice(clientAt, 2)[1] : undefined;
const files = testFiles(words);
if (files.length === 0) {
  process.stderr.write(`no test file matches ${words.join(' ')}\n`);
  process.exit(2);
}

const home = mkdtempSync('/tmp/orq-test-');
const environment = privateEnvironment(home);
if (clientVersion) environment['ORQ_TEST_CLIENT'] = clientVersion;
const runner = spawn(process.execPath, ['--test', '--test-concurrency=2', '--test-reporter=spec', ...files], {
  cwd: ROOT,
  env: environment,
  stdio: ['ignore', 'inherit', 'inherit'],
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.on(signal, () => runner.kill(signal));
runner.on('close', (code) => {
  const left = leftovers(home);
  for (const line of left) process.stderr.write(`left behind by the tests: ${line}\n`);
  rmSync(home, { recursive: true, force: true });
  process.exitCode = left.length > 0 ? 1 : (code ?? 1);
});
