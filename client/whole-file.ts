/** A file of the user's that is there whole or not at all, and that nobody else reads. */
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorFromErrno } from './hooks/file-error.ts';

/** Writes the pieces beside `path`, then gives the file its name. @throws OrqError forbidden, not_found, storage_full; what `pieces` throws. */
export async function writeWhole(path: string, pieces: AsyncIterable<string>): Promise<void> {
  const unfinished = `${path}.${process.pid}.tmp`;
  const toWrite = pieces[Symbol.asyncIterator]();
  try {
    await using file = await open(unfinished, 'wx', 0o600).catch((error: unknown) => {
      throw errorFromErrno(error, path);
    });
    for (let piece = await toWrite.next(); !piece.done; piece = await toWrite.next())
      await file.writeFile(piece.value).catch((error: unknown) => {
        throw errorFromErrno(error, path);
      });
    await file.sync();
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  try {
    await rename(unfinished, path);
    await using folder = await open(dirname(path), 'r');
    await folder.sync();
  } catch (error) {
    throw errorFromErrno(error, path);
  }
}
