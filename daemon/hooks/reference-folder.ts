/**
 * The folder below a session's working directory where texts are put that are too long for hooks. What lies there may be anybody's: no symbolic
 * link is followed, nothing is overwritten, and only what orq wrote is removed.
 */
import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { REFERENCE_FOLDER, referenceName, type Reference } from '../../src/queue/reference.ts';

/**
 * Writes `text`, whole or not at all; `replaces`: what lies there was written before.
 * @throws where the place cannot be made, is not the user's own, or holds something else under that name.
 */
export function writeReference({ id, folder: cwd }: Reference, text: string, replaces: boolean): void {
  const folder = enter(cwd, true);
  try {
    const at = (name: string): string => `/proc/self/fd/${folder}/${name}`;
    try {
      writeNew(at('.gitignore'), '*\n');
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    }
    const file = at(referenceName(id));
    const unfinished = `${file}.new`;
    rmSync(unfinished, { force: true });
    writeNew(unfinished, text);
    try {
      if (replaces) rmSync(file, { force: true });
      linkSync(unfinished, file);
    } finally {
      unlinkSync(unfinished);
    }
  } finally {
    closeSync(folder);
  }
}

/** Removes the file where it is there and may be ours. @throws where the place cannot be entered. */
export function removeReference({ id, folder: cwd }: Reference): void {
  try {
    const folder = enter(cwd, false);
    try {
      const file = `/proc/self/fd/${folder}/${referenceName(id)}`;
      const found = lstatSync(file);
      if (found.isFile() && found.uid === process.getuid?.() && (found.mode & 0o777) === 0o600)
        unlinkSync(file);
    } finally {
      closeSync(folder);
    }
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
}

/** A descriptor of the folder of references below `cwd`; names below it are looked up there, whatever is moved meanwhile. */
function enter(cwd: string, make: boolean): number {
  let folder = openSync(cwd, constants.O_RDONLY | constants.O_DIRECTORY);
  for (const name of REFERENCE_FOLDER) {
    const parent = folder;
    try {
      const path = `/proc/self/fd/${parent}/${name}`;
      if (make) makeFolder(path);
      folder = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    } finally {
      closeSync(parent);
    }
  }
  if (fstatSync(folder).uid === process.getuid?.()) return folder;
  closeSync(folder);
  throw new Error(`${cwd}: its folder for messages belongs to another user`);
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, 0o700);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
}

function writeNew(path: string, text: string): void {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const file = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
