import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';
import { visible } from '../visible.ts';

export function agentName({ connect, answer }: Terminal): Command {
  const command = new Command('name')
    .description('Give an agent another name. Its mail comes along, and the old name goes on meaning it.')
    .argument('<agent>', 'agent id, or a current tmux address of one')
    .argument('<name>', 'the new id')
    .action(async (old: string, name: string) => {
      const named = await connect().agentName({ agent: old, name });
      answer(named, () => `${visible(named.was)} is now ${visible(named.agent)}`);
    });
  return addExamples(command, ['orqctl agent name work:1 api']);
}
