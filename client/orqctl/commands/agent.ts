import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';
import { agentForget } from './agent-forget.ts';
import { agentName } from './agent-name.ts';
import { agentPause } from './agent-pause.ts';
import { agentResume } from './agent-resume.ts';

export function agent(terminal: Terminal): Command {
  const command = new Command('agent')
    .description('Name, pause, resume or forget agents.')
    .addCommand(agentName(terminal))
    .addCommand(agentPause(terminal))
    .addCommand(agentResume(terminal))
    .addCommand(agentForget(terminal));
  return addExamples(command, [
    'orqctl agent name work:1 api',
    'orqctl agent pause --project shop',
    'orqctl agent resume api',
    'orqctl agent forget api',
  ]);
}
