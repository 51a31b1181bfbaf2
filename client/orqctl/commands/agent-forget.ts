import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import { given } from '../given.ts';
import type { Terminal } from '../terminal.ts';
import { visible } from '../visible.ts';

/** Ids named at most; the rest is a number. */
const SHOWN = 10;

export function agentForget({ connect, answer }: Terminal): Command {
  const command = new Command('forget')
    .description('Forget an agent that is gone. Its undelivered messages wait on under its name.')
    .argument('<agent>', 'agent id, or a current tmux address of one')
    .option('--force', 'also one that lives; its next session is a new agent')
    .action(async (agent: string, { force }: { force?: true }) => {
      const forgotten = await connect().agentForget({ agent, ...given({ force }) });
      answer(forgotten, () => {
        const ids = forgotten.undelivered.map(({ id }) => id);
        const more = ids.length > SHOWN ? ` and ${ids.length - SHOWN} more` : '';
        const kept =
          ids.length === 0
            ? 'no message waits under its name'
            : `undelivered messages wait on under its name: ${ids.slice(0, SHOWN).join(', ')}${more}`;
        return `${visible(forgotten.agent)} forgotten; ${kept}`;
      });
    });
  return addExamples(command, ['orqctl agent forget work:1', 'orqctl agent forget work:1 --force']);
}
