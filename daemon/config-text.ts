/** The settings as text: `orq-daemon --help` and `--print-config`. */
import { VERSION } from '../src/protocol/version.ts';
import { keyOf, SETTING_NAMES, SETTINGS } from './config.ts';
import type { Setting } from './setting.ts';
import { isInFile } from './settings-file.ts';
import type { Settings } from './settings.ts';

const INDENT = ' '.repeat(4);

/** The text of `orq-daemon --help`. */
export function helpText(): string {
  const rows = SETTING_NAMES.map((name) => {
    const setting: Setting = SETTINGS[name];
    const places = [
      `environment: ${setting.variable}`,
      ...(setting.legacy ? [`${setting.legacy.variable} (${setting.legacy.unit})`] : []),
      ...(isInFile(name) ? [`file: ${keyOf(name)}`] : []),
      ...(isInFile(name) && setting.effect ? [`at the ${setting.effect}`] : []),
    ];
    return `  --${name}\n${INDENT}  ${setting.help}\n${INDENT}  ${places.join(', ')}`;
  });
  return [
    'orq-daemon: owns the message queue of coding agents and serves it on a Unix socket',
    '',
    'usage: orq-daemon [settings]',
    '',
    'A flag beats the environment, that the file config/settings.jsonc in the state directory, that the default.',
    '',
    ...rows,
    '  --print-config',
    `${INDENT}  print the settings that hold, as a settings file, and what each comes from`,
    '  --welcome',
    `${INDENT}  print where it listens and what to try next`,
    '  --help, --version',
    '',
  ].join('\n');
}

/** The settings that hold, as a file that would say the same. */
export function configText({ config, file, sourceOf }: Settings): string {
  const said = (name: (typeof SETTING_NAMES)[number]): string =>
    `${JSON.stringify(keyOf(name))}: ${JSON.stringify(config[keyOf(name)])}`;
  return [
    `// orq-daemon ${VERSION}, settings file ${file}`,
    ...SETTING_NAMES.filter((name) => !isInFile(name)).map((name) => `// ${said(name)} (${sourceOf(name)})`),
    '{',
    ...SETTING_NAMES.filter((name) => isInFile(name)).map((name) => `  ${said(name)}, // ${sourceOf(name)}`),
    '}',
    '',
  ].join('\n');
}
