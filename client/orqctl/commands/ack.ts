import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import { given } from '../given.ts';
import { movedSentence } from '../moved.ts';
import type { Terminal } from '../terminal.ts';
import { parseId, wholeNumber } from '../values.ts';

export function ack({ connect, answer }: Terminal): Command {
  const command = new Command('ack')
    .description('Say that a message was seen.')
    .argument('<message>', 'message id', parseId)
    .option(
      '--lease-token <n>',
      'the token that dequeue printed; without it: as the operator',
      wholeNumber(1),
    )
    .action(async (id: number, { leaseToken }: { leaseToken?: number }) => {
      const moved = await connect().ack({ id, ...given({ leaseToken }) });
      answer(moved, () => movedSentence(moved, 'acked'));
    });
  return addExamples(command, ['orqctl ack 42', 'orqctl ack 42 --lease-token 3']);
}
