import { Command } from 'commander';
import { OrqError } from '../../../src/protocol/errors.ts';
import { isDown } from '../../spool.ts';
import { addExamples } from '../examples.ts';
import { movedSentence } from '../moved.ts';
import type { Terminal } from '../terminal.ts';
import { parseId } from '../values.ts';

export function done({ connect, answer }: Terminal): Command {
  const command = new Command('done')
    .description('Say that what a message asked for is done: it is no longer open.')
    .argument('<message>', 'message id', parseId)
    .action(async (id: number) => {
      const moved = await connect()
        .done({ id })
        .catch((error: unknown) => {
          if (!isDown(error)) throw error;
          const fact = `message ${id}: not said to be done, no daemon runs to take that in`;
          throw new OrqError('unreachable', fact, { cause: error });
        });
      answer(moved, () => movedSentence(moved, 'done'));
    });
  return addExamples(command, ['orqctl done 42']);
}
