import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import { given } from '../given.ts';
import type { Terminal } from '../terminal.ts';
import { visible } from '../visible.ts';

export function agentStop({ connect, answer }: Terminal): Command {
  const command = new Command('stop')
    .description('End the clients of agents. They are not started again until somebody does.')
    .argument('[agent]', 'agent id, or a current tmux address of one')
    .option('--project <name>', 'all agents that the project has now')
    .option('--all', 'all agents that are known now')
    .action(async (agent: string | undefined, { project, all }: { project?: string; all?: true }) => {
      const reply = await connect().agentStop(given({ agent, project, all }));
      answer(
        reply,
        () =>
          reply.agents
            .map(
              ({ id, pid }) =>
                `${visible(id)} ${pid === null ? 'runs no client, and none is started' : `stopped (process ${pid})`}`,
            )
            .join('\n') || 'no agents are known yet',
      );
    });
  return addExamples(command, ['orqctl agent stop api', 'orqctl agent stop --project shop']);
}
