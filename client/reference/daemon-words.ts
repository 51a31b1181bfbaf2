/** orq-daemon and orq-hook as words, from the table of settings. */
import { keyOf, SETTING_NAMES, SETTINGS } from '../../daemon/config.ts';
import type { Setting } from '../../daemon/setting.ts';
import type { OptionWords, ProgramWords } from './program-words.ts';

const plain = { arguments: [], commands: [] } as const;

export function daemonWords(): ProgramWords {
  return {
    ...plain,
    name: 'orq-daemon',
    section: 8,
    summary: 'own the message queue of coding agents and serve it on a Unix socket',
    description:
      'Runs in the foreground and logs to standard error. A flag beats the environment, that the file config/settings.jsonc in the state directory, that the default. SIGTERM and SIGINT end it, SIGHUP has it read the settings file and open its log file anew.',
    options: [...SETTING_NAMES.map(settingWords), ...SWITCHES],
    examples: [
      'orq-daemon --print-config',
      'env ORQ_SOCKET=/tmp/trial/orq.sock ORQ_STATE_DIR=/tmp/trial/state orq-daemon',
    ],
    related: ['orqctl(1)', 'orq-hook(1)'],
    notes: [],
  };
}

const SWITCHES: readonly OptionWords[] = [
  ['--print-config', 'print the settings that hold, as a settings file, and what each comes from'],
  ['--welcome', 'print where it listens and what to try next'],
  ['--help', 'print the settings'],
  ['--version', 'print the version'],
].map(([name = '', help = '']) => ({ names: [name], value: null, choices: [], help }));

function settingWords(name: (typeof SETTING_NAMES)[number]): OptionWords {
  const setting: Setting = SETTINGS[name];
  const file = setting.inFile === false ? [] : [`file: ${keyOf(name)}`];
  const places = [`environment: ${setting.variable}`, ...file];
  return {
    names: [`--${name}`],
    value: `<${setting.unit ?? setting.type}>`,
    choices: setting.type === 'word' ? (setting.words ?? []) : [],
    help: `${setting.help} (${places.join(', ')})`,
  };
}

export function hookWords(): ProgramWords {
  const option = (name: string, value: string | null, help: string): OptionWords => ({
    names: [name],
    value,
    choices: [],
    help,
  });
  return {
    ...plain,
    name: 'orq-hook',
    section: 1,
    summary: 'carry one hook event of Claude Code to orq-daemon and print its answer',
    description:
      'Reads the event as JSON from standard input, asks the daemon once, prints what it answers and ends with its exit code. Where nothing listens it prints nothing and ends with 0. The word wait in place of an event stays until the idle session is to be woken, the word probe tells for whom an event from here would speak. orqctl hooks install writes it into the settings of Claude Code.',
    arguments: [{ name: '<Event>', choices: [], help: 'the name of the event, wait, or probe' }],
    options: [
      option('--socket', '<path>', "the daemon's socket"),
      option('--agent', '<id>', 'the agent that it speaks for'),
      option('--help', null, 'print the usage'),
      option('--version', null, 'print the version'),
    ],
    examples: [],
    related: ['orqctl(1)', 'orq-daemon(8)'],
    notes: [],
  };
}
