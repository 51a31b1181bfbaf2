import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { RolledBack } from '../../cutover/rollback.ts';
import { THIS_HOST } from '../../hooks/host.ts';
import type { ScopeFlags } from '../../service/scope.ts';
import { addExamples } from '../examples.ts';
import { addScope, refuseForOthers, scopeInstalled } from '../service-scope.ts';
import type { Terminal } from '../terminal.ts';
import { parseDuration } from '../values.ts';
import { visible } from '../visible.ts';

interface Flags extends ScopeFlags {
  readonly output?: string;
  readonly toDb?: string;
  readonly oldMonitor?: true;
  readonly drain: number;
  readonly dryRun?: true;
}

const DRAIN_MS = 10_000;

export function rollback(terminal: Terminal): Command {
  const command = addScope(new Command('rollback'))
    .description(
      'Go back: write down what waits, take all hooks out, and deliver by keystrokes or by the old monitor.',
    )
    .option(
      '--output <file>',
      'where what waits is written (default: pending_messages.json, or another name where that exists)',
    )
    .option(
      '--to-db <file>',
      "also into a new database that the old system's tools read; agents stay paused here",
    )
    .option(
      '--old-monitor',
      'stop and disable orq, enable and start agent-idle-monitor; without it push mode for all',
    )
    .option(
      '--drain <duration>',
      'how long what is handed out may take to be proven',
      parseDuration,
      DRAIN_MS,
    )
    .option('--dry-run', 'change nothing, and say what would be done')
    .action(async (flags: Flags) => {
      refuseForOthers(terminal, flags);
      const { rollBack } = await import('../../cutover/rollback.ts');
      const nowMs = Date.now();
      const done = await rollBack(terminal.connect(), {
        host: THIS_HOST,
        scope: scopeInstalled(flags, terminal),
        file: resolve(flags.output ?? freeName(nowMs)),
        toDb: flags.toDb === undefined ? undefined : resolve(flags.toDb),
        oldMonitor: flags.oldMonitor === true,
        drainMs: flags.drain,
        dryRun: flags.dryRun === true,
        nowMs,
        report: (line) => terminal.report(visible(line)),
        warn: terminal.warn,
      });
      for (const warning of done.warnings) terminal.warn(warning);
      terminal.answer(done, () => sentence(done, flags.dryRun === true));
    });
  return addExamples(command, ['orqctl rollback --dry-run', 'orqctl rollback --to-db old_queue.db']);
}

/** What an earlier rollback has written down stays. */
function freeName(nowMs: number): string {
  return existsSync('pending_messages.json') ? `pending_messages-${nowMs}.json` : 'pending_messages.json';
}

function sentence({ undelivered, deliversNow }: RolledBack, dryRun: boolean): string {
  if (dryRun) return `nothing was changed: ${undelivered} messages wait, then delivers: ${deliversNow}`;
  const next = deliversNow.startsWith('nobody') ? '; orqctl agent resume --all lets orq deliver again' : '';
  return `done: ${undelivered} messages were undelivered; delivers now: ${deliversNow}${next}`;
}
