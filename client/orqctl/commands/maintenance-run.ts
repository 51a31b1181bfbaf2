import { Argument, Command } from 'commander';
import { WORK_NAMES, type WorkName } from '../../../src/protocol/maintenance.ts';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';
import { spokenDuration } from '../times.ts';
import { visible } from '../visible.ts';

/** A large database on a slow disk; milliseconds. */
const LONGEST_MS = 3_600_000;

export function maintenanceRun({ connect, answer }: Terminal): Command {
  const command = new Command('run')
    .description('Do one work now, and wait for it.')
    .addArgument(new Argument('<work>', 'what to do').choices([...WORK_NAMES]))
    .action(async (work: WorkName) => {
      const done = await connect().maintenanceRun({ work }, { timeoutMs: LONGEST_MS });
      answer(done, () => `${done.work}: ${visible(done.outcome)}, in ${spokenDuration(done.tookMs)}`);
    });
  return addExamples(command, ['orqctl maintenance run optimize']);
}
