/** Replaces a file in one step: a reader sees the old bytes or the new ones, also after a power cut. */
import { randomBytes } from 'node:crypto';
import { lstat, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OrqError } from '../../src/protocol/errors.ts';
import { errnoOf } from './file-error.ts';

export interface Replacement {
  readonly bytes: Uint8Array;
  /** What the file must hold right before the rename, null where it must not exist; left out where any content may go. */
  readonly expected?: Uint8Array | null;
  /** The mode where the file is new; where it exists its mode and owner stay, unless `forceMode`. */
  readonly mode: number;
  readonly forceMode?: boolean;
}

/** undefined where the file does not exist. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return Uint8Array.from(await readFile(path));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** @returns false, and nothing changed, where the file no longer held what was expected. Throws errnos as they are. */
export async function replaceFile(path: string, replacement: Replacement): Promise<boolean> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.orq-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(replacement.bytes);
      await dressLike(file, path, replacement);
      await file.sync();
    } finally {
      await file.close();
    }
    if (!(await holdsExpected(path, replacement.expected))) return false;
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(folder);
  return true;
}

async function dressLike(file: FileHandle, path: string, { mode, forceMode }: Replacement): Promise<void> {
  const old = await lstat(path).catch(() => undefined);
  if (!old) return file.chmod(mode);
  const mine = await file.stat();
  if (mine.uid !== old.uid || mine.gid !== old.gid) {
    await file.chown(old.uid, old.gid).catch((error: unknown) => {
      throw new OrqError('forbidden', `${path}: owner ${old.uid}:${old.gid} cannot be kept`, {
        cause: error,
      });
    });
  }
  return file.chmod(forceMode ? mode : old.mode & 0o7777);
}

async function holdsExpected(path: string, expected: Uint8Array | null | undefined): Promise<boolean> {
  if (expected === undefined) return true;
  const now = await readIfThere(path);
  return expected === null ? now === undefined : now !== undefined && sameBytes(now, expected);
}

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.from(one).equals(other);
}

/** Makes a rename or a removal in the folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
