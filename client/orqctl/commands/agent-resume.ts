import { Command } from 'commander';
import { addAgentChoice } from '../agent-choice.ts';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';

export function agentResume({ connect, answer }: Terminal): Command {
  const command = new Command('resume').description('Let paused agents have their mail again.');
  addAgentChoice(command, { answer }, 'resumed', (choice) => connect().agentResume(choice));
  return addExamples(command, [
    'orqctl agent resume work:1',
    'orqctl agent resume --project shop',
    'orqctl agent resume --all',
  ]);
}
