/** Looks for damage in a database that is in use: by a connection that only reads, so that no writer waits for it. */
import { statSync } from 'node:fs';
import { OrqError } from '../../protocol/errors.ts';
import { APPLICATION_ID, openPlain } from './database.ts';
import { errorFromSqlite } from './sqlite-error.ts';

/** What is damaged in SQLite's words, or null. It takes the thread that calls it. @throws OrqError not_found, database_foreign, storage_failed. */
export function findDamage(path: string): string | null {
  if (!statSync(path, { throwIfNoEntry: false }))
    throw new OrqError('not_found', `database ${path}: does not exist`);
  const db = openPlain(path, { readonly: true });
  try {
    const application: unknown = db.pragma('application_id', { simple: true });
    if (application !== APPLICATION_ID)
      throw new OrqError('database_foreign', `database ${path} was not made by orq`);
    const found = String(db.pragma('quick_check(1)', { simple: true }));
    return found === 'ok' ? null : found.replaceAll(/\s+/g, ' ');
  } catch (error) {
    const converted = errorFromSqlite(error, path);
    if (converted instanceof OrqError && converted.code === 'database_damaged') return converted.message;
    throw converted;
  } finally {
    db.close();
  }
}
