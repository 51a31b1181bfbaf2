import { Command } from 'commander';
import { addDeadChoice } from '../dead-choice.ts';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';

export function deadRedrive({ connect, answer }: Terminal): Command {
  const command = new Command('redrive').description(
    'Hand messages out again that were given up. Their failures start anew, and they expire no more.',
  );
  addDeadChoice(command, { answer }, 'redriven', (choice) => connect().deadRedrive(choice));
  return addExamples(command, [
    'orqctl dead redrive 42 43',
    'orqctl dead redrive --agent work:1',
    'orqctl dead redrive --reason failures',
  ]);
}
