/** SQLite's failures as orq's. */
import { OrqError, type ErrorCode } from '../../protocol/errors.ts';
import { SqliteError } from './database.ts';

const BY_PREFIX: readonly (readonly [string, ErrorCode, string])[] = [
  ['SQLITE_BUSY', 'storage_busy', 'is locked by another program'],
  ['SQLITE_LOCKED', 'storage_busy', 'is locked by another program'],
  ['SQLITE_FULL', 'storage_full', 'has no space left on its disk'],
  // The log's index grows by a write that fails with ENOSPC, whatever SQLite calls it.
  ['SQLITE_IOERR_SHMSIZE', 'storage_full', 'has no space left on its disk'],
  ['SQLITE_IOERR', 'storage_failed', 'had an I/O error; what was not answered is in doubt'],
  ['SQLITE_CORRUPT', 'database_damaged', 'is damaged'],
  ['SQLITE_NOTADB', 'database_damaged', 'is not a SQLite database'],
  ['SQLITE_CANTOPEN', 'storage_failed', 'cannot be opened'],
  ['SQLITE_READONLY', 'unsafe_permissions', 'is not writable'],
];

/** Converts a SqliteError; anything else is returned as it is. `path` is the file that failed. */
export function errorFromSqlite(error: unknown, path: string): unknown {
  if (!(error instanceof SqliteError)) return error;
  const { code } = error;
  const [, orqCode, fact] = BY_PREFIX.find(([prefix]) => code.startsWith(prefix)) ?? [];
  if (!orqCode) return error;
  return new OrqError(orqCode, `database ${path} ${fact} (${code}: ${error.message})`, { cause: error });
}
