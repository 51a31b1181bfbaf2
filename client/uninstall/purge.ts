/** Removes what orq keeps for a user: only names that are orq's own, so that a wrongly named folder loses nothing else. */
import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SETTINGS_PATH } from '../../src/protocol/places.ts';
import { SPOOL_FOLDER } from '../../src/protocol/spool.ts';
import { errnoOf, naming } from '../hooks/file-error.ts';

const STATE = [
  'orq.db',
  'orq.db-wal',
  'orq.db-shm',
  'orq.db-journal',
  'lock.db',
  'lock.db-journal',
  'reserve',
  'reserve.new',
  'backups',
  'panes',
  SETTINGS_PATH[0],
  SPOOL_FOLDER,
];

const DATA = ['bin', 'backups', 'cutover.json'];

/** Resolves with the folders that are gone; one that holds anything else stays. */
export async function purge(stateDir: string, dataFolder: string): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const [folder, names] of [
    [stateDir, STATE],
    [dataFolder, DATA],
  ] as const) {
    for (const name of names)
      await naming(join(folder, name), () => rm(join(folder, name), { recursive: true, force: true }));
    if (await removeEmpty(folder)) gone.push(folder);
  }
  return gone;
}

async function removeEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '')) return false;
    throw error;
  }
}
