/** Tells clients that know nothing but the socket where to leave messages while no daemon runs: the note outlives the daemon. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { spoolNote } from '../src/protocol/places.ts';
import type { Log } from './logger.ts';

/** Leaves the note beside the socket; writes nothing where it says so already. @throws the file system's error. */
function tellSpool(socket: string, folder: string): void {
  const path = spoolNote(socket);
  const note = `${folder}\n`;
  if (noteAt(path) === note) return;
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(unfinished, note, { mode: 0o600, flag: 'wx' });
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

function noteAt(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Without the note a client that was given the socket alone refuses to send while no daemon runs. */
export function tellWhereTheSpoolIs(socket: string, folder: string, log: Log): void {
  try {
    tellSpool(socket, resolve(folder));
  } catch (error) {
    log.warn({ event: 'spool_not_told', err: error }, 'clients cannot be told where the spool is');
  }
}
