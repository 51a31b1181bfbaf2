/** What each work does, and what it says it came to. */
import type { WorkName } from '../../src/protocol/maintenance.ts';
import type { QueueStore } from '../../src/queue/store.ts';
import type { Backups } from '../backups.ts';
import type { Config } from '../config.ts';
import type { Progress, StorageProcesses } from '../storage-process.ts';

export type Work = (onProgress: Progress) => Promise<string>;

export interface WorkParts {
  readonly store: Pick<QueueStore, 'forgetOld' | 'optimize'> & {
    holdCheckpoints(): Disposable;
    foldOften(): Disposable;
  };
  readonly processes: StorageProcesses;
  readonly backups: Backups;
  readonly config: Pick<Config, 'retentionDays'>;
  /** Path of the database. */
  readonly database: string;
  readonly pause: (ms: number) => Promise<void>;
  readonly stopping: AbortSignal;
}

const DAY_MS = 24 * 3_600_000;

/** Between two steps of retention, so that hooks come in between; milliseconds. */
const BREATH_MS = 20;

interface Folded {
  readonly pages: number;
  readonly folded: number;
}

export function worksOf(parts: WorkParts): Readonly<Record<WorkName, Work>> {
  const { store, backups, processes, database } = parts;
  return {
    retention: async () => {
      using _often = store.foldOften();
      let forgotten = 0;
      for (let isOver = false; !isOver && !parts.stopping.aborted;) {
        const step = await store.forgetOld(parts.config.retentionDays * DAY_MS);
        forgotten += step.forgotten;
        isOver = step.isOver;
        if (!isOver) await parts.pause(BREATH_MS);
      }
      return `${forgotten} messages forgotten`;
    },
    optimize: async () => `${await store.optimize()} tables renewed`,
    checkpoint: async () => {
      const { pages, folded } = await processes.run<Folded>(['fold', database]);
      return `${folded} of ${pages} pages folded`;
    },
    integrity: async () => {
      const { pages } = await aside(parts, () => processes.run<{ pages: number }>(['inspect', database]));
      return `${pages} pages whole`;
    },
    backup: async (onProgress) => {
      const { file, messages } = await backups.make(undefined, onProgress);
      return `${messages} messages in ${file}`;
    },
  };
}

/**
 * Runs what reads all of the database. While it reads, the log of the database cannot begin anew and grows: the commit after it would fold all of
 * that, and hold up its hooks. So commits fold nothing until another process has done it.
 */
export async function aside<T>(
  { store, processes, database }: Pick<WorkParts, 'store' | 'processes' | 'database'>,
  run: () => Promise<T>,
): Promise<T> {
  using _hold = store.holdCheckpoints();
  try {
    return await run();
  } finally {
    await processes.run(['fold', database]).catch(() => undefined);
  }
}
