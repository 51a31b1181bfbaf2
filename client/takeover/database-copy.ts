/** A consistent copy of a database that somebody else may have open: the original keeps every byte, and gets no file beside it. */
import { mkdir, open, readdir, readlink, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { OrqError } from '../../src/protocol/errors.ts';
import { errnoOf, errorFromErrno, naming } from '../hooks/file-error.ts';

/** What SQLite keeps beside a database: without them a copy lacks what was committed last, or has what never was. */
const COMPANIONS = ['', '-wal', '-journal'] as const;
const MAGIC = 'SQLite format 3\0';
const TRIES = 5;
const PIECE_BYTES = 4 * 1024 * 1024;

/** Told while it goes on: bytes done, and all that there are. */
export type CopyProgress = (done: number, all: number) => void;

/** Copies to `to` with what stands beside it. @throws OrqError not_found, database_foreign, storage_busy, forbidden. */
export async function copyDatabase(
  from: string,
  to: string,
  onProgress: CopyProgress = () => undefined,
): Promise<void> {
  await assertDatabase(from);
  await naming(dirname(to), () => mkdir(dirname(to), { recursive: true, mode: 0o700 }));
  for (let tries = 0; tries < TRIES; tries += 1) {
    const marks = await marksOf(from);
    const sizes = await Promise.all(COMPANIONS.map((end) => sizeOf(from + end)));
    const all = sizes.reduce((sum, size) => sum + size, 0);
    let before = 0;
    for (const [at, end] of COMPANIONS.entries()) {
      await rm(to + end, { force: true });
      const start = before;
      await copyBytes(from + end, to + end, (done) => onProgress(Math.min(start + done, all), all)).catch(
        (error: unknown) => {
          if (end === '' || errnoOf(error) !== 'ENOENT') throw errorFromErrno(error, from + end);
        },
      );
      before += sizes[at] ?? 0;
    }
    if ((await marksOf(from)) === marks) return;
  }
  throw new OrqError('storage_busy', `database ${from}: is written to all the time`);
}

/** In pieces, so that somebody can be told how far it is. The copy is its user's alone. */
async function copyBytes(from: string, to: string, onBytes: (done: number) => void): Promise<void> {
  await using source = await open(from, 'r');
  await using target = await open(to, 'wx', 0o600);
  const piece = new Uint8Array(PIECE_BYTES);
  for (let done = 0; ;) {
    const { bytesRead } = await source.read(piece, 0, PIECE_BYTES, done);
    if (bytesRead === 0) return;
    await target.writeFile(piece.subarray(0, bytesRead));
    done += bytesRead;
    onBytes(done);
  }
}

function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function assertDatabase(path: string): Promise<void> {
  await using file = await open(path, 'r').catch((error: unknown) => {
    throw errorFromErrno(error, path);
  });
  const found = await file.stat();
  if (!found.isFile()) throw new OrqError('bad_request', `${path}: is no file`);
  const head = new Uint8Array(MAGIC.length);
  await file.read(head, 0, head.length, 0);
  // A file of no bytes is what the old hooks left where there was no database.
  if (found.size > 0 && new TextDecoder().decode(head) !== MAGIC)
    throw new OrqError('database_foreign', `${path}: is no SQLite database`);
}

/** Sizes and times of all files: another write changes them. */
async function marksOf(path: string): Promise<string> {
  const marks = await Promise.all(
    COMPANIONS.map((end) =>
      stat(path + end, { bigint: true }).then(
        ({ size, mtimeNs, ino }) => `${size}:${mtimeNs}:${ino}`,
        () => '-',
      ),
    ),
  );
  return marks.join();
}

export interface Opener {
  readonly pid: number;
  readonly program: string;
}

/** Processes that have the database or one of its journals open, as far as this user may look. */
export async function openersOf(path: string): Promise<Opener[]> {
  const files = new Set(['', '-wal', '-shm', '-journal'].map((end) => resolve(path) + end));
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const folder = join('/proc', pid, 'fd');
      const numbers = await readdir(folder).catch(() => []);
      const links = await Promise.all(
        numbers.map((number) => readlink(join(folder, number)).catch(() => '')),
      );
      if (!links.some((link) => files.has(link))) return [];
      const words = await readFile(join('/proc', pid, 'cmdline'), 'utf8').catch(() => '');
      return [{ pid: Number(pid), program: basename(words.split('\0')[0] ?? '') }];
    }),
  );
  return found.flat();
}
