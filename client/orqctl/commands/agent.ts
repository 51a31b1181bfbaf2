import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';
import { agentForget } from './agent-forget.ts';
import { agentMode } from './agent-mode.ts';
import { agentName } from './agent-name.ts';
import { agentPause } from './agent-pause.ts';
import { agentResume } from './agent-resume.ts';

export function agent(terminal: Terminal): Command {
  const command = new Command('agent')
    .description('Look after one agent, those of a project, or all.')
    .addCommand(agentName(terminal))
    .addCommand(agentPause(terminal))
    .addCommand(agentResume(terminal))
    .addCommand(agentForget(terminal))
    .addCommand(agentMode(terminal));
  return addExamples(command, [
    'orqctl agent name work:1 api',
    'orqctl agent pause --project shop',
    'orqctl agent resume api',
    'orqctl agent forget api',
    'orqctl agent mode push work:1',
    'orqctl agent mode pull --all',
  ]);
}
