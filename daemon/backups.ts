/** Copies of the database while it is in use: by command, and by the clock into a folder where the oldest go. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ReplyOf } from '../src/protocol/schemas.ts';
import type { Clock } from '../src/queue/clock.ts';
import type { Progress } from './storage-process.ts';

type Copied = ReplyOf<'backup'>;

export interface Backups {
  /** Copies to `file`, or into the folder of copies, where the oldest then go. @throws OrqError storage_full, wrong_state. */
  make(file?: string, onProgress?: Progress): Promise<Copied>;
  /** When the newest copy in the folder was made, epoch milliseconds; null where there is none. */
  newestMs(): number | null;
}

export interface BackupOptions {
  readonly stateDir: string;
  readonly clock: Clock;
  readonly copy: (to: string, onProgress?: Progress) => Promise<Copied>;
  readonly config: { readonly backupsKept: number };
}

/** `orq-TIME.db`; what a migration or a restore left has another name, and stays. */
const OWN = /^orq-(\d+)\.db$/;

/** What a copy is called until it is proven, and what SQLite puts beside it. */
const UNFINISHED = ['', '-wal', '-shm', '-journal'].map((suffix) => `.unfinished${suffix}`);

export function openBackups({ stateDir, clock, copy, config }: BackupOptions): Backups {
  const folder = join(stateDir, 'backups');
  let own: Promise<unknown> = Promise.resolve();
  /** A process that is killed takes nothing away that it began. */
  const copyOrNothing = async (to: string, onProgress?: Progress): Promise<Copied> => {
    try {
      return await copy(to, onProgress);
    } catch (error) {
      for (const suffix of UNFINISHED) rmSync(`${to}${suffix}`, { force: true });
      throw error;
    }
  };
  const makeOwn = async (onProgress?: Progress): Promise<Copied> => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of namesIn(folder).filter(isUnfinished)) rmSync(join(folder, name), { force: true });
    const made = await copyOrNothing(join(folder, `orq-${clock.nowMs()}.db`), onProgress);
    for (const atMs of timesIn(folder).slice(0, -config.backupsKept))
      rmSync(join(folder, `orq-${atMs}.db`), { force: true });
    return made;
  };
  return {
    make: (file, onProgress) => {
      if (file !== undefined) return copyOrNothing(file, onProgress);
      const next = own.then(() => makeOwn(onProgress));
      own = next.catch(() => undefined);
      return next;
    },
    newestMs: () => timesIn(folder).at(-1) ?? null,
  };
}

/** Of a copy into the folder that was not finished. */
function isUnfinished(name: string): boolean {
  return UNFINISHED.some((suffix) => name.endsWith(suffix) && OWN.test(name.slice(0, -suffix.length)));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The times of the copies in the folder, oldest first; epoch milliseconds. */
function timesIn(folder: string): number[] {
  return namesIn(folder)
    .flatMap((name) => Number(OWN.exec(name)?.[1] ?? []))
    .filter((atMs) => atMs > 0)
    .toSorted((a, b) => a - b);
}
