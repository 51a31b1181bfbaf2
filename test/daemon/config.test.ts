import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, it } from 'node:test';
import { ERRORS, OrqError } from '../../src/protocol/errors.ts';
import { VERSION } from '../../src/protocol/version.ts';
import { keyOf, SETTING_NAMES, SETTINGS, type Config, type SettingName } from '../../daemon/config.ts';
import { configText, helpText } from '../../daemon/config-text.ts';
import { isNumber, type Setting, type SettingValue } from '../../daemon/setting.ts';
import { isInFile, parseSettings, settingsPath } from '../../daemon/settings-file.ts';
import { readSettings, type Settings } from '../../daemon/settings.ts';
import { testFolder } from '../support/folder.ts';
import { runDaemon } from './run-daemon.ts';

const HOME = { HOME: '/home/a', XDG_RUNTIME_DIR: '/run/user/7' };

function settingsOf(words: readonly string[], env: Record<string, string> = {}): Settings {
  const invocation = readSettings(words, { ...HOME, ...env });
  assert.ok('run' in invocation);
  return invocation.run;
}

function configOf(words: readonly string[], env: Record<string, string> = {}): Config {
  return settingsOf(words, env).config;
}

function writeSettings(stateDir: string, text: string): void {
  mkdirSync(dirname(settingsPath(stateDir)), { recursive: true });
  writeFileSync(settingsPath(stateDir), text);
}

function refused(message: RegExp) {
  return (error: unknown) =>
    error instanceof OrqError && error.code === 'bad_setting' && message.test(error.message);
}

/** Three legal values of a setting that differ. */
function samplesOf({ type, words }: Setting): readonly [string, string, string] {
  if (type === 'words') return ['tmux', 'waiter,tmux', 'inbox'];
  if (type === 'cron') return ['1 2 * * *', '*/5 * * * *', 'off'];
  if (isNumber(type)) return ['11', '22', '33'];
  return words ? [words[0] ?? '', words[1] ?? '', words[2] ?? words[0] ?? ''] : ['/a', '/b', '/c'];
}

const DEFAULTS = {
  socket: '/run/user/7/orq/orq.sock',
  stateDir: '/home/a/.local/state/orq',
  logLevel: 'info',
  logFile: '',
  silentMs: 60_000,
  sweepMs: 1_000,
  tmuxSockets: '',
  tmuxSweepMs: 2_000,
  tmuxEvents: 'off',
  coalesceMs: 250,
  rungs: ['waiter', 'inbox', 'tmux'],
  defaultMode: 'pull',
  visibilityMs: 300_000,
  pairRate: 0,
  agentRate: 0,
  maxHops: 0,
  rebriefRules: 'needed',
  autoRestart: 'off',
  errorPatterns: '',
  restartLimit: 5,
  restartWindowMs: 600_000,
  restartBackoffMs: 2_000,
  restartQuietMs: 900_000,
  startsAtOnce: 2,
  startStaggerMs: 3_000,
  hungMs: 1_800_000,
  hungAction: 'report',
  restartRetentionDays: 90,
  retentionDays: 30,
  retentionSchedule: '* * * * *',
  checkpointSchedule: '*/10 * * * *',
  optimizeSchedule: '23 * * * *',
  backupSchedule: '17 3 * * *',
  backupsKept: 7,
  integritySchedule: '47 4 * * 0',
  alertCommand: '',
  alertPauseMs: 300_000,
} satisfies Config;

describe('a setting', () => {
  it('has its default', () => {
    assert.deepEqual({ ...configOf([]) }, DEFAULTS);
  });

  for (const name of SETTING_NAMES) {
    const setting: Setting = SETTINGS[name];
    const { variable, legacy } = setting;
    const key = keyOf(name);
    const [one, two, three] = samplesOf(setting);
    const read = (text: string): SettingValue =>
      isNumber(setting.type) ? Number(text) : setting.type === 'words' ? text.split(',') : text;

    it(`${name} is taken from its flag, else from ${variable}, else by default`, () => {
      assert.deepEqual(configOf([`--${name}`, one], { [variable]: two })[key], read(one));
      assert.deepEqual(configOf([], { [variable]: two })[key], read(two));
      assert.deepEqual(configOf([], { [variable]: '' })[key], DEFAULTS[key]);
      assert.equal(settingsOf([`--${name}`, one]).sourceOf(name), `--${name}`);
      assert.equal(settingsOf([], { [variable]: two }).sourceOf(name), variable);
      assert.equal(settingsOf([]).sourceOf(name), 'default');
    });

    it(`${name} stands in the help with its variable`, () => {
      assert.match(helpText(), new RegExp(`--${name}\n[^]*?${variable}`));
    });

    if (isInFile(name))
      it(`${name} is ${key} in the file, which flag and variable beat and which beats the default`, () => {
        using folder = testFolder();
        const env = { ORQ_STATE_DIR: folder.path };
        writeSettings(folder.path, JSON.stringify({ [key]: read(three) }));
        assert.deepEqual(configOf([], env)[key], read(three));
        assert.equal(settingsOf([], env).sourceOf(name), 'file');
        assert.deepEqual(configOf([], { ...env, [variable]: two })[key], read(two));
        assert.deepEqual(configOf([`--${name}`, one], env)[key], read(one));
      });
    else
      it(`${name} cannot stand in the file`, () => {
        assert.throws(() => parseSettings(JSON.stringify({ [key]: one }), 'f'), refused(/line 1: .*flag/));
      });

    if (legacy)
      it(`${name} is understood as ${legacy.variable}, where ${variable} does not say it`, () => {
        const env = { [legacy.variable]: '7' };
        assert.deepEqual(configOf([], env)[key], 7 * legacy.times);
        assert.equal(settingsOf([], env).sourceOf(name), legacy.variable);
        assert.deepEqual(configOf([], { ...env, [variable]: two })[key], read(two));
        assert.throws(() => configOf([], { [legacy.variable]: 'soon' }), refused(/MESSAGE_TIMEOUT: "soon"/));
      });
  }

  const BAD: readonly [SettingName, string][] = [
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
    ['backup-schedule', 'daily'],
    ['backup-schedule', '61 * * * *'],
    ['alert-command', 'notify me'],
  ];
  for (const [name, value] of BAD) {
    it(`${name} is refused by name where it is ${value}`, () => {
      assert.throws(() => configOf([`--${name}=${value}`]), refused(new RegExp(`--${name}`)));
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

  it('of the old system that means nothing here is told with its reason', () => {
    const { idleVariables, config } = settingsOf([], {
      QUEUE_DB_PATH: '/old/task_queue.db',
      HOOKS_ENABLED: '',
    });
    assert.deepEqual(
      idleVariables.map(([variable]) => variable),
      ['QUEUE_DB_PATH'],
    );
    assert.equal(config.stateDir, DEFAULTS.stateDir);
  });
});

describe('the settings file', () => {
  it('may hold comments and trailing commas, or nothing', () => {
    const text = '// ours\n{\n  "logLevel": "debug", /* for now */\n  "sweepMs": 5,\n}\n';
    assert.deepEqual(
      [...parseSettings(text, 'f')],
      [
        ['log-level', 'debug'],
        ['sweep-ms', 5],
      ],
    );
    assert.deepEqual([...parseSettings('', 'f')], []);
    assert.deepEqual([...parseSettings('// nothing yet\n', 'f')], []);
  });

  const WRONG: readonly (readonly [what: string, text: string, message: RegExp])[] = [
    ['a value out of its bounds', '{\n  "sweepMs": 0\n}', /f line 2, sweepMs: "0"/],
    ['a word that is none', '{\n\n  "logLevel": "loud"\n}', /line 3, logLevel: "loud" is none of/],
    ['a number as text', '{\n  "sweepMs": "5"\n}', /line 2: sweepMs is no number/],
    [
      'a key that nobody knows',
      '{\n  "logLevl": "info"\n}',
      /line 2: no setting is called "logLevl"; logLevel is/,
    ],
    ['a key twice', '{\n  "sweepMs": 5,\n  "sweepMs": 6\n}', /line 3: says sweepMs a second time/],
    ['half a file', '{\n  "sweepMs": 5,\n  "log', /line 3: is no JSON/],
    [
      'a list with a word that is none',
      '{"rungs": ["waiter", "keys"]}',
      /line 1, rungs: "waiter,keys" is no list of/,
    ],
    ['no object', '[]', /line 1: is no JSON object/],
  ];
  for (const [what, text, message] of WRONG)
    it(`is refused by its line for ${what}`, () => {
      assert.throws(() => parseSettings(text, 'f'), refused(message));
    });

  it('that is wrong keeps the daemon from starting', async () => {
    using folder = testFolder();
    writeSettings(folder.at('state'), '{\n  "sweepMs": "often"\n}');
    const { code, stderr } = await runDaemon(folder.path);
    assert.equal(code, ERRORS.bad_setting.exit);
    assert.match(stderr, /^orq-daemon: settings file .*settings\.jsonc line 2: sweepMs is no number\n$/);
  });

  it('is what --print-config prints: fed back it says the same', async () => {
    using folder = testFolder();
    const env = { ORQ_SWEEP_MS: '77', ORQ_LOG_LEVEL: 'warn' };
    const { stdout } = await runDaemon(folder.path, { words: ['--print-config', '--silent-ms=9'], env });
    const said = parseSettings(stdout, 'f');
    assert.deepEqual(
      [...said.keys()],
      SETTING_NAMES.filter((name) => isInFile(name)),
    );
    assert.deepEqual([said.get('sweep-ms'), said.get('silent-ms'), said.get('log-level')], [77, 9, 'warn']);
    assert.match(stdout, /"sweepMs": 77, \/\/ ORQ_SWEEP_MS\n/);
    assert.match(stdout, /"silentMs": 9, \/\/ --silent-ms\n/);
    assert.match(stdout, /"maxHops": 0, \/\/ default\n/);
    assert.match(stdout, /^\/\/ "stateDir": ".*" \(ORQ_STATE_DIR\)$/m);
    writeSettings(folder.at('state'), stdout);
    const again = settingsOf([], { ORQ_STATE_DIR: folder.at('state') });
    assert.equal(again.config.sweepMs, 77);
    assert.match(configText(again), /"sweepMs": 77, \/\/ file\n/);
  });
});
