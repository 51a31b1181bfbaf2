import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { stateDir } from '../../../src/protocol/places.ts';
import { restore as restoreCopy } from '../../restore.ts';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';
import { visible } from '../visible.ts';

export function restore({ env, answer }: Terminal): Command {
  const command = new Command('restore')
    .description(
      'Put a copy in the place of the database while no daemon runs. What was sent since the copy is lost; what it replaces is kept.',
    )
    .argument('<file>', 'a copy that orqctl backup or a migration made')
    .action(async (file: string) => {
      const restored = await restoreCopy(resolve(stateDir(env, homedir())), resolve(file));
      const { database, messages, replaced, settings } = restored;
      answer(restored, () =>
        [
          `${visible(database)}: ${messages} messages, from ${visible(restored.from)}`,
          ...(settings === null ? [] : [`${visible(settings)}: as it was then`]),
          ...(replaced === null ? [] : [`the database from before lies in ${visible(replaced)}`]),
        ].join('\n'),
      );
    });
  return addExamples(command, ['orqctl restore before-the-move.db']);
}
