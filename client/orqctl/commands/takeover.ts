import { Command } from 'commander';
import { noteTakenBack } from '../../cutover/record.ts';
import { THIS_HOST } from '../../hooks/host.ts';
import type { Takeover } from '../../takeover/takeover.ts';
import { addExamples } from '../examples.ts';
import { openProgress } from '../progress.ts';
import { alignedTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { localTime } from '../times.ts';
import { visible } from '../visible.ts';

interface Flags {
  readonly dryRun?: true;
  readonly root?: string;
  readonly force?: true;
}

export function takeover({ connect, answer, warn, columns }: Terminal): Command {
  const command = new Command('takeover')
    .description(
      'Take over what waits in a database of the old system. The file is not changed, a copy of it is kept.',
    )
    .argument('<database>', "the old system's database (task_queue.db)")
    .option('--dry-run', 'store nothing, and say what would be done')
    .option(
      '--root <folder>',
      "the old system's folder, with its registry and logs (default: the database's)",
    )
    .option('--force', 'also where a process has the database open')
    .action(async (database: string, { dryRun, root, force }: Flags) => {
      const { takeOver } = await import('../../takeover/takeover.ts');
      using progress = openProgress('taking over');
      const taken = await takeOver(connect(), database, {
        dryRun: dryRun === true,
        force: force === true,
        root,
        nowMs: Date.now(),
        onProgress: (done, all, part) => progress.show(done, all, part),
      });
      if (dryRun !== true) await noteTakenBack(taken.database, THIS_HOST);
      for (const warning of taken.report.warnings) warn(warning);
      for (const { warning } of taken.imported?.warnings ?? []) warn(warning);
      answer(taken, () => takeoverText(taken, columns));
    });
  return addExamples(command, ['orqctl takeover --dry-run task_queue.db', 'orqctl takeover task_queue.db']);
}

function takeoverText({ database, backup, report, imported }: Takeover, columns: number | undefined): string {
  const { rows, tasks, agents, restarts, exhausted, left } = report;
  const told = rows.filter(({ becomes, changes }) => becomes !== 'delivered' || changes.length > 0);
  const table = [
    ...told.map(({ id, agent, becomes, reason, changes }) => [
      String(id),
      agent,
      becomes,
      [reason, ...changes].filter(Boolean).join('; '),
    ]),
    ...tasks.map(({ id, agent, becomes, reason }) => [`task ${id}`, agent, becomes, reason ?? '']),
  ];
  const counts = new Map<string, number>();
  for (const { becomes } of rows) counts.set(becomes, (counts.get(becomes) ?? 0) + 1);
  const counted = [...counts].map(([becomes, count]) => `${count} ${becomes}`).join(', ');
  return [
    `${visible(database)}: shape ${report.shape}, ${rows.length} messages${counted && ` (${counted})`}, ${tasks.length} tasks`,
    ...(table.length > 0 ? [alignedTable(['ROW', 'AGENT', 'BECOMES', 'NOTE'], table, columns)] : []),
    ...(agents.length > 0 ? [`agents known now: ${agents.map(({ id }) => visible(id)).join(', ')}`] : []),
    ...restarts.map(
      ({ agent, attempts, successes, failures, lastAtMs }) =>
        `${visible(agent)}: ${successes} restarts and ${failures} failures taken over, ${attempts} since the last success, the last ${lastAtMs === null ? 'at no time that can be read' : localTime(lastAtMs)}`,
    ),
    ...exhausted.map(
      ({ agent, untilMs }) => `${visible(agent)}: its credit is used up until ${localTime(untilMs)}`,
    ),
    ...Object.entries(left).flatMap(([name, count]) =>
      count > 0 ? [`${name}: ${count} rows are not taken over`] : [],
    ),
    ...(backup === null ? [] : [`copy: ${visible(backup)}`]),
    storedText(imported, backup === null),
  ].join('\n');
}

function storedText(imported: Takeover['imported'], dryRun: boolean): string {
  if (!imported) return 'no daemon runs: what is known already cannot be told';
  const { created, known, schedules } = imported;
  const verb = dryRun ? 'would be taken over' : 'taken over';
  const before = known === 0 ? '' : `, ${known} had been before`;
  return `${created} messages and ${schedules} schedules ${verb}${before}`;
}
