/** One careful change of a settings file that others write too: read, decide, look again, rename. */
import { constants } from 'node:fs';
import { access, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OrqError } from '../../src/protocol/errors.ts';
import { naming } from './file-error.ts';
import { readIfThere, replaceFile, sameBytes, syncFolder } from './replace-file.ts';
import type { SettingsPlace } from './targets.ts';

/** What to do with the file, and what the caller wants to know about it. */
export interface Decision<T> {
  readonly write: Uint8Array | 'keep' | 'remove';
  readonly result: T;
}

const TRIES = 5;

/** A new settings file is its user's alone, as the socket that it names. */
const NEW_FILE_MODE = 0o600;

/**
 * Asks `decide` for the next bytes, again whenever somebody else changed the file meanwhile.
 * @throws OrqError `forbidden` for a read-only file, `storage_busy` where the file never stood still.
 */
export async function editSettings<T>(
  { file, realFile }: SettingsPlace,
  decide: (bytes: Uint8Array | undefined) => Promise<Decision<T>>,
): Promise<T> {
  return naming(`settings file ${file}`, async () => {
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const bytes = await readIfThere(realFile);
      const { write, result } = await decide(bytes);
      if (write === 'keep') return result;
      if (bytes) await assertWritable(realFile, file);
      const done = write === 'remove' ? await remove(realFile, bytes) : await put(realFile, bytes, write);
      if (done) return result;
    }
    throw new OrqError(
      'storage_busy',
      `settings file ${file}: changed by somebody else ${TRIES} times in a row`,
    );
  });
}

function put(realFile: string, expected: Uint8Array | undefined, bytes: Uint8Array): Promise<boolean> {
  return replaceFile(realFile, { bytes, expected: expected ?? null, mode: NEW_FILE_MODE });
}

async function remove(realFile: string, expected: Uint8Array | undefined): Promise<boolean> {
  const now = await readIfThere(realFile);
  if (!now) return true;
  if (!expected || !sameBytes(now, expected)) return false;
  await rm(realFile);
  await syncFolder(dirname(realFile));
  return true;
}

/**
 * A rename would pass over the mode of the file, and root over everything: whoever took the write bits away meant it.
 * @throws OrqError `forbidden`
 */
export async function assertWritable(realFile: string, file: string): Promise<void> {
  const { mode } = await stat(realFile);
  if ((mode & 0o222) === 0) throw new OrqError('forbidden', `settings file ${file}: read-only`);
  await access(realFile, constants.W_OK);
}
