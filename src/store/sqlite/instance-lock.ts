/**
 * One daemon per state directory: an exclusive transaction held open on a file of its own. The kernel frees it with the process, also on kill -9,
 * and the queue's file stays readable for sqlite3.
 */
import { OrqError } from '../../protocol/errors.ts';
import { openPlain } from './database.ts';
import { errorFromSqlite } from './sqlite-error.ts';

/** Takes the lock at `path`. @throws OrqError instance_running where another process holds it. */
export function takeInstanceLock(path: string): Disposable {
  const db = openPlain(path);
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    const converted = errorFromSqlite(error, path);
    if (converted instanceof OrqError && converted.code === 'storage_busy') {
      throw new OrqError('instance_running', `another orq-daemon holds ${path}`, { cause: error });
    }
    throw converted;
  }
  return { [Symbol.dispose]: () => db.close() };
}
