import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import { shownMessage } from '../shown-message.ts';
import type { Terminal } from '../terminal.ts';
import { parseId } from '../values.ts';

export function show({ connect, answer, colors }: Terminal): Command {
  const command = new Command('show')
    .description('Show a message: its state, every receipt, what it waits for, its text.')
    .argument('<message>', 'message id', parseId)
    .action(async (id: number) => {
      const message = await connect().show({ id });
      answer(message, () => shownMessage(message, colors, Date.now()));
    });
  return addExamples(command, ['orqctl show 42', 'orqctl show 42 --json']);
}
