import { resolve } from 'node:path';
import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';
import { visible } from '../visible.ts';

/** A large database on a slow disk; milliseconds. */
const LONGEST_MS = 3_600_000;

export function backup({ connect, answer }: Terminal): Command {
  const command = new Command('backup')
    .description('Copy the database while it is in use, and prove the copy.')
    .argument('[file]', "where to; default: the state directory's backups, of which the oldest go")
    .action(async (file: string | undefined) => {
      const made = await connect().backup(file === undefined ? {} : { file: resolve(file) }, {
        timeoutMs: LONGEST_MS,
      });
      answer(made, () => `${visible(made.file)}: ${made.messages} messages, whole; orqctl restore takes it`);
    });
  return addExamples(command, ['orqctl backup', 'orqctl backup before-the-move.db']);
}
