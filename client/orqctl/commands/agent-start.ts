import { Command } from 'commander';
import { addStartChoice } from '../start-choice.ts';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';

export function agentStart({ connect, answer }: Terminal): Command {
  const command = new Command('start').description(
    'Start agents that do not run, one after the other. A hold is over with it.',
  );
  addStartChoice(command, { answer }, (choice) => connect().agentStart(choice));
  return addExamples(command, ['orqctl agent start api', 'orqctl agent start --all']);
}
