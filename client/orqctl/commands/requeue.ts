import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import { given } from '../given.ts';
import { movedSentence } from '../moved.ts';
import type { Terminal } from '../terminal.ts';
import { parseDuration, parseId, wholeNumber } from '../values.ts';

interface Flags {
  readonly leaseToken?: number;
  readonly delay?: number;
  readonly error?: string;
}

export function requeue({ connect, answer }: Terminal): Command {
  const command = new Command('requeue')
    .description('Give a message back to its agent. It keeps its place in the order.')
    .argument('<message>', 'message id', parseId)
    .option(
      '--lease-token <n>',
      'the token that dequeue printed; without it: as the operator',
      wholeNumber(1),
    )
    .option('--delay <duration>', 'keep it from the agent this long (10m)', parseDuration)
    .option('--error <text>', 'why it failed; counts as a failure')
    .action(async (id: number, { leaseToken, delay, error }: Flags) => {
      const moved = await connect().requeue({ id, ...given({ leaseToken, delayMs: delay, error }) });
      answer(moved, () => movedSentence(moved, 'requeued'));
    });
  return addExamples(command, [
    'orqctl requeue 42',
    "orqctl requeue 42 --lease-token 3 --delay 10m --error 'the build host is down'",
  ]);
}
