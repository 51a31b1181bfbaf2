/** Files and folders that nobody but this user may open. */
import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { OrqError } from '../../protocol/errors.ts';

/**
 * SQLite gives its journals the mode of the database, so that the file has to be there with the right one first. A file that exists is not
 * opened: closing it would free every lock that this process holds on it.
 */
export function createPrivate(path: string): string {
  if (!existsSync(path)) closeSync(openSync(path, 'wx', 0o600));
  return path;
}

/**
 * The database holds what agents tell each other: nobody else may read it.
 * @throws OrqError unsafe_permissions
 */
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
