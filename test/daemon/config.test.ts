import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ERRORS, OrqError } from '../../src/protocol/errors.ts';
import { VERSION } from '../../src/protocol/version.ts';
import { helpText, readConfig, type Config } from '../../daemon/config.ts';
import { SETTINGS } from '../../daemon/settings.ts';
import { testFolder } from '../support/folder.ts';
import { runDaemon } from './run-daemon.ts';

const HOME = { HOME: '/home/a', XDG_RUNTIME_DIR: '/run/user/7' };

function configOf(words: readonly string[], env: Record<string, string> = {}): Config {
  const invocation = readConfig(words, { ...HOME, ...env });
  assert.ok('run' in invocation);
  return invocation.run;
}

const CASES: readonly [
  name: keyof typeof SETTINGS,
  field: keyof Config,
  fallback: unknown,
  one: string,
  two: string,
][] = [
  ['socket', 'socket', '/run/user/7/orq/orq.sock', '/a.sock', '/b.sock'],
  ['state-dir', 'stateDir', '/home/a/.local/state/orq', '/a', '/b'],
  ['log-level', 'logLevel', 'info', 'warn', 'debug'],
  ['silent-ms', 'silentMs', 60_000, '11', '22'],
  ['sweep-ms', 'sweepMs', 1_000, '11', '22'],
  ['tmux-sockets', 'tmuxSockets', '', '/a', '/b:/c'],
  ['tmux-sweep-ms', 'tmuxSweepMs', 2_000, '11', '22'],
  ['tmux-events', 'tmuxEvents', 'off', 'on', 'off'],
  ['coalesce-ms', 'coalesceMs', 250, '0', '1500'],
  ['rungs', 'rungs', ['waiter', 'inbox', 'tmux'], 'tmux', 'waiter,tmux'],
  ['default-mode', 'defaultMode', 'pull', 'push', 'pull'],
  ['pair-rate', 'pairRate', 0, '11', '22'],
  ['agent-rate', 'agentRate', 0, '11', '22'],
  ['max-hops', 'maxHops', 0, '11', '22'],
  ['rebrief-rules', 'rebriefRules', 'needed', 'all', 'needed'],
  ['auto-restart', 'autoRestart', 'off', 'on', 'off'],
  ['error-patterns', 'errorPatterns', '', '/a', '/b'],
  ['restart-limit', 'restartLimit', 5, '11', '22'],
  ['restart-window-ms', 'restartWindowMs', 600_000, '11', '22'],
  ['restart-backoff-ms', 'restartBackoffMs', 2_000, '11', '22'],
  ['restart-quiet-ms', 'restartQuietMs', 900_000, '11', '22'],
  ['starts-at-once', 'startsAtOnce', 2, '11', '22'],
  ['start-stagger-ms', 'startStaggerMs', 3_000, '11', '22'],
  ['retention-days', 'retentionDays', 30, '11', '22'],
];

describe('a setting', () => {
  it('is covered here', () => {
    assert.deepEqual(
      CASES.map(([name]) => name),
      Object.keys(SETTINGS),
    );
  });

  for (const [name, field, fallback, one, two] of CASES) {
    const { variable } = SETTINGS[name];
    it(`${name} is taken from its flag, else from ${variable}, else by default`, () => {
      const read = (value: string): unknown =>
        Array.isArray(fallback) ? value.split(',') : typeof fallback === 'number' ? Number(value) : value;
      assert.deepEqual(configOf([`--${name}`, one], { [variable]: two })[field], read(one));
      assert.deepEqual(configOf([], { [variable]: two })[field], read(two));
      assert.deepEqual(configOf([], { [variable]: '' })[field], fallback);
      assert.deepEqual(configOf([])[field], fallback);
    });
    it(`${name} stands in the help with its variable`, () => {
      assert.match(helpText(), new RegExp(`--${name} [^]*${variable}`));
    });
  }

  const BAD: readonly [string, string][] = [
    ['silent-ms', '0'],
    ['silent-ms', '-1'],
    ['sweep-ms', '1s'],
    ['rungs', 'waiter,keys'],
    ['rungs', 'waiter, tmux'],
    ['sweep-ms', '1.5'],
    ['sweep-ms', '99999999999'],
    ['log-level', 'loud'],
    ['pair-rate', '-1'],
    ['max-hops', '1.5'],
  ];
  for (const [name, value] of BAD) {
    it(`${name} is refused by name where it is ${value}`, () => {
      assert.throws(
        () => configOf([`--${name}=${value}`]),
        (error) =>
          error instanceof OrqError && error.code === 'bad_setting' && error.message.includes(`--${name}`),
      );
    });
  }

  for (const words of [['--colour', 'red'], ['start'], ['--socket']]) {
    it(`is nothing that is called ${words.join(' ')}`, async () => {
      using folder = testFolder();
      const { code, stdout, stderr } = await runDaemon(folder.path, { words });
      assert.deepEqual([code, stdout], [ERRORS.bad_setting.exit, '']);
      assert.match(stderr, new RegExp(`^orq-daemon: .*${words[0] ?? ''}.*\n$`));
    });
  }

  it('is listed by --help, and --version says the version', async () => {
    using folder = testFolder();
    const help = await runDaemon(folder.path, { words: ['--help'] });
    assert.deepEqual([help.code, help.stdout, help.stderr], [0, helpText(), '']);
    const version = await runDaemon(folder.path, { words: ['--version'] });
    assert.deepEqual([version.code, version.stdout], [0, `orq-daemon ${VERSION}\n`]);
  });
});
