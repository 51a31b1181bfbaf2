/** Puts together what looks after the database: copies, works, their processes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Services } from '../services.ts';
import { openBackups, type Backups } from '../backups.ts';
import type { Settings } from '../settings.ts';
import type { ReplyOf } from '../../src/protocol/schemas.ts';
import { openStorageProcesses } from '../storage-process.ts';
import { openMaintenance, type Maintenance } from './maintenance.ts';
import { aside, worksOf, type WorkParts } from './works.ts';

export interface Upkeep extends AsyncDisposable {
  readonly backups: Backups;
  readonly maintenance: Maintenance;
}

interface Parts extends Pick<Services, 'clock' | 'log' | 'alerts'> {
  readonly store: Services['store'] & WorkParts['store'];
  readonly settings: Settings;
  /** Path of the database. */
  readonly database: string;
  readonly stopping: AbortSignal;
}

export async function openUpkeep({
  store,
  settings,
  database,
  clock,
  log,
  alerts,
  stopping,
}: Parts): Promise<Upkeep> {
  const { config, file } = settings;
  const processes = openStorageProcesses();
  // A stop waits for no work that the next start can do again.
  stopping.addEventListener('abort', () => void processes[Symbol.asyncDispose](), { once: true });
  const backups = openBackups({
    stateDir: config.stateDir,
    clock,
    config,
    copy: (to, onProgress) =>
      aside({ store, processes, database }, () =>
        processes.run<ReplyOf<'backup'>>(['copy', database, to, file], onProgress),
      ),
  });
  const pause = (ms: number): Promise<void> => sleep(ms);
  const works = worksOf({ store, processes, backups, config, database, pause, stopping });
  const maintenance = await openMaintenance({
    works,
    config,
    clock,
    log,
    store,
    alerts,
    newestCopyMs: () => backups.newestMs(),
  });
  return {
    backups,
    maintenance,
    [Symbol.asyncDispose]: async () => {
      await processes[Symbol.asyncDispose]();
      await maintenance[Symbol.asyncDispose]();
    },
  };
}
