import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import type { Imported } from '../../../src/protocol/export-schemas.ts';
import { naming } from '../../hooks/file-error.ts';
import { parseExport } from '../../import-document.ts';
import { uploadImport } from '../../import-upload.ts';
import { addExamples } from '../examples.ts';
import { openProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';

interface Flags {
  readonly dryRun?: true;
}

export function importMessages({ connect, answer, warn }: Terminal): Command {
  const command = new Command('import')
    .description(
      'Store the messages of an export, all or none. What was imported before is not stored again.',
    )
    .argument('<file>', 'what orqctl export wrote; - reads it from standard input')
    .option('--dry-run', 'store nothing, and say what would be stored')
    .action(async (file: string, { dryRun }: Flags) => {
      const given =
        file === '-' ? await text(process.stdin) : await naming(file, () => readFile(file, 'utf8'));
      using progress = openProgress('importing');
      const imported = await uploadImport(
        connect(),
        parseExport(given, file === '-' ? 'standard input' : file),
        { dryRun: dryRun === true, onProgress: (done, all) => progress.show(done, all) },
      );
      for (const { index, warning } of imported.warnings) warn(`messages[${index}]: ${warning}`);
      answer(imported, () => sentence(imported, dryRun === true));
    });
  return addExamples(command, [
    'orqctl import pending_messages.json',
    'orqctl import --dry-run pending_messages.json',
  ]);
}

function sentence({ created, known }: Imported, dryRun: boolean): string {
  const verb = dryRun ? 'would be stored' : 'stored';
  const before = known === 0 ? '' : `, ${known} ${dryRun ? 'are' : 'were'} here already`;
  return `${created} ${verb}${before}`;
}
