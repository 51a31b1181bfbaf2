import { Command } from 'commander';
import type { ReplyOf } from '../../../src/protocol/schemas.ts';
import { addExamples } from '../examples.ts';
import { given } from '../given.ts';
import { alignedTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { fromNow } from '../times.ts';
import { parseId, wholeNumber } from '../values.ts';

interface Flags {
  readonly agent?: string;
  readonly limit?: number;
  readonly before?: number;
}

type Restart = ReplyOf<'restarts'>['restarts'][number];

export function restarts({ connect, answer, columns }: Terminal): Command {
  const command = new Command('restarts')
    .description('List crashes, restarts, refusals and holds, newest first.')
    .option('--agent <address>', 'only those of this agent')
    .option('--limit <n>', 'at most this many (default: 50)', wholeNumber(1, 1000))
    .option('--before <id>', 'only those with a smaller id: the next page', parseId)
    .action(async ({ agent, limit, before }: Flags) => {
      const found = await connect().restarts(given({ agent, limit, beforeId: before }));
      answer(found, () => restartTable(found.restarts, columns));
    });
  return addExamples(command, ['orqctl restarts', 'orqctl restarts --agent work:1 --json']);
}

function restartTable(rows: readonly Restart[], columns: number | undefined): string {
  if (rows.length === 0) return 'nothing has crashed or been restarted';
  const nowMs = Date.now();
  const head = ['ID', 'WHEN', 'AGENT', 'CAUSE', 'OUTCOME', 'BY', 'WHY'];
  return alignedTable(
    head,
    rows.map((row) => [
      String(row.id),
      fromNow(row.atMs, nowMs),
      row.agent,
      row.cause,
      row.outcome,
      row.initiator,
      whyOf(row, nowMs),
    ]),
    columns,
  );
}

function whyOf({ reason, detail, outcome, dueMs, untilMs }: Restart, nowMs: number): string {
  const next = outcome === 'waiting' ? dueMs : outcome === 'held' || outcome === 'granted' ? untilMs : null;
  const words = [reason, detail, next === null ? null : `until ${fromNow(next, nowMs)}`];
  return words.filter((word) => word !== null).join('; ') || '-';
}
