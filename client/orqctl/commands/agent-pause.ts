import { Command } from 'commander';
import { addAgentChoice } from '../agent-choice.ts';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';

export function agentPause({ connect, answer }: Terminal): Command {
  const command = new Command('pause').description(
    'Hold back mail and rings of agents. What they were given already is proven as ever.',
  );
  addAgentChoice(command, { answer }, 'paused', (choice) => connect().agentPause(choice));
  return addExamples(command, [
    'orqctl agent pause work:1',
    'orqctl agent pause --project shop',
    'orqctl agent pause --all',
  ]);
}
