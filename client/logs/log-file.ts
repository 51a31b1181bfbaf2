/** The lines of a log file, and what is added to it: also behind a file that was moved away and opened anew. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { errorFromErrno } from '../hooks/file-error.ts';

/** Stands after the lines that were there already. */
export const END_OF_PAST = Symbol('end of past');

export type LogSource = AsyncGenerator<string | typeof END_OF_PAST>;

/** How often a file that is followed is looked at; milliseconds. */
const LOOK_MS = 200;
const PIECE_BYTES = 64 * 1024;

/** From the beginning of the file on; with `follow` it goes on until the signal aborts. @throws OrqError not_found, forbidden. */
export async function* linesOf(
  path: string,
  { follow, signal }: { readonly follow: boolean; readonly signal: AbortSignal },
): LogSource {
  let file = open(path);
  try {
    let rest = yield* newLines(file, '');
    yield END_OF_PAST;
    while (follow && !signal.aborted) {
      await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
      // Looked at before the last read: what was written until the move is read too.
      const isReplaced = hasMoved(file, path);
      rest = yield* newLines(file, rest);
      if (!isReplaced) continue;
      closeSync(file);
      file = open(path);
    }
  } finally {
    closeSync(file);
  }
}

/** Returns what stands behind the last line's end. */
async function* newLines(file: number, before: string): AsyncGenerator<string, string> {
  let rest = before;
  const decoder = new TextDecoder();
  for (let piece = read(file); piece.length > 0; piece = read(file)) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  return rest;
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw errorFromErrno(error, `log file ${path}`);
  }
}

function read(file: number): Uint8Array {
  const piece = new Uint8Array(PIECE_BYTES);
  return piece.subarray(0, readSync(file, piece));
}

function hasMoved(file: number, path: string): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  return there !== undefined && there.ino !== fstatSync(file).ino;
}
