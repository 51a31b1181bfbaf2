/** What hooks notice of each work of maintenance: a steady load of them on a large store, without and with it, and how long the daemon stood still. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '../../client/index.ts';
import { WORK_NAMES, type WorkName } from '../../src/protocol/maintenance.ts';
import { openPlain } from '../../src/store/sqlite/database.ts';
import { DATABASE_FILE } from '../../src/store/sqlite/store.ts';
import { startDaemon } from '../support/daemon.ts';
import { seed } from './growth.ts';
import { startHookLanes, timesOf, type HookTimes } from './hook-lanes.ts';
import { LOOP_FILE, type Block } from './loop-watch.ts';

export interface WorkCost {
  readonly work: WorkName | 'none';
  readonly runs: number;
  /** What the longest run came to. */
  readonly outcome: string;
  readonly longestRunMs: number;
  readonly hooks: HookTimes;
  readonly over50: number;
  /** Of the times for which the daemon's loop stood still those that were longest by the clock, and by its own work; undefined where none reached 5 ms. */
  readonly longest: Block | undefined;
  readonly mostAtWork: Block | undefined;
}

const DAY_MS = 24 * 3_600_000;

/** Longer than a message is kept. */
const AGED_MS = 60 * DAY_MS;

/** The longest work of all; milliseconds. */
const LIMIT_MS = 600_000;

const LOOP_WATCH = new URL('loop-watch.js', import.meta.url).href;

/** Half of what ended did so long ago. */
const AGE = `
  UPDATE message SET enqueued_at_ms = enqueued_at_ms - @byMs, ready_at_ms = ready_at_ms - @byMs, ended_at_ms = ended_at_ms - @byMs
   WHERE ended_at_ms IS NOT NULL AND id <= (SELECT max(id) / 2 FROM message)`;

/** Each work is run again and again until `spanMs` are over, at least once; nothing else of its kind comes by the clock. */
export async function measureMaintenance(
  folder: string,
  { messages, spanMs }: { messages: number; spanMs: number },
): Promise<readonly WorkCost[]> {
  const loopFile = join(folder, 'loop');
  const off = WORK_NAMES.flatMap((work) => [`--${work}-schedule`, 'off']);
  await using daemon = await startDaemon({ folder, words: ['--log-level', 'warn', ...off] });
  await daemon.stop();
  seed(daemon.stateDir, messages);
  age(join(daemon.stateDir, DATABASE_FILE));
  await daemon.restart({ NODE_OPTIONS: `--import ${LOOP_WATCH}`, [LOOP_FILE]: loopFile });
  await using lanes = startHookLanes(daemon.socket);
  await using client = createClient({ socket: daemon.socket });
  const pause = (ms: number) => new Promise((resolve) => void setTimeout(resolve, ms));
  const costs: WorkCost[] = [];

  async function measure(work: WorkCost['work']): Promise<void> {
    const [fromMs, fromEpochMs] = [performance.now(), Date.now()];
    let [runs, longestRunMs, outcome] = [0, 0, ''];
    do {
      if (work !== 'none') {
        const done = await client.maintenanceRun({ work }, { timeoutMs: LIMIT_MS });
        if (done.tookMs >= longestRunMs) [longestRunMs, outcome] = [done.tookMs, done.outcome];
        runs += 1;
      }
      await pause(100);
    } while (performance.now() - fromMs < spanMs);
    const untilEpochMs = Date.now();
    const took = lanes.took.filter(({ beganMs }) => beganMs >= fromMs);
    const blocks = blocksOf(loopFile).filter(
      ({ endedAtMs }) => endedAtMs >= fromEpochMs && endedAtMs <= untilEpochMs,
    );
    const [longest] = blocks.toSorted((a, b) => b.ms - a.ms);
    const [mostAtWork] = blocks.toSorted((a, b) => b.onCoreMs - a.onCoreMs);
    const over50 = took.filter(({ ms }) => ms > 50).length;
    costs.push({ work, runs, outcome, longestRunMs, hooks: timesOf(took), over50, longest, mostAtWork });
  }

  // The first hooks bind sessions and warm the store; they do not count.
  await pause(2_000);
  await measure('none');
  // The planner's figures first: afterwards none is out of date. What retention frees would make the others' work less.
  for (const work of ['optimize', 'checkpoint', 'integrity', 'backup', 'retention'] as const)
    await measure(work);
  await measure('none');
  return costs;
}

function age(path: string): void {
  const db = openPlain(path);
  db.prepare(AGE).run({ byMs: AGED_MS });
  db.close();
}

function blocksOf(file: string): Block[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text) as Block);
}
