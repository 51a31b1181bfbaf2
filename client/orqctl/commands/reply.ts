import { Command } from 'commander';
import { enqueueAndAnswer } from '../enqueued.ts';
import { addExamples } from '../examples.ts';
import { given } from '../given.ts';
import { readMessageText } from '../message-text.ts';
import type { Terminal } from '../terminal.ts';
import { parseId } from '../values.ts';

export function reply(terminal: Terminal): Command {
  const command = new Command('reply')
    .description('Answer the sender of a message, in its thread. The message counts as done.')
    .argument('<message>', 'message id', parseId)
    .argument('<text>', 'the text; - reads it from standard input; after -- it may begin with a dash')
    .option('--from <name>', "the sender (default: ORQ_AGENT, else this pane's agent)")
    .option('--key <key>', 'idempotency key: the same key stores the reply once')
    .action(async (id: number, argument: string, flags: { from?: string; key?: string }) => {
      await enqueueAndAnswer(terminal, {
        text: await readMessageText(argument),
        replyTo: id,
        ...given({ from: flags.from, idempotencyKey: flags.key }),
      });
    });
  return addExamples(command, ["orqctl reply 42 'merged'", 'make test 2>&1 | orqctl reply 42 -']);
}
