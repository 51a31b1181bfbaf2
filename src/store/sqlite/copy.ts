/** Copies a database that is in use, in one read, and proves the copy. It takes the thread that calls it for as long as that takes. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { OrqError } from '../../protocol/errors.ts';
import { APPLICATION_ID, openPlain, type Database } from './database.ts';
import { createPrivate } from './private-file.ts';
import { errorFromSqlite } from './sqlite-error.ts';

export interface Copied {
  readonly file: string;
  readonly sizeBytes: number;
  readonly messages: number;
  /** The number of the last migration in it. */
  readonly schema: number;
}

/** More pages than any file has: a copy in one read is not begun again by what is written meanwhile. */
const ALL_PAGES = 0x7fffffff;

const COUNT_MESSAGES = `SELECT count(*) FROM message`;

/**
 * Copies the database at `from`, which other connections may be writing, to `to`, in one step: durable and whole, or not there.
 * @throws OrqError storage_full, storage_failed, database_damaged, wrong_state where `to` exists.
 */
export async function copyDatabase(from: string, to: string): Promise<Copied> {
  if (statSync(to, { throwIfNoEntry: false }))
    throw new OrqError('wrong_state', `file ${to}: exists already`);
  const unfinished = `${to}.unfinished`;
  rmSync(unfinished, { force: true });
  try {
    createPrivate(unfinished);
    const source = openPlain(from, { readonly: true });
    try {
      await source.backup(unfinished, { progress: () => ALL_PAGES });
    } finally {
      source.close();
    }
    const proven = proveCopy(unfinished);
    sync(unfinished);
    renameSync(unfinished, to);
    sync(dirname(to));
    return { ...proven, file: to };
  } catch (error) {
    throw errorFromSqlite(error, from);
  } finally {
    for (const rest of ['', '-wal', '-shm', '-journal']) rmSync(`${unfinished}${rest}`, { force: true });
  }
}

/**
 * Reads every page of a copy that nobody else has open, and leaves it as one file.
 * @throws OrqError database_foreign, database_damaged.
 */
export function proveCopy(path: string): Copied {
  const db = openPlain(path);
  try {
    assertOurs(db);
    // A copy says that it has a log; one file alone is what people carry about.
    db.pragma('journal_mode = DELETE');
    const found: unknown = db.pragma('integrity_check(1)', { simple: true });
    if (found !== 'ok')
      throw new OrqError('database_damaged', `database ${path} is damaged (${String(found)})`);
    return {
      file: path,
      sizeBytes: statSync(path).size,
      messages: Number(db.prepare(COUNT_MESSAGES).pluck().get()),
      schema: Number(db.pragma('user_version', { simple: true })),
    };
  } catch (error) {
    throw errorFromSqlite(error, path);
  } finally {
    db.close();
  }
}

function assertOurs(db: Database): void {
  const application: unknown = db.pragma('application_id', { simple: true });
  if (application !== APPLICATION_ID)
    throw new OrqError('database_foreign', `database ${db.name} was not made by orq`);
}

/** Makes a file, or the names in a folder, durable. */
export function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
