/** The agents that a command is for: one, those of a project, or all. */
import type { Command } from 'commander';
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import { given } from './given.ts';
import type { Terminal } from './terminal.ts';
import { visible } from './visible.ts';

interface Flags {
  readonly project?: string;
  readonly all?: true;
}

/** Adds argument, options and action; `done` is the word of the answer. */
export function addAgentChoice(
  command: Command,
  { answer }: Pick<Terminal, 'answer'>,
  done: string,
  act: (choice: RequestOf<'agentPause'>) => Promise<ReplyOf<'agentPause'>>,
): void {
  command
    .argument('[agent]', 'agent id, or a current tmux address of one')
    .option('--project <name>', 'all agents that the project has now')
    .option('--all', 'all agents that are known now')
    .action(async (agent: string | undefined, { project, all }: Flags) => {
      const reply = await act(given({ agent, project, all }));
      answer(reply, () =>
        reply.agents.length === 0
          ? 'no agents are known yet'
          : reply.agents
              .map(({ id, changed }) => `${visible(id)} ${changed ? done : `was ${done} before`}`)
              .join('\n'),
      );
    });
}
