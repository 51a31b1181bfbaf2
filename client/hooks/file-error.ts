/** Turns an errno of the file system into an OrqError that names the file. */
import { OrqError, type ErrorCode } from '../../src/protocol/errors.ts';

const CODES: Readonly<Record<string, readonly [code: ErrorCode, fact: string]>> = {
  EACCES: ['forbidden', 'permission denied'],
  EPERM: ['forbidden', 'operation not permitted'],
  EROFS: ['forbidden', 'read-only file system'],
  ENOENT: ['not_found', 'does not exist'],
  ENOTDIR: ['bad_request', 'a part of the path is not a folder'],
  EISDIR: ['bad_request', 'is a folder'],
  ELOOP: ['bad_request', 'symlinks that lead in a circle'],
  ENAMETOOLONG: ['bad_request', 'path too long'],
  ENOSPC: ['storage_full', 'no space left'],
  EDQUOT: ['storage_full', 'disk quota exceeded'],
};

export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** An error that is no errno, or already an OrqError, comes back as it is. */
export function errorFromErrno(error: unknown, subject: string): unknown {
  if (error instanceof OrqError) return error;
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  const [code, fact] = CODES[errno] ?? (['internal', errno] as const);
  return new OrqError(code, `${subject}: ${fact}`, { cause: error });
}

/** Runs a piece of file work; what it throws names the subject. */
export async function naming<T>(subject: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw errorFromErrno(error, subject);
  }
}
