/** The last act of a connection. */
import { OrqError } from '../../protocol/errors.ts';
import type { Database } from './database.ts';
import type { GroupCommit } from './group-commit.ts';

/** Folds the log into the database. Where that cannot be now (no space, another program's lock) the next start finds all of it in the log. */
export function fold(db: Database, commit: GroupCommit): OrqError | undefined {
  try {
    if (!commit.fault) db.pragma('wal_checkpoint(TRUNCATE)');
  } catch (error) {
    const converted = commit.failure(error);
    if (!(converted instanceof OrqError)) throw converted;
  }
  return commit.fault;
}
