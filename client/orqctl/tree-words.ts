/** orqctl's whole tree of commands as words, for its manual page and for completion. */
import type { Command } from 'commander';
import type { ArgumentWords, CommandWords, OptionWords, ProgramWords } from '../reference/program-words.ts';
import { wholeProgram } from './program.ts';

export async function orqctlWords(): Promise<ProgramWords> {
  return {
    ...wordsOf(await wholeProgram()),
    summary: 'send messages to coding agents and look after their queues',
    section: 1,
    related: ['orq-daemon(8)', 'orq-hook(1)'],
    notes: [
      [
        'Environment',
        "ORQ_SOCKET names the socket of the daemon, ORQ_STATE_DIR its state directory. Without ORQ_SOCKET the socket of the user is taken, and where there is none that of the service of the machine, if that is the user's.",
        'ORQ_AGENT is the agent for whom a message is sent.',
      ],
      [
        'Exit status',
        '0: done. 2: usage. 3: not found. 4: refused. 6: no daemon. 7: no answer in time. OPERATIONS.md has all.',
      ],
    ],
  };
}

function wordsOf(command: Command): CommandWords {
  const help = command.createHelp();
  return {
    name: command.name(),
    summary: command.summary(),
    description: command.description(),
    arguments: command.registeredArguments.map((argument): ArgumentWords => {
      const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
      return {
        name: argument.required ? `<${name}>` : `[${name}]`,
        choices: argument.argChoices ?? [],
        help: argument.description,
      };
    }),
    options: help.visibleOptions(command).map((option): OptionWords => {
      const names = [option.short, option.long].filter((name) => name !== undefined);
      const [value = null] = /[<[].+$/.exec(option.flags) ?? [];
      return { names, value, choices: option.argChoices ?? [], help: option.description };
    }),
    commands: command.commands.map(wordsOf),
    examples: examplesOf(command),
  };
}

/** What addExamples put behind the help, which commander keeps for nobody to ask. */
function examplesOf(command: Command): string[] {
  let written = '';
  command.configureOutput({ writeOut: (text) => (written += text) });
  command.outputHelp();
  const [, examples = ''] = written.split('\nExamples:\n');
  return examples
    .split('\n')
    .filter((line) => line.startsWith('  '))
    .map((line) => line.trim());
}
