/** Files and folders that nobody but this user may read. */
import { closeSync, openSync, statSync } from 'node:fs';
import { OrqError } from '../../protocol/errors.ts';

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

/** The database holds what agents tell each other: nobody else may read it. */
export function assertPrivate(path: string, forbidden: number): void {
  const { mode, uid } = statSync(path);
  const own = process.getuid?.();
  if (own !== undefined && uid !== own)
    throw new OrqError('unsafe_permissions', `${path} belongs to user ${uid}, this is user ${own}`);
  if ((mode & forbidden) !== 0)
    throw new OrqError(
      'unsafe_permissions',
      `${path} has mode ${(mode & 0o777).toString(8)}, others could read it`,
    );
}
