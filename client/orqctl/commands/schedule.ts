import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';
import { scheduleAdd } from './schedule-add.ts';
import { scheduleList } from './schedule-list.ts';
import { scheduleRemove } from './schedule-remove.ts';

export function schedule(terminal: Terminal): Command {
  const command = new Command('schedule')
    .description('Send messages again and again: by the clock, or every so often.')
    .addCommand(scheduleAdd(terminal))
    .addCommand(scheduleList(terminal))
    .addCommand(scheduleRemove(terminal));
  return addExamples(command, [
    "orqctl schedule add work:1 'sum up the night' --cron '0 9 * * 1-5'",
    'orqctl schedule list',
    'orqctl schedule remove 3',
  ]);
}
