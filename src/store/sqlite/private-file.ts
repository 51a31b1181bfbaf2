/** Files and folders that belong to this user alone. */
import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { OrqError, type ErrorCode } from '../../protocol/errors.ts';
import { errorFromFolder } from '../../protocol/folder-error.ts';

const BY_ERRNO: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'storage_full',
  EDQUOT: 'storage_full',
  EACCES: 'unsafe_permissions',
  EROFS: 'unsafe_permissions',
};

/** What group and others may do with a file. */
const OTHERS = 0o077;

/** Makes a folder with those above it. @throws OrqError that names it in the words of `what`. */
export function makeFolder(what: string, path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw errorFromFolder(what, path, plainReason(path) ?? error);
  }
}

/** With `recursive` Node says ENOENT for what a read-only file system refused. */
function plainReason(path: string): unknown {
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EROFS') return error;
  }
  return undefined;
}

/**
 * SQLite gives its journals the mode of the database, so that the file has to be there with the right one first. A file that exists, also one that
 * another start made this moment, is not opened: closing it would free every lock that this process holds on it.
 * @throws OrqError storage_full, unsafe_permissions, storage_failed.
 */
export function createPrivate(path: string): string {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST')
      throw new OrqError(BY_ERRNO[code] ?? 'storage_failed', `${path} cannot be made (${message})`, {
        cause: error,
      });
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
