import { Command } from 'commander';
import type { Message } from '../../../src/protocol/schemas.ts';
import { addExamples } from '../examples.ts';
import { given } from '../given.ts';
import { alignedTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { fromNow } from '../times.ts';
import { parseId, wholeNumber } from '../values.ts';

interface Flags {
  readonly agent?: string;
  readonly reason?: string;
  readonly limit?: number;
  readonly before?: number;
}

export function deadList({ connect, answer, columns }: Terminal): Command {
  const command = new Command('list')
    .description('List messages that were given up, with the reason.')
    .option('--agent <address>', 'only those to this agent')
    .option('--reason <words>', 'only those whose reason begins so (expired, failures)')
    .option('--limit <n>', 'at most this many', wholeNumber(1, 1000))
    .option('--before <id>', 'only those with a smaller id: the next page', parseId)
    .action(async ({ agent, reason, limit, before }: Flags) => {
      const found = await connect().deadList(given({ agent, reason, limit, beforeId: before }));
      answer(found, () => deadTable(found.messages, columns));
    });
  return addExamples(command, [
    'orqctl dead list',
    'orqctl dead list --agent work:1 --reason expired',
    'orqctl dead list --json',
  ]);
}

function deadTable(messages: readonly Message[], columns: number | undefined): string {
  if (messages.length === 0) return 'no dead letters';
  const nowMs = Date.now();
  const rows = messages.map(({ id, agent, from, endedAtMs, reason, text }) => [
    String(id),
    agent,
    from ?? '-',
    endedAtMs === null ? '-' : fromNow(endedAtMs, nowMs),
    reason ?? '-',
    text,
  ]);
  return alignedTable(['ID', 'AGENT', 'FROM', 'DIED', 'REASON', 'TEXT'], rows, columns);
}
