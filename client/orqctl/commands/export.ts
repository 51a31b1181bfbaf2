import { Command } from 'commander';
import { OrqError } from '../../../src/protocol/errors.ts';
import { exportDocument, exportPages } from '../../export-document.ts';
import { writeWhole } from '../../whole-file.ts';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';
import { visible } from '../visible.ts';

interface Flags {
  readonly undelivered?: true;
  readonly output?: string;
  readonly toDb?: string;
}

export function exportMessages({ connect, answer, stream, warn }: Terminal): Command {
  const command = new Command('export')
    .description('Write messages out as JSON (orq-export/1), so that orqctl import can store them elsewhere.')
    .option('--undelivered', 'only what is ready, scheduled, blocked or leased')
    .option('--output <file>', 'write this file, whole or not at all, instead of standard output')
    .option('--to-db <file>', "with --undelivered: a new database that the old system's tools read")
    .action(async ({ undelivered, output, toDb }: Flags) => {
      if (toDb !== undefined) {
        if (undelivered !== true || output !== undefined)
          throw new OrqError('bad_request', '--to-db: goes with --undelivered, and not with --output');
        const { writeBack } = await import('../../takeover/write-back.ts');
        const written = await writeBack(connect(), toDb, Date.now());
        for (const warning of written.warnings) warn(warning);
        answer({ file: toDb, ...written }, () => `${written.messages} messages written to ${visible(toDb)}`);
        return;
      }
      let count = 0;
      const pages = exportPages(connect(), { undelivered: undelivered === true });
      const counted = async function* () {
        for await (const page of pages) {
          count += page.messages.length;
          yield page;
        }
      };
      const pieces = exportDocument(counted(), Date.now());
      if (output === undefined) {
        for await (const piece of pieces) await stream(piece);
        return;
      }
      await writeWhole(output, pieces);
      answer({ file: output, messages: count }, () => `${count} messages written to ${visible(output)}`);
    });
  return addExamples(command, [
    'orqctl export --undelivered > pending_messages.json',
    'orqctl export --undelivered --to-db old_queue.db',
    'orqctl export --output everything.json',
  ]);
}
