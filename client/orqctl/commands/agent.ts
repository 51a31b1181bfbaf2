import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';
import { agentForget } from './agent-forget.ts';
import { agentMode } from './agent-mode.ts';
import { agentName } from './agent-name.ts';
import { agentPause } from './agent-pause.ts';
import { agentRestartPolicy } from './agent-restart-policy.ts';
import { agentRestart } from './agent-restart.ts';
import { agentResume } from './agent-resume.ts';
import { agentStart } from './agent-start.ts';
import { agentStop } from './agent-stop.ts';

export function agent(terminal: Terminal): Command {
  const command = new Command('agent')
    .description('Look after agents: name, pause, resume, start, stop, restart and forget them.')
    .addCommand(agentName(terminal))
    .addCommand(agentPause(terminal))
    .addCommand(agentResume(terminal))
    .addCommand(agentForget(terminal))
    .addCommand(agentMode(terminal))
    .addCommand(agentStart(terminal))
    .addCommand(agentStop(terminal))
    .addCommand(agentRestart(terminal))
    .addCommand(agentRestartPolicy(terminal));
  return addExamples(command, [
    'orqctl agent name work:1 api',
    'orqctl agent pause --project shop',
    'orqctl agent resume api',
    'orqctl agent forget api',
    'orqctl agent mode push work:1',
    'orqctl agent mode pull --all',
    'orqctl agent restart-policy on api',
  ]);
}
