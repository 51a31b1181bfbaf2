/** Leaves messages for a daemon that does not run: whole files, named in the order of this process. */
import { lstatSync, readFileSync } from 'node:fs';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { OrqError } from '../src/protocol/errors.ts';
import { spoolNote, stateDir } from '../src/protocol/places.ts';
import type { NewMessage } from '../src/protocol/new-message.ts';
import {
  MAX_SPOOL_BYTES,
  SPOOL_FOLDER,
  SPOOL_FORMAT,
  spoolFileName,
  type SpoolFile,
} from '../src/protocol/spool.ts';
import { errnoOf, errorFromErrno } from './hooks/file-error.ts';

/** Worker threads and second copies of this module count for themselves, under one process start and pid: see `reserve`. */
let count = 0;

/**
 * The spool that belongs to the daemon behind the socket: below ORQ_STATE_DIR, else where the daemon that listened there last said, else at the
 * usual place. Undefined where that cannot be told: another socket was named, and no daemon has listened there.
 */
export function spoolFolder(
  { socket, isNamed }: { socket: string; isNamed: boolean },
  env: NodeJS.ProcessEnv,
): string | undefined {
  const told = env['ORQ_STATE_DIR'] ? undefined : toldBeside(socket);
  if (told !== undefined) return told;
  if (isNamed && !env['ORQ_STATE_DIR']) return undefined;
  return join(stateDir(env, homedir()), SPOOL_FOLDER);
}

/** The socket may lie in a folder that others can write to: only a note of this user's own counts. */
function toldBeside(socket: string): string | undefined {
  try {
    const path = spoolNote(socket);
    const found = lstatSync(path);
    if (!found.isFile() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) return undefined;
    const folder = readFileSync(path, 'utf8').replace(/\n$/, '');
    return isAbsolute(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** Nothing listens: nothing was sent, and nobody refused it. */
export function isDown(error: unknown): boolean {
  if (!(error instanceof OrqError) || error.code !== 'unreachable' || error.details?.['inDoubt'] === true)
    return false;
  return error.details?.['errno'] === 'ENOENT' || error.details?.['errno'] === 'ECONNREFUSED';
}

/**
 * Writes messages that have their idempotency keys, durable and all or none. Resolves with the file's path.
 * @throws OrqError too_large, storage_full, forbidden.
 */
export async function spool(
  folder: string,
  body: NewMessage | NewMessage[],
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const file: SpoolFile = { format: SPOOL_FORMAT, spooledAtMs: Date.now(), headers, body };
  const bytes = Buffer.from(JSON.stringify(file));
  if (bytes.length > MAX_SPOOL_BYTES)
    throw new OrqError('too_large', `message: ${bytes.length} bytes are more than the spool takes`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { path, unfinished, file: reserved } = await reserve(folder);
    try {
      await writeDurably(reserved, bytes);
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
    await syncFolder(folder);
    return path;
  } catch (error) {
    throw errorFromErrno(error, `spool ${folder}`);
  }
}

/** Takes the next name of this process: it belongs to whoever made its unfinished file, as long as nothing has the name yet. */
async function reserve(folder: string): Promise<{ path: string; unfinished: string; file: FileHandle }> {
  for (;;) {
    const name = spoolFileName(Math.round(performance.timeOrigin), process.pid, (count += 1));
    const [path, unfinished] = [join(folder, name), join(folder, `.${name}.tmp`)];
    const file = await open(unfinished, 'wx', 0o600).catch((error: unknown) => {
      if (errnoOf(error) === 'EEXIST') return undefined;
      throw error;
    });
    if (!file) continue;
    if (!lstatSync(path, { throwIfNoEntry: false })) return { path, unfinished, file };
    await file.close();
    await rm(unfinished, { force: true });
  }
}

async function writeDurably(given: FileHandle, bytes: Uint8Array): Promise<void> {
  await using file = given;
  await file.writeFile(bytes);
  await file.sync();
}

/** A name is durable when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}
