/** Opens a SQLite file the one way orq opens it, and asserts what its promises rest on. */
import Sqlite from 'better-sqlite3';
import { OrqError } from '../../protocol/errors.ts';

export const { SqliteError } = Sqlite;
export type Database = Sqlite.Database;
export type Statement<Parameters extends object, Row> = Sqlite.Statement<[Parameters], Row>;

/** "orq1" in ASCII: another program's file is refused before anything is written. */
export const APPLICATION_ID = 0x6f727131;

/**
 * Hooks wait while a commit folds the log, and nothing may hold one up for 50 ms: 2,000 different pages took 34 to 43 ms, 4,000 took 59 to 63.
 * SQLite's own 1000 are two full groups of a busy daemon: a checkpoint in every other commit.
 */
export const CHECKPOINT_PAGES = 2000;

/** `PRAGMA synchronous` as SQLite reads it back. */
export const FULL = 2;

/**
 * Opens `path` for the queue: WAL, FULL, foreign keys. No waiting inside SQLite: the group commit waits in steps that leave the event loop free.
 * @throws OrqError storage_failed where a pragma did not take, database_foreign where another program made the file.
 */
export function openDatabase(path: string): Database {
  const db = openFile(path, { timeout: 0 });
  try {
    assertNotForeign(db);
    // Takes in a new file only, and would write in every other: free pages can then go back a few at a time, without a VACUUM.
    if (isEmpty(db)) db.pragma('auto_vacuum = INCREMENTAL');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('journal_size_limit = 67108864');
    db.pragma('cache_size = -65536');
    // Savepoints keep what they may have to restore in a temporary journal, which must not become a file.
    db.pragma('temp_store = MEMORY');
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    assertPragma(db, 'journal_mode', 'wal');
    assertPragma(db, 'synchronous', FULL);
    assertPragma(db, 'foreign_keys', 1);
    assertWritable(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** As many rows as the schema has parts. */
const SELECT_TABLES = `SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'`;

export function isEmpty(db: Database): boolean {
  return db.prepare(SELECT_TABLES).pluck().get() === 0;
}

/** Before the first pragma that writes: another program's file keeps every byte, its journal mode too. */
function assertNotForeign(db: Database): void {
  const application: unknown = db.pragma('application_id', { simple: true });
  if (application !== APPLICATION_ID && !isEmpty(db))
    throw new OrqError('database_foreign', `database ${db.name} was not made by orq`);
}

/** SQLite opens a file that it may not write for reading alone, and says so at the first write only. */
function assertWritable(db: Database): void {
  db.exec('BEGIN');
  try {
    db.pragma(`user_version = ${Number(db.pragma('user_version', { simple: true }))}`);
  } catch (error) {
    // A lock is waited out by the first write.
    if (!(error instanceof SqliteError && error.code.startsWith('SQLITE_BUSY'))) throw error;
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK');
  }
}

/** Opens any file without a journal of its own kind: for locks and copies. */
export function openPlain(path: string, options: { readonly?: boolean } = {}): Database {
  return openFile(path, { timeout: 0, readonly: options.readonly ?? false });
}

/** After a change of Node the compiled half of better-sqlite3 is not the one that this Node loads. */
function openFile(path: string, options: Sqlite.Options): Database {
  try {
    return new Sqlite(path, options);
  } catch (error) {
    if (error instanceof SqliteError || !(error instanceof Error)) throw error;
    const [reason = ''] = error.message.split('\n');
    throw new OrqError(
      'storage_failed',
      `better-sqlite3 cannot be loaded by Node ${process.version} (${reason}); "npm rebuild better-sqlite3" in orq's folder makes it fit`,
      { cause: error },
    );
  }
}

function assertPragma(db: Database, name: string, wanted: string | number): void {
  const actual: unknown = db.pragma(name, { simple: true });
  if (actual !== wanted)
    throw new OrqError(
      'storage_failed',
      `database ${db.name}: PRAGMA ${name} is ${String(actual)} instead of ${wanted}`,
    );
}
