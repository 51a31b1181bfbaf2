/** Keeps what was counted over restarts of the daemon, and takes in what clients counted while none ran. */
import { renameSync, rmSync, statSync } from 'node:fs';
import { missedNote } from '../../src/protocol/places.ts';
import type { KeptMetric } from '../../src/queue/metric-store.ts';
import type { QueueStore } from '../../src/queue/store.ts';
import type { Log } from '../logger.ts';
import type { Metrics } from './metrics.ts';

/** A kill -9 forgets this much of the figures; milliseconds. */
const KEEP_MS = 10_000;

interface Parts {
  readonly metrics: Metrics;
  readonly store: Pick<QueueStore, 'keptMetrics' | 'keepMetrics'>;
  readonly log: Log;
  readonly socket: string;
}

/** Restores what was kept, and keeps what changes until the scope ends. */
export async function keepMetrics({ metrics, store, log, socket }: Parts): Promise<AsyncDisposable> {
  metrics.restore(await store.keptMetrics());
  let kept = new Map<string, string>();
  const keep = async (): Promise<void> => {
    metrics.missed.count += takeMissed(missedNote(socket));
    const rows = metrics.rows();
    const texts = new Map(rows.map((row) => [textOf(row), JSON.stringify(row.value)]));
    const changed = rows.filter((row) => kept.get(textOf(row)) !== texts.get(textOf(row)));
    if (changed.length > 0) await store.keepMetrics(changed);
    kept = texts;
  };
  const keepOrTell = (): Promise<void> =>
    keep().catch((error: unknown) => log.warn({ event: 'metrics_not_kept', err: error }, 'metrics not kept'));
  await keepOrTell();
  const timer = setInterval(() => void keepOrTell(), KEEP_MS);
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await keepOrTell();
    },
  };
}

function textOf({ name, series }: KeptMetric): string {
  return JSON.stringify([name, series]);
}

/** How many events found nobody since it was asked last: a byte each. Renamed first, so that none is counted twice. */
function takeMissed(note: string): number {
  const taken = `${note}.taken`;
  try {
    renameSync(note, taken);
    const { size } = statSync(taken);
    rmSync(taken);
    return size;
  } catch {
    return 0;
  }
}
