/** The settings that hold now: flag beats environment beats file beats default, and the file may change while the daemon runs. */
import { parseArgs } from 'node:util';
import { OrqError } from '../src/protocol/errors.ts';
import { keyOf, LEGACY_VARIABLES, SETTING_NAMES, SETTINGS, type Config, type SettingName } from './config.ts';
import { legacyValueOf, valueOf, type Setting, type SettingValue } from './setting.ts';
import { isInFile, readSettingsFile, salvagedText, settingsPath, type FileValues } from './settings-file.ts';

export interface SettingChange {
  readonly key: keyof Config;
  readonly from: SettingValue;
  readonly to: SettingValue;
  readonly effect: 'at once' | 'next start';
}

export interface Settings {
  /** Read it where a value is used: it always says what holds now. */
  readonly config: Config;
  /** Path of the file, whether or not it is there. */
  readonly file: string;
  /** What a value comes from: its flag, a variable, the file or the default. */
  readonly sourceOf: (name: SettingName) => string;
  /** Variables of the old system that are set and mean nothing to this daemon, each with the reason. */
  readonly idleVariables: readonly (readonly [variable: string, reason: string])[];
  /** Reads the file again; replies with what that changes. @throws OrqError bad_setting, and everything stays as it was. */
  readonly reload: () => readonly SettingChange[];
}

export type Invocation =
  | { readonly run: Settings; readonly welcome: boolean }
  | { readonly print: 'help' | 'version' }
  | { readonly printConfig: Settings };

type Values = ReadonlyMap<SettingName, { readonly value: SettingValue; readonly source: string }>;

/** Reads flags, environment and file. @throws OrqError bad_setting that names the setting and its place. */
export function readSettings(words: readonly string[], env: NodeJS.ProcessEnv): Invocation {
  const flags = parseFlags(words);
  if (flags['help']) return { print: 'help' };
  if (flags['version']) return { print: 'version' };
  const run = openSettings(flags, env);
  return flags['print-config'] ? { printConfig: run } : { run, welcome: flags['welcome'] === true };
}

/**
 * One setting for a program beside the daemon, as text; empty where nobody said it. Of a file that the daemon refuses it takes what can be read.
 */
export function settingAlone(name: SettingName, env: NodeJS.ProcessEnv): string {
  const { variable, fallback }: Setting = SETTINGS[name];
  const stateDir = env['ORQ_STATE_DIR'] || SETTINGS['state-dir'].fallback(env);
  return env[variable] || salvagedText(settingsPath(stateDir), keyOf(name)) || fallback(env);
}

type Flags = Readonly<Record<string, string | boolean | undefined>>;

function openSettings(flags: Flags, env: NodeJS.ProcessEnv): Settings {
  const fixed = new Map(
    SETTING_NAMES.flatMap((name) => {
      const said = saidOutside(name, flags, env);
      return said ? [[name, said] as const] : [];
    }),
  );
  const whole = (file: FileValues): Values =>
    new Map(SETTING_NAMES.map((name) => [name, fixed.get(name) ?? saidInside(name, file, env)]));
  const stateDir = String(fixed.get('state-dir')?.value ?? SETTINGS['state-dir'].fallback(env));
  const file = settingsPath(stateDir);
  let read = readSettingsFile(file);
  let values = whole(read);
  const valueNow = (name: SettingName): SettingValue => values.get(name)?.value ?? '';
  const config = Object.defineProperties(
    {},
    Object.fromEntries(
      SETTING_NAMES.map((name) => [keyOf(name), { enumerable: true, get: () => valueNow(name) }]),
    ),
  ) as Config;
  return {
    config,
    file,
    sourceOf: (name) => values.get(name)?.source ?? 'default',
    idleVariables: Object.entries(LEGACY_VARIABLES).filter(([variable]) => env[variable]),
    reload: () => {
      const next = readSettingsFile(file);
      const [before, after] = [whole(read), whole(next)];
      const changes = SETTING_NAMES.flatMap((name) => {
        const [from, to] = [before.get(name)?.value ?? '', after.get(name)?.value ?? ''];
        return String(from) === String(to)
          ? []
          : [{ name, key: keyOf(name), from, to, effect: effectOf(name) }];
      });
      read = next;
      values = new Map(
        SETTING_NAMES.map((name) => {
          const source = effectOf(name) === 'at once' ? after : values;
          return [name, source.get(name) ?? saidInside(name, next, env)];
        }),
      );
      return changes.map(({ key, from, to, effect }) => ({ key, from, to, effect }));
    },
  };
}

function effectOf(name: SettingName): SettingChange['effect'] {
  return (SETTINGS[name] as Setting).effect ?? 'at once';
}

/** An empty variable is as good as none. */
function saidOutside(name: SettingName, flags: Flags, env: NodeJS.ProcessEnv) {
  const setting: Setting = SETTINGS[name];
  const where = `setting ${name} (--${name}, ${setting.variable})`;
  const flag = flags[name];
  if (typeof flag === 'string' && flag !== '')
    return { value: valueOf(setting, flag, where), source: `--${name}` };
  const given = env[setting.variable];
  if (given) return { value: valueOf(setting, given, where), source: setting.variable };
  const { legacy } = setting;
  const old = legacy && env[legacy.variable];
  return old ? { value: legacyValueOf(setting, legacy, old), source: legacy.variable } : undefined;
}

function saidInside(name: SettingName, file: FileValues, env: NodeJS.ProcessEnv) {
  const setting: Setting = SETTINGS[name];
  const inFile = isInFile(name) ? file.get(name) : undefined;
  if (inFile !== undefined && inFile !== '') return { value: inFile, source: 'file' };
  return { value: valueOf(setting, setting.fallback(env), `setting ${name}`), source: 'default' };
}

function parseFlags(words: readonly string[]): Flags {
  const settings = Object.fromEntries(SETTING_NAMES.map((name) => [name, { type: 'string' as const }]));
  const switches = Object.fromEntries(
    ['help', 'version', 'welcome', 'print-config'].map((name) => [name, { type: 'boolean' as const }]),
  );
  try {
    return parseArgs({ args: [...words], options: { ...settings, ...switches } }).values;
  } catch (error) {
    throw new OrqError('bad_setting', error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}
