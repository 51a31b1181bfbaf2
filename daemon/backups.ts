/** Copies of the database while it is in use: by command, and by the clock into a folder where the oldest go. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import { errorFromJson } from '../src/protocol/error-json.ts';
import type { ReplyOf } from '../src/protocol/schemas.ts';
import type { Clock } from '../src/queue/clock.ts';
import type { Log } from './logger.ts';

type Copied = ReplyOf<'backup'>;

export interface Backups extends AsyncDisposable {
  /** Copies to `file`, or into the folder of copies, where the oldest then go. One copy at a time. @throws OrqError storage_full, wrong_state. */
  make(file?: string): Promise<Copied>;
  /** Makes one where the newest in the folder is older than a day; logs a failure. */
  makeIfDue(): Promise<void>;
}

export interface BackupOptions {
  readonly stateDir: string;
  readonly database: string;
  readonly clock: Clock;
  readonly log: Log;
  /** How many copies by the clock are kept. */
  readonly keep?: number;
}

const DAY_MS = 24 * 3_600_000;

/** `orq-TIME.db`; what a migration or a restore left has another name, and stays. */
const OWN = /^orq-(\d+)\.db$/;

export function openBackups({ stateDir, database, clock, log, keep = 7 }: BackupOptions): Backups {
  const folder = join(stateDir, 'backups');
  let last: Promise<unknown> = Promise.resolve();
  let worker: Worker | undefined;

  async function copy(to: string): Promise<Copied> {
    worker = new Worker(new URL('./copy-worker.js', import.meta.url), { workerData: { from: database, to } });
    const ended = once(worker, 'exit').then(() => [{}] as unknown[]);
    try {
      const [said] = (await Promise.race([once(worker, 'message'), ended])) as [{ copied?: Copied }];
      if (said.copied) return said.copied;
      throw errorFromJson(said, 503);
    } finally {
      await ended;
      worker = undefined;
    }
  }

  async function makeOwn(): Promise<Copied> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const made = await copy(join(folder, `orq-${clock.nowMs()}.db`));
    for (const atMs of timesIn(folder).slice(0, -keep))
      rmSync(join(folder, `orq-${atMs}.db`), { force: true });
    return made;
  }

  const make = (file?: string): Promise<Copied> => {
    const next = last.then(() => (file === undefined ? makeOwn() : copy(file)));
    last = next.catch(() => undefined);
    return next;
  };
  return {
    make,
    makeIfDue: async () => {
      if (clock.nowMs() - (timesIn(folder).at(-1) ?? 0) < DAY_MS) return;
      try {
        const { file, sizeBytes, messages } = await make();
        log.info({ event: 'backup_made', file, sizeBytes, messages }, 'database copied and the copy proven');
      } catch (error) {
        log.error({ event: 'backup_failed', err: error }, 'no copy of the database was made');
      }
    },
    [Symbol.asyncDispose]: async () => {
      await worker?.terminate();
      await last;
    },
  };
}

/** The times of the copies in the folder, oldest first; epoch milliseconds. */
function timesIn(folder: string): number[] {
  try {
    return readdirSync(folder)
      .flatMap((name) => Number(OWN.exec(name)?.[1] ?? []))
      .filter((atMs) => atMs > 0)
      .toSorted((a, b) => a - b);
  } catch {
    return [];
  }
}

/** How often it is looked whether a copy is due, and how long after the start first; milliseconds. */
const LOOK_MS = 3_600_000;

export function startBackups({ makeIfDue }: Pick<Backups, 'makeIfDue'>, lookMs = LOOK_MS): Disposable {
  const timer = setInterval(() => void makeIfDue(), lookMs).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
