/** Takes in what senders left while nobody listened: each file once, in the order of its sender, before anything that is sent later. */
import { constants, lstatSync, mkdirSync, readdirSync, unlinkSync } from 'node:fs';
import { open, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERRORS, FAIL_STOP, OrqError } from '../src/protocol/errors.ts';
import { atMs } from '../src/protocol/fields.ts';
import { errorFromFolder } from '../src/protocol/folder-error.ts';
import { SCHEMAS } from '../src/protocol/schemas.ts';
import type { NewMessage } from '../src/protocol/new-message.ts';
import {
  MAX_SPOOL_BYTES,
  REJECTED_FOLDER,
  SPOOL_FOLDER,
  SPOOL_FORMAT,
  isAbandoned,
  isSpoolFileName,
  isUnfinished,
  type SpoolFile,
} from '../src/protocol/spool.ts';
import type { SentMessage } from '../src/queue/store.ts';
import type { Log } from './logger.ts';
import { callerOf } from './sender.ts';

export interface Spool {
  readonly folder: string;
  /** Resolves when nothing waits that was there at the call. @throws the error of a storage that takes nothing now. */
  takeIn(): Promise<void>;
  /** Files that wait, that were set aside, and that are passed over because they cannot be moved. */
  counts(): { waiting: number; rejected: number; stuck: number };
}

export interface SpoolOptions {
  readonly stateDir: string;
  readonly log: Log;
  /** Stores the messages of one file, all or none. */
  readonly enqueue: (messages: readonly SentMessage[]) => Promise<unknown>;
}

export function openSpool({ stateDir, log, enqueue }: SpoolOptions): Spool {
  const folder = join(stateDir, SPOOL_FOLDER);
  const rejected = join(folder, REJECTED_FOLDER);
  try {
    mkdirSync(rejected, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw errorFromFolder('spool', rejected, error);
  }
  /** What cannot be moved out of the way: it must neither be looked at every time nor hold up what comes behind it. */
  const stuck = new Set<string>();
  let taking: Promise<void> = Promise.resolve();

  const waiting = (): string[] =>
    namesIn(folder).filter((name) => name !== REJECTED_FOLDER && !isUnfinished(name) && !stuck.has(name));

  /** What a sender left half written that died. One that cannot be removed is no harm. */
  function clearAbandoned(): void {
    for (const name of namesIn(folder).filter((each) => isUnfinished(each))) {
      const path = join(folder, name);
      const found = lstatSync(path, { throwIfNoEntry: false });
      if (!found?.isFile() || !isAbandoned(name, Date.now() - found.mtimeMs, isAlive)) continue;
      try {
        unlinkSync(path);
        log.info({ event: 'spool_cleared', file: name }, 'unfinished spooled file of a dead sender removed');
      } catch {
        // The next look tries again.
      }
    }
  }

  function passOver(name: string, error: unknown): void {
    stuck.add(name);
    log.error({ event: 'spool_stuck', file: name, err: error }, 'a spooled file that is done with stays');
  }

  async function setAside(name: string, reason: string): Promise<void> {
    log.error({ event: 'spool_rejected', file: name, reason }, 'spooled file set aside');
    try {
      await writeFile(join(rejected, `${name}.reason`), `${reason}\n`, { mode: 0o600 });
      await rename(join(folder, name), join(rejected, name));
    } catch (error) {
      passOver(name, error);
    }
  }

  async function takeOne(name: string): Promise<void> {
    let messages: SentMessage[];
    try {
      messages = await readSpoolFile(folder, name);
      await enqueue(messages);
    } catch (error) {
      const known =
        error instanceof OrqError ? error : new OrqError('internal', String(error), { cause: error });
      if (ERRORS[known.code].retry || FAIL_STOP.includes(known.code)) throw known;
      await setAside(name, `${known.code}: ${known.message}`);
      return;
    }
    log.info({ event: 'spool_taken', file: name, messages: messages.length }, 'spooled messages taken in');
    await unlink(join(folder, name)).catch((error: unknown) => passOver(name, error));
  }

  async function takeAfter(earlier: Promise<void>): Promise<void> {
    await earlier;
    for (const name of waiting().toSorted()) await takeOne(name);
  }

  return {
    folder,
    takeIn: () => {
      // Looked at in this turn, so that an enqueue that finds nothing here comes after all that was written before it.
      clearAbandoned();
      if (waiting().length === 0) return taking;
      const next = takeAfter(taking);
      taking = next.catch(() => undefined);
      return next;
    },
    counts: () => ({
      waiting: waiting().length,
      rejected: namesIn(rejected).filter((name) => !name.endsWith('.reason')).length,
      stuck: namesIn(folder).filter((name) => stuck.has(name)).length,
    }),
  };
}

/** @throws OrqError bad_request, too_large, forbidden: what can never be taken in. */
async function readSpoolFile(folder: string, name: string): Promise<SentMessage[]> {
  const path = join(folder, name);
  if (!isSpoolFileName(name)) throw new OrqError('bad_request', `${name}: is no name of a spooled file`);
  const { uid, size } = lstatSync(path);
  if (uid !== process.getuid?.()) throw new OrqError('forbidden', `${name}: belongs to user ${uid}`);
  if (size > MAX_SPOOL_BYTES)
    throw new OrqError('too_large', `${name}: ${size} bytes, more than ${MAX_SPOOL_BYTES}`);
  // A pipe or a link must not hold the daemon up or lead it elsewhere.
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if (!(await file.stat()).isFile()) throw new OrqError('bad_request', `${name}: is no file`);
  const { format, body, headers = {}, spooledAtMs } = parsed(name, await file.readFile());
  if (format !== SPOOL_FORMAT)
    throw new OrqError('bad_request', `${name}: is not of the format ${SPOOL_FORMAT}`);
  // Loaded with the first file: hooks wait while the daemon starts, and it is a tenth of that.
  const { misfitOf } = await import('../src/protocol/validate.ts');
  if (spooledAtMs !== undefined && misfitOf(atMs, spooledAtMs) !== undefined)
    throw new OrqError('bad_request', `${name}: spooledAtMs is no time in epoch milliseconds`);
  if (typeof headers !== 'object' || headers === null)
    throw new OrqError('bad_request', `${name}: headers is no object`);
  const misfit = misfitOf(SCHEMAS.enqueue.request, body);
  if (misfit !== undefined) throw new OrqError('bad_request', `${name}: ${misfit}`);
  const messages = (Array.isArray(body) ? body : [body]) as NewMessage[];
  if (messages.some(({ idempotencyKey }) => idempotencyKey === undefined))
    throw new OrqError(
      'bad_request',
      `${name}: a message has no idempotency key, so it could be stored twice`,
    );
  const caller = callerOf(headers);
  const sent = typeof spooledAtMs === 'number' ? { sentAtMs: spooledAtMs } : {};
  return messages.map((message) => ({ ...message, ...sent, caller }));
}

type Unchecked = { readonly [Field in keyof SpoolFile]?: SpoolFile[Field] | null };

function parsed(name: string, bytes: Uint8Array): Unchecked {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // What V8 says of it quotes the text.
  }
  throw new OrqError('bad_request', `${name}: is not JSON`);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
