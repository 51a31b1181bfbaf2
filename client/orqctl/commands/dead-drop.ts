import { Command } from 'commander';
import { addDeadChoice } from '../dead-choice.ts';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';

export function deadDrop({ connect, answer }: Terminal): Command {
  const command = new Command('drop').description('Give messages up for good: they become cancelled.');
  addDeadChoice(command, { answer }, 'dropped', (choice) => connect().deadDrop(choice));
  return addExamples(command, ['orqctl dead drop 42 43', 'orqctl dead drop --agent work:1 --reason expired']);
}
