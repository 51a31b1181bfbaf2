/** A folder that a daemon needs at its start and cannot make, as orq's own failure. */
import { OrqError, type ErrorCode } from './errors.ts';

const BY_ERRNO: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOSPC: ['storage_full', 'cannot be made, its disk is full'],
  EDQUOT: ['storage_full', 'cannot be made, the quota of its disk is spent'],
  EACCES: ['unsafe_permissions', 'cannot be made, this user may not write there'],
  EPERM: ['unsafe_permissions', 'cannot be made, this user may not write there'],
  EROFS: ['unsafe_permissions', 'cannot be made, its file system is read-only'],
  ENOTDIR: ['bad_setting', 'cannot be a folder, a file lies in its way'],
  EEXIST: ['bad_setting', 'is no folder but a file'],
  ELOOP: ['bad_setting', 'cannot be reached, its symbolic links go in a circle'],
  ENAMETOOLONG: ['bad_setting', 'has a name that is too long'],
};

/** `what` is the folder in words. Anything that is no error of a file system becomes storage_failed too. */
export function errorFromFolder(what: string, path: string, error: unknown): OrqError {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  const [orqCode, fact] = BY_ERRNO[code] ?? ['storage_failed', 'cannot be made'];
  return new OrqError(orqCode, `${what} ${path} ${fact} (${code})`, { cause: error });
}
