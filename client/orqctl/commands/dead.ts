import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';
import { deadDrop } from './dead-drop.ts';
import { deadList } from './dead-list.ts';
import { deadRedrive } from './dead-redrive.ts';

export function dead(terminal: Terminal): Command {
  const command = new Command('dead')
    .description('List dead letters, hand them out again or drop them.')
    .addCommand(deadList(terminal))
    .addCommand(deadRedrive(terminal))
    .addCommand(deadDrop(terminal));
  return addExamples(command, ['orqctl dead list', 'orqctl dead redrive 42', 'orqctl dead drop 42']);
}
