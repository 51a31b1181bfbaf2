/** Examples under a command's help: whole command lines that can be pasted. */
import type { Command } from 'commander';

export function addExamples(command: Command, lines: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}
