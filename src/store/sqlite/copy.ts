/**
 * Copies a database that is in use, as it is at one moment, and proves the copy. It takes the thread that calls it for as long as that takes: a
 * process of its own, so that nobody waits for it.
 */
import { closeSync, fdatasyncSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { OrqError } from '../../protocol/errors.ts';
import { APPLICATION_ID, openPlain, type Database } from './database.ts';
import { keepFile } from './kept-file.ts';
import { createPrivate } from './private-file.ts';
import { errorFromSqlite } from './sqlite-error.ts';

export interface Copied {
  readonly file: string;
  readonly sizeBytes: number;
  readonly messages: number;
  /** The number of the last migration in it. */
  readonly schema: number;
}

export interface CopyOptions {
  /** Goes into the copy, where there is such a file. */
  readonly settingsFile?: string;
  /** After each step, in pages; the next one begins when it returns. */
  readonly onStep?: (done: number, total: number) => void;
}

/** 2 MiB are written before the disk is waited for: whoever commits meanwhile waits for no more than that. */
const STEP_PAGES = 512;

const COUNT_MESSAGES = `SELECT count(*) FROM message`;

/**
 * Copies the database at `from`, which other connections may be writing, to `to`: durable and whole, or not there.
 * @throws OrqError storage_full, storage_failed, database_damaged, wrong_state where `to` exists.
 */
export async function copyDatabase(
  from: string,
  to: string,
  { settingsFile, onStep }: CopyOptions = {},
): Promise<Copied> {
  if (statSync(to, { throwIfNoEntry: false }))
    throw new OrqError('wrong_state', `file ${to}: exists already`);
  const unfinished = unfinishedOf(to);
  rmSync(unfinished, { force: true });
  try {
    createPrivate(unfinished);
    await copyPages(from, unfinished, onStep);
    const proven = proveCopy(unfinished, settingsFile);
    sync(unfinished);
    renameSync(unfinished, to);
    sync(dirname(to));
    return { ...proven, file: to };
  } catch (error) {
    throw errorFromSqlite(error, from);
  } finally {
    abandonCopy(to);
  }
}

/** What a copy is called until it is proven. */
const unfinishedOf = (to: string): string => `${to}.unfinished`;

/** Takes away what there is of a copy that has no name yet. */
export function abandonCopy(to: string): void {
  for (const rest of ['', '-wal', '-shm', '-journal']) rmSync(`${unfinishedOf(to)}${rest}`, { force: true });
}

/** One read lasts as long as the copying: what is written meanwhile does not begin it again. */
async function copyPages(from: string, to: string, onStep: CopyOptions['onStep']): Promise<void> {
  const written = openSync(to, 'r');
  const source = openPlain(from, { readonly: true });
  try {
    source.exec('BEGIN');
    source.pragma('user_version');
    await source.backup(to, {
      progress: ({ totalPages, remainingPages }) => {
        fdatasyncSync(written);
        onStep?.(totalPages - remainingPages, totalPages);
        return STEP_PAGES;
      },
    });
  } finally {
    source.close();
    closeSync(written);
  }
}

/**
 * Reads every page of a copy that nobody else has open, and leaves it as one file, with the settings file in it where one is named.
 * @throws OrqError database_foreign, database_damaged.
 */
export function proveCopy(path: string, settingsFile?: string): Copied {
  const db = openPlain(path);
  try {
    assertOurs(db);
    // A copy says that it has a log; one file alone is what people carry about.
    db.pragma('journal_mode = DELETE');
    if (settingsFile !== undefined) keepFile(db, settingsFile);
    assertWhole(db);
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

/** Reads every page. @throws OrqError database_damaged. */
export function assertWhole(db: Database): void {
  const found: unknown = db.pragma('integrity_check(1)', { simple: true });
  if (found !== 'ok')
    throw new OrqError('database_damaged', `database ${db.name} is damaged (${String(found)})`);
}

export function assertOurs(db: Database): void {
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
