import { Command } from 'commander';
import { addStartChoice } from '../start-choice.ts';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';

export function agentRestart({ connect, answer }: Terminal): Command {
  const command = new Command('restart').description(
    'End the clients of agents and start them again, each with its session.',
  );
  addStartChoice(command, { answer }, (choice) => connect().agentRestart(choice));
  return addExamples(command, ['orqctl agent restart api', 'orqctl agent restart --project shop']);
}
