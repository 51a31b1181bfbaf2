/** Which agents are to be started, and what is said of each. */
import type { Command } from 'commander';
import type { ReplyOf, RequestOf } from '../../src/protocol/schemas.ts';
import { given } from './given.ts';
import type { Terminal } from './terminal.ts';
import { fromNow } from './times.ts';
import { visible } from './visible.ts';

type Started = ReplyOf<'agentStart'>['agents'][number];

/** Adds argument, options and action. */
export function addStartChoice(
  command: Command,
  { answer }: Pick<Terminal, 'answer'>,
  act: (choice: RequestOf<'agentStart'>) => Promise<ReplyOf<'agentStart'>>,
): void {
  command
    .argument('[agent]', 'agent id, or a current tmux address of one')
    .option('--project <name>', 'all agents that the project has now')
    .option('--all', 'all agents that are known now')
    .action(async (agent: string | undefined, { project, all }: { project?: string; all?: true }) => {
      const reply = await act(given({ agent, project, all }));
      const nowMs = Date.now();
      answer(
        reply,
        () => reply.agents.map((each) => sentence(each, nowMs)).join('\n') || 'no agents are known yet',
      );
    });
}

function sentence({ id, state, dueMs }: Started, nowMs: number): string {
  const name = visible(id);
  if (state === 'alive') return `${name} runs already`;
  if (state === 'unknown') return `${name} was never seen running: start it by hand once, or by orqctl run`;
  return dueMs === null || dueMs <= nowMs ? `${name} starts` : `${name} starts ${fromNow(dueMs, nowMs)}`;
}
