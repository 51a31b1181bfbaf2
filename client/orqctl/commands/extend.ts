import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import { given } from '../given.ts';
import type { Terminal } from '../terminal.ts';
import { spokenDuration } from '../times.ts';
import { parseDuration, parseId, wholeNumber } from '../values.ts';
import { visibilityOf } from '../visibility.ts';
import { visible } from '../visible.ts';

interface Flags {
  readonly leaseToken?: number;
  readonly visibility?: number;
}

export function extend({ connect, answer, env }: Terminal): Command {
  const command = new Command('extend')
    .description('Keep a message that dequeue leased for longer, counted from now.')
    .argument('<message>', 'message id', parseId)
    .option(
      '--lease-token <n>',
      'the token that dequeue printed; without it: as the operator, whoever holds it',
      wholeNumber(1),
    )
    .option(
      '--visibility <duration>',
      'the lease ends after this long (default: MESSAGE_TIMEOUT seconds, else 5m)',
      parseDuration,
    )
    .action(async (id: number, { leaseToken, visibility }: Flags) => {
      const extended = await connect().extend({
        id,
        ...given({ leaseToken, visibilityMs: visibilityOf(visibility, env) }),
      });
      const { agent, leaseUntilMs } = extended;
      answer(
        extended,
        () => `${id} extended for ${visible(agent)}, for ${spokenDuration(leaseUntilMs - Date.now())}`,
      );
    });
  return addExamples(command, ['orqctl extend 42 --lease-token 3', 'orqctl extend 42 --visibility 30m']);
}
