import { readFileSync } from 'node:fs';
import { Argument, Command } from 'commander';
import { SHELLS, type Shell } from '../../reference/completion.ts';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';

export function completion({ answer }: Terminal): Command {
  const command = new Command('completion')
    .description("Print the completion of orq's programs for a shell to read.")
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action((shell: Shell) => {
      const text = readFileSync(
        new URL(`../../../completion/orq.${shell}`, import.meta.url),
        'utf8',
      ).trimEnd();
      answer({ shell, text }, () => text);
    });
  return addExamples(command, ['orqctl completion bash', 'orqctl completion fish']);
}
