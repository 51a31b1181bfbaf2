/** Puts a copy in the place of the database while no daemon runs, and keeps what it replaces. */
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { OrqError } from '../../protocol/errors.ts';
import { SETTINGS_PATH } from '../../protocol/places.ts';
import { openPlain } from './database.ts';
import { proveCopy, sync } from './copy.ts';
import { takeInstanceLock } from './instance-lock.ts';
import { takeKeptFile } from './kept-file.ts';
import { readMigrations } from './migrate.ts';
import { assertPrivate, createPrivate, makeFolder } from './private-file.ts';
import { DATABASE_FILE } from './store.ts';

export interface Restored {
  readonly database: string;
  readonly from: string;
  readonly messages: number;
  /** The folder with the database from before; null where there was none. */
  readonly replaced: string | null;
  /** The settings file, where the copy held one. */
  readonly settings: string | null;
}

export interface RestoreOptions {
  readonly stateDir: string;
  readonly file: string;
  readonly migrations: string;
  readonly nowMs: number;
}

/**
 * At no moment is there no database: a daemon that starts in between finds the old one or the new one, whole.
 * @throws OrqError instance_running, not_found, database_foreign, database_damaged, database_newer, storage_full.
 */
export function restoreDatabase({ stateDir, file, migrations, nowMs }: RestoreOptions): Restored {
  if (!existsSync(file)) throw new OrqError('not_found', `file ${file}: does not exist`);
  makeFolder('state directory', stateDir);
  assertPrivate(stateDir);
  using _lock = takeInstanceLock(createPrivate(join(stateDir, 'lock.db')));
  const database = join(stateDir, DATABASE_FILE);
  const coming = join(stateDir, `${DATABASE_FILE}.coming`);
  try {
    copyFileSync(file, coming, constants.COPYFILE_FICLONE);
    chmodSync(coming, 0o600);
    const { messages, schema } = proveCopy(coming);
    const known = Math.max(...readMigrations(migrations).map(({ number }) => number));
    if (schema > known)
      throw new OrqError('database_newer', `database ${file} has schema ${schema}, this orq knows ${known}`, {
        details: { schema, known },
      });
    const settings = settingsIn(coming);
    sync(coming);
    const replaced = existsSync(database) ? keep(database, join(stateDir, 'backups'), nowMs) : null;
    renameSync(coming, database);
    sync(stateDir);
    const placed = settings === undefined ? null : placeSettings(stateDir, settings, replaced);
    return { database, from: file, messages, replaced, settings: placed };
  } finally {
    for (const rest of ['', '-journal', '-wal', '-shm']) rmSync(`${coming}${rest}`, { force: true });
  }
}

function settingsIn(copy: string): string | undefined {
  const db = openPlain(copy);
  try {
    return takeKeptFile(db);
  } finally {
    db.close();
  }
}

/** What it replaces is kept with the database from before. */
function placeSettings(stateDir: string, text: string, replaced: string | null): string {
  const file = join(stateDir, ...SETTINGS_PATH);
  makeFolder('folder of the settings', dirname(file));
  if (existsSync(file) && replaced !== null) linkSync(file, join(replaced, 'settings.jsonc'));
  writeFileSync(`${file}.coming`, text, { mode: 0o600 });
  sync(`${file}.coming`);
  renameSync(`${file}.coming`, file);
  sync(dirname(file));
  return file;
}

/** The new database must not meet the log of the old one: it is folded in first, and where that cannot be, kept beside it. */
function keep(database: string, backups: string, nowMs: number): string {
  const folder = join(backups, `replaced-${nowMs}`);
  makeFolder('folder of copies', folder);
  fold(database);
  for (const rest of ['', '-wal'])
    if (existsSync(`${database}${rest}`))
      linkSync(`${database}${rest}`, join(folder, `${DATABASE_FILE}${rest}`));
  sync(folder);
  for (const rest of ['-wal', '-shm']) rmSync(`${database}${rest}`, { force: true });
  return folder;
}

/** Closing the last connection folds the log in. A damaged database is kept as it lies. */
function fold(database: string): void {
  try {
    const db = openPlain(database);
    try {
      db.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      db.close();
    }
  } catch {
    // What cannot be opened is what is being replaced.
  }
}
