import { Command } from 'commander';
import { DELIVERY_MODES, type DeliveryMode } from '../../../src/protocol/agent.ts';
import { OrqError } from '../../../src/protocol/errors.ts';
import { addExamples } from '../examples.ts';
import { given } from '../given.ts';
import type { Terminal } from '../terminal.ts';
import { visible } from '../visible.ts';

interface Flags {
  readonly project?: string;
  readonly all?: true;
}

export function agentMode({ connect, answer }: Terminal): Command {
  const command = new Command('mode')
    .description('Switch how agents get their messages: pulled by their hooks, or typed into their panes.')
    .argument('<mode>', 'pull or push; it may stand behind the agent too')
    .argument('[agent]', 'agent id or address')
    .option('--project <name>', 'all agents of this project')
    .option('--all', 'all agents')
    .action(async (first: string, second: string | undefined, { project, all }: Flags) => {
      const { mode, agent } = meant(first, second);
      const reply = await connect().agentMode({ mode, ...given({ agent, project, all }) });
      answer(reply, () =>
        reply.agents.length === 0
          ? 'no agents are known yet'
          : reply.agents.map(({ id }) => `${visible(id)} is in ${mode} mode`).join('\n'),
      );
    });
  return addExamples(command, [
    'orqctl agent mode push work:1',
    'orqctl agent mode pull --project shop',
    'orqctl agent mode pull --all',
  ]);
}

function meant(first: string, second: string | undefined): { mode: DeliveryMode; agent?: string } {
  if (isMode(first)) return { mode: first, ...(second !== undefined && { agent: second }) };
  if (second !== undefined && isMode(second)) return { mode: second, agent: first };
  throw new OrqError('bad_request', `mode "${second ?? first}": is neither pull nor push`);
}

function isMode(word: string): word is DeliveryMode {
  return (DELIVERY_MODES as readonly string[]).includes(word);
}
