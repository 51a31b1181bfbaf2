import { Command } from 'commander';
import type { Schedule } from '../../../src/protocol/schedule-schemas.ts';
import { addExamples } from '../examples.ts';
import { given } from '../given.ts';
import { alignedTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { fromNow, spokenDuration } from '../times.ts';
import { parseId, wholeNumber } from '../values.ts';

interface Flags {
  readonly agent?: string;
  readonly limit?: number;
  readonly after?: number;
}

export function scheduleList({ connect, answer, columns }: Terminal): Command {
  const command = new Command('list')
    .description('List schedules with their next time.')
    .option('--agent <address>', 'only those for this agent')
    .option('--limit <n>', 'at most this many', wholeNumber(1, 1000))
    .option('--after <id>', 'only those with a larger id: the next page', parseId)
    .action(async ({ agent, limit, after }: Flags) => {
      const found = await connect().scheduleList(given({ agent, limit, afterId: after }));
      answer(found, () => scheduleTable(found.schedules, columns));
    });
  return addExamples(command, ['orqctl schedule list', 'orqctl schedule list --agent work:1 --json']);
}

function scheduleTable(schedules: readonly Schedule[], columns: number | undefined): string {
  if (schedules.length === 0) return 'no schedules';
  const nowMs = Date.now();
  const rows = schedules.map(({ id, agent, name, cron, everyMs, zone, nextAtMs, error, text }) => [
    String(id),
    agent,
    name ?? '-',
    everyMs === null ? `${cron ?? ''} ${zone}` : `every ${spokenDuration(everyMs)}`,
    nextAtMs === null ? 'never' : fromNow(nextAtMs, nowMs),
    error ?? '-',
    text,
  ]);
  return alignedTable(['ID', 'AGENT', 'NAME', 'WHEN', 'NEXT', 'ERROR', 'TEXT'], rows, columns);
}
