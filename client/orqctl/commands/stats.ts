import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import type { ReplyOf } from '../../../src/protocol/schemas.ts';
import type { Distribution } from '../../../src/protocol/stats-schemas.ts';
import { addExamples } from '../examples.ts';
import { bar, spokenQuantile } from '../histogram.ts';
import { alignedTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { localTime } from '../times.ts';
import { parseDuration } from '../values.ts';

type Stats = ReplyOf<'stats'>;

/** To the left upper corner, and everything below it is gone. */
const HOME = '\u001b[H\u001b[J';

export function stats({ connect, answer, columns }: Terminal): Command {
  const command = new Command('stats')
    .description('Show how fast and how often things happened, and what waits.')
    .option('--watch [duration]', 'show it again after that long, 2s unless said', (text) =>
      parseDuration(text),
    )
    .action(async ({ watch }: { watch?: number | true }) => {
      for (;;) {
        const found = await connect().stats({});
        const home = watch !== undefined && columns !== undefined ? HOME : '';
        answer(found, () => home + statsText(found, columns));
        if (watch === undefined) return;
        await pause(watch === true ? 2_000 : watch);
      }
    });
  return addExamples(command, ['orqctl stats', 'orqctl stats --watch 5s', 'orqctl stats --json']);
}

function statsText(found: Stats, columns: number | undefined): string {
  const { latency, hooks, hookSuccess, depth, compactions, wakes } = found;
  const rate = hookSuccess.rate === null ? '-' : `${(hookSuccess.rate * 100).toFixed(2)} %`;
  const called = hooks.filter(({ took, failures }) => took.count + failures > 0);
  return [
    `since ${localTime(found.sinceMs)}`,
    '',
    alignedTable(
      ['DELIVERY', 'COUNT', 'MEDIAN', '95 %', '99 %', 'HISTOGRAM'],
      [spreadRow('queued to injected', latency.injected), spreadRow('queued to seen', latency.seen)],
      columns,
    ),
    '',
    alignedTable(
      ['HOOK', 'COUNT', 'FAILED', 'MEDIAN', '95 %', '99 %', 'HISTOGRAM'],
      called.map(({ event, failures, took }) => {
        const [name = '', count = '', ...rest] = spreadRow(event, took);
        return [name, count, String(failures), ...rest];
      }),
      columns,
    ),
    `hooks answered ${rate}: ${hookSuccess.failed} failed, ${hookSuccess.missed} found no daemon, ${hookSuccess.unconfirmed} unconfirmed`,
    '',
    alignedTable(
      ['WAITING', 'READY', 'SCHEDULED', 'BLOCKED', 'LEASED'],
      depth.map(({ band, ready, scheduled, blocked, leased }) => [
        band,
        ...[ready, scheduled, blocked, leased].map(String),
      ]),
      columns,
    ),
    '',
    alignedTable(
      ['WAKE', 'OUTCOME', 'COUNT'],
      wakes.map(({ rung, outcome, count }) => [rung, outcome, String(count)]),
      columns,
    ),
    '',
    alignedTable(
      ['STORE', 'COUNT', 'MEDIAN', '95 %', '99 %', 'HISTOGRAM'],
      [spreadRow('commit', found.commits)],
      columns,
    ),
    '',
    ...(found.restarts.length === 0
      ? []
      : [
          alignedTable(
            ['RESTARTS', 'CAUSE', 'OUTCOME', 'COUNT'],
            found.restarts.map(({ agent, cause, outcome, count }) => [agent, cause, outcome, String(count)]),
            columns,
          ),
          '',
        ]),
    `dead letters ${found.deadLetters}, held agents ${found.heldAgents}, compactions ${compactions.reduce((sum, { count }) => sum + count, 0)}`,
  ].join('\n');
}

function spreadRow(name: string, spread: Distribution): string[] {
  const shares = [0.5, 0.95, 0.99].map((share) => spokenQuantile(spread, share));
  return [name, String(spread.count), ...shares, bar(spread)];
}
