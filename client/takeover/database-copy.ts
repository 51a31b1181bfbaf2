/** A consistent copy of a database that somebody else may have open: the original keeps every byte, and gets no file beside it. */
import { copyFile, chmod, mkdir, open, readdir, readlink, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { OrqError } from '../../src/protocol/errors.ts';
import { errnoOf, errorFromErrno, naming } from '../hooks/file-error.ts';

/** What SQLite keeps beside a database: without them a copy lacks what was committed last, or has what never was. */
const COMPANIONS = ['', '-wal', '-journal'] as const;
const MAGIC = 'SQLite format 3\0';
const TRIES = 5;

/** Copies to `to` with what stands beside it. @throws OrqError not_found, database_foreign, storage_busy, forbidden. */
export async function copyDatabase(from: string, to: string): Promise<void> {
  await assertDatabase(from);
  await naming(dirname(to), () => mkdir(dirname(to), { recursive: true, mode: 0o700 }));
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = await marksOf(from);
    for (const end of COMPANIONS) {
      await rm(to + end, { force: true });
      await copyFile(from + end, to + end).then(
        () => chmod(to + end, 0o600),
        (error: unknown) => {
          if (end === '' || errnoOf(error) !== 'ENOENT') throw errorFromErrno(error, from + end);
        },
      );
    }
    if ((await marksOf(from)) === before) return;
  }
  throw new OrqError('storage_busy', `database ${from}: is written to all the time`);
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
