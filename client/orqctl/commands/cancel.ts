import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import { given } from '../given.ts';
import { movedSentence } from '../moved.ts';
import type { Terminal } from '../terminal.ts';
import { parseId } from '../values.ts';

export function cancel({ connect, answer }: Terminal): Command {
  const command = new Command('cancel')
    .description('Withdraw a message that nobody has read.')
    .argument('<message>', 'message id', parseId)
    .option('--force', 'also when its agent may be reading it')
    .action(async (id: number, { force }: { force?: true }) => {
      const moved = await connect().cancel({ id, ...given({ force }) });
      answer(moved, () => movedSentence(moved, 'cancelled'));
    });
  return addExamples(command, ['orqctl cancel 42', 'orqctl cancel 42 --force']);
}
