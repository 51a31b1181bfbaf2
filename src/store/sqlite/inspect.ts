/** What other processes than the daemon's do at the database in use, so that no hook waits for it: read all of it, fold its log. */
import { assertOurs, assertWhole } from './copy.ts';
import { openPlain } from './database.ts';
import { errorFromSqlite } from './sqlite-error.ts';

/** Reads every page and every key of the database as it is at one moment. @throws OrqError database_damaged, database_foreign, storage_failed. */
export function inspectDatabase(path: string): { readonly pages: number } {
  const db = openPlain(path, { readonly: true });
  try {
    assertOurs(db);
    db.exec('BEGIN');
    assertWhole(db);
    return { pages: Number(db.pragma('page_count', { simple: true })) };
  } catch (error) {
    throw errorFromSqlite(error, path);
  } finally {
    db.close();
  }
}

export interface Folded {
  /** Pages that the log held, and how many of them are in the database now. */
  readonly pages: number;
  readonly folded: number;
}

/** Folds what no reader holds up into the database, and makes it durable; writers go on meanwhile. @throws OrqError storage_failed, storage_full. */
export function foldLog(path: string): Folded {
  const db = openPlain(path);
  try {
    db.pragma('synchronous = FULL');
    const [row] = db.pragma('wal_checkpoint(PASSIVE)') as { log: number; checkpointed: number }[];
    return { pages: row?.log ?? 0, folded: row?.checkpointed ?? 0 };
  } catch (error) {
    throw errorFromSqlite(error, path);
  } finally {
    db.close();
  }
}
