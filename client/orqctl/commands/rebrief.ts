import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import { given } from '../given.ts';
import type { Terminal } from '../terminal.ts';
import { visible } from '../visible.ts';

export function rebrief({ connect, answer }: Terminal): Command {
  const command = new Command('rebrief')
    .description('Tell an agent again who it is, what it has open, its rules and what it did last.')
    .argument('<agent>', 'agent or address')
    .option('--dry-run', 'print the text and store nothing')
    .action(async (agent: string, { dryRun }: { dryRun?: true }) => {
      const told = await connect().rebrief({ agent, ...given({ dryRun }) });
      answer(told, () =>
        told.id === null
          ? told.text
          : `${told.id} waits for the next event of ${visible(told.agent)}; it rings nobody`,
      );
    });
  return addExamples(command, ['orqctl rebrief builder --dry-run', 'orqctl rebrief builder']);
}
