/* Runs the compiled tests in a home of their own: `run-tests.js [FOLDER|FILE-PART]... [--client VERSION]`, everything but test/e2e, test/bench, test/systemd and the long runs by default.
 * Afterwards it looks for what they left behind: a process, a socket or a file is a failure. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from './build.js';
import { makeTestHome } from './test-home.js';

/** How long a process may take to end after it was told to; milliseconds. */
const GRACE_MS = 3_000;

/** Files at once. Most tests wait for a process or a clock more than they work: on two cores, two at once leave a quarter of the time unused. */
const AT_ONCE = 3;

/** These take longest: one that began last would be waited for alone. */
const FIRST = /^(e2e\/(typed-rate|hung|survive)|daemon\/restarts\/restart|client\/hook\/)/;

const BUILT = join(ROOT, 'dist/test');
const BY_DEFAULT_LEFT_OUT = /^(e2e|bench|soak|faults|systemd)\//;

/** @param {string[]} wanted */
function testFiles(wanted) {
  const all = readdirSync(BUILT, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.test.js'),
  );
  const chosen =
    wanted.length > 0
      ? all.filter((name) => wanted.some((part) => name.includes(part)))
      : all.filter((name) => !BY_DEFAULT_LEFT_OUT.test(name));
  const isLater = (/** @type {string} */ name) => Number(!FIRST.test(name));
  return chosen.toSorted().toSorted((a, b) => isLater(a) - isLater(b));
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
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const pid = Number(name);
    if (pid === process.pid) continue;
    try {
      if (readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`ORQ_TEST_RUN=${home}\0`)) {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        found.push({ pid, words });
      }
    } catch {
      /* it ended meanwhile, or belongs to somebody else */
    }
  }
  return found;
}

/** A process that was told to end may need a moment for it; what is still there after GRACE_MS was forgotten, and is ended here.
 * @param {string} home */
async function endProcessesOf(home) {
  const untilMs = Date.now() + GRACE_MS;
  let left = processesOf(home);
  while (left.length > 0 && Date.now() < untilMs) {
    await pause(20);
    left = processesOf(home);
  }
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  return left.map(({ pid, words }) => `process ${pid} ${words}`);
}

/** @param {string} home */
function filesIn(home) {
  return ['tmp', 'run'].flatMap((folder) =>
    readdirSync(join(home, folder)).map((name) => `file ${join(folder, name)}`),
  );
}

/** @param {string[]} names
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<number>} the exit code of node's test runner, 1 where it was stopped */
async function runTests(names, environment) {
  const paths = names.map((name) => relative(ROOT, join(BUILT, name)));
  const words = ['--test', `--test-concurrency=${AT_ONCE}`, '--test-reporter=spec', ...paths];
  const runner = spawn(process.execPath, words, {
    cwd: ROOT,
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      runner.kill(signal);
      setTimeout(() => runner.kill('SIGKILL'), GRACE_MS).unref();
    });
  }
  const [code] = /** @type {[number | null]} */ (await once(runner, 'close'));
  return code ?? 1;
}

const words = process.argv.slice(2);
const clientAt = words.indexOf('--client');
const clientVersion = clientAt >= 0 ? words.splice(clientAt, 2)[1] : undefined;
const files = testFiles(words);
if (files.length === 0) {
  process.stderr.write(`no test file matches ${words.join(' ')}\n`);
  process.exit(2);
}

const home = makeTestHome();
const client = clientVersion === undefined ? {} : { ORQ_TEST_CLIENT: clientVersion };
const code = await runTests(files, { ...privateEnvironment(home), ...client });
const left = [...(await endProcessesOf(home)), ...filesIn(home)];
for (const line of left) process.stderr.write(`left behind by the tests: ${line}\n`);
rmSync(home, { recursive: true, force: true, maxRetries: 5 });
process.exitCode = left.length > 0 ? 1 : code;
