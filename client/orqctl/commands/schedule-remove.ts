import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';
import { parseId } from '../values.ts';
import { visible } from '../visible.ts';

export function scheduleRemove({ connect, answer }: Terminal): Command {
  const command = new Command('remove')
    .description('End a schedule. Messages that it has brought stay.')
    .argument('<schedule>', 'schedule id', parseId)
    .action(async (id: number) => {
      const removed = await connect().scheduleRemove({ id });
      answer(removed, () => `schedule ${removed.id} for ${visible(removed.agent)} removed`);
    });
  return addExamples(command, ['orqctl schedule remove 3']);
}
