/** Brings messages from elsewhere to the daemon: a page at a time, stored together when the last one is there. */
import { randomUUID } from 'node:crypto';
import { OrqError } from '../src/protocol/errors.ts';
import type { ExportedMessage, Imported, ImportPage } from '../src/protocol/export-schemas.ts';
import type { Client } from './client.ts';

/** Messages of one page, and characters of text after which it ends; the daemon takes 32 MiB. */
const PAGE_MESSAGES = 500;
const PAGE_CHARACTERS = 2 * 1024 * 1024;

/** Storing goes on for as long as there are messages. */
const COMMIT_TIMEOUT_MS = 3_600_000;

export interface Incoming extends Pick<ImportPage, 'agents' | 'schedules'> {
  readonly origin: string | null;
  readonly messages: readonly ExportedMessage[];
}

export interface UploadOptions {
  /** Nothing is stored; the reply says what would be. */
  readonly dryRun: boolean;
  /** Told after each page. */
  readonly onProgress?: (done: number, all: number) => void;
}

/** All or nothing. @throws OrqError of the daemon, its places counted over the whole import. */
export async function uploadImport(
  client: Pick<Client, 'importPage' | 'importCommit'>,
  { origin, messages, agents = [], schedules = [] }: Incoming,
  { dryRun, onProgress }: UploadOptions,
): Promise<Imported> {
  const name = randomUUID();
  let position = 0;
  let done = 0;
  const send = async (page: Pick<ImportPage, 'messages' | 'agents' | 'schedules'>): Promise<void> => {
    await client.importPage({ import: name, position, origin, ...page }).catch((error: unknown) => {
      throw placed(error, done);
    });
    position += 1;
    done += page.messages.length;
    onProgress?.(done, messages.length);
  };
  for (const some of pagesOf(agents)) await send({ messages: [], agents: some });
  for (const page of pagesOf(messages)) await send({ messages: page });
  for (const some of pagesOf(schedules)) await send({ messages: [], schedules: some });
  if (position === 0) await send({ messages: [] });
  return client.importCommit({ import: name, pages: position, dryRun }, { timeoutMs: COMMIT_TIMEOUT_MS });
}

function* pagesOf<T>(all: readonly T[]): Generator<T[]> {
  let page: T[] = [];
  let characters = 0;
  for (const each of all) {
    page.push(each);
    // What is no message yet is refused by the daemon, which says why.
    characters += JSON.stringify(each).length;
    if (page.length < PAGE_MESSAGES && characters < PAGE_CHARACTERS) continue;
    yield page;
    page = [];
    characters = 0;
  }
  if (page.length > 0) yield page;
}

/** A page counts its own messages from 0. */
function placed(error: unknown, before: number): unknown {
  if (!(error instanceof OrqError) || error.code !== 'bad_request') return error;
  const { code, message, details, cause } = error;
  const place = /\bbody\/messages\/(\d+)/;
  const index = Number(place.exec(message)?.[1] ?? Number.NaN) + before;
  if (Number.isNaN(index)) return error;
  const named = message.replace(place, `messages[${index}]`);
  return new OrqError(code, named, { cause, details: { ...details, index } });
}
