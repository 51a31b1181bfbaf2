import { Command } from 'commander';
import type { ReplyOf } from '../../../src/protocol/schemas.ts';
import { addExamples } from '../examples.ts';
import { alignedTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { fromNow, spokenDuration } from '../times.ts';
import { visible } from '../visible.ts';
import { maintenanceRun } from './maintenance-run.ts';

type Work = ReplyOf<'maintenance'>['works'][number];

export function maintenance(terminal: Terminal): Command {
  const { connect, answer, columns } = terminal;
  const command = new Command('maintenance')
    .description(
      'Show what the daemon does for its database by the clock, when it comes next, and what it came to.',
    )
    .action(async () => {
      const found = await connect().maintenance({});
      answer(found, () => workTable(found.works, columns));
    })
    .addCommand(maintenanceRun(terminal));
  return addExamples(command, ['orqctl maintenance', 'orqctl maintenance run integrity']);
}

function workTable(works: readonly Work[], columns: number | undefined): string {
  const nowMs = Date.now();
  return alignedTable(
    ['WORK', 'SCHEDULE', 'NEXT', 'NOW', 'LAST', 'OUTCOME'],
    works.map((each) => [
      each.work,
      visible(each.schedule ?? 'off'),
      each.nextMs === null ? '-' : fromNow(each.nextMs, nowMs),
      nowOf(each, nowMs),
      each.last === null ? '-' : fromNow(each.last.startedAtMs, nowMs),
      outcomeOf(each),
    ]),
    columns,
  );
}

function nowOf({ runningSinceMs, progress }: Work, nowMs: number): string {
  if (runningSinceMs === null) return '-';
  const share =
    progress && progress.total > 0 ? `, ${Math.floor((100 * progress.done) / progress.total)} %` : '';
  return `runs for ${spokenDuration(nowMs - runningSinceMs)}${share}`;
}

function outcomeOf({ last }: Work): string {
  if (last === null) return '-';
  const said = last.outcome === '' ? '' : `: ${visible(last.outcome)}`;
  return `${last.ok ? 'well' : 'failed'}, in ${spokenDuration(last.tookMs)}${said}`;
}
