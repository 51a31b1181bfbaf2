import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import { movedSentence } from '../moved.ts';
import type { Terminal } from '../terminal.ts';
import { parseId } from '../values.ts';

export function release({ connect, answer }: Terminal): Command {
  const command = new Command('release')
    .description(
      'Let a message go that was held back by a cap on rates or hops, or that waits for messages that are dead or cancelled.',
    )
    .argument('<message>', 'message id', parseId)
    .action(async (id: number) => {
      const moved = await connect().release({ id });
      answer(moved, () => movedSentence(moved, 'released'));
    });
  return addExamples(command, ['orqctl release 42']);
}
