/** Files and folders that belong to this user alone. */
import { closeSync, openSync, statSync } from 'node:fs';
import { OrqError } from '../../protocol/errors.ts';

/** What group and others may do with a file. */
const OTHERS = 0o077;

/**
 * SQLite gives its journals the mode of the database, so that the file has to be there with the right one first. A file that exists, also one that
 * another start made this moment, is not opened: closing it would free every lock that this process holds on it.
 */
export function createPrivate(path: string): string {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return path;
}

/**
 * The database holds what agents tell each other: nobody else may read it, and journals that another user's sqlite3 left could not be written.
 * @throws OrqError unsafe_permissions; nothing where there is no such file.
 */
export function assertPrivate(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return;
  const own = process.getuid?.();
  if (own !== undefined && found.uid !== own)
    throw new OrqError('unsafe_permissions', `${path} belongs to user ${found.uid}, this is user ${own}`);
  if ((found.mode & OTHERS) !== 0)
    throw new OrqError(
      'unsafe_permissions',
      `${path} has mode ${(found.mode & 0o777).toString(8)}, others could read it`,
    );
}
