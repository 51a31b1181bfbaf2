/** Where senders leave messages while no daemon runs: the folder below the state directory, the names and the form of its files. */

export const SPOOL_FOLDER = 'spool';

/** Below the spool: what could not be taken in, each file with its reason beside it. */
export const REJECTED_FOLDER = 'rejected';

export const SPOOL_FORMAT = 'orq-spool/1';

/** Longest file that is taken in, in bytes: what a call may send, and what stands around it. */
export const MAX_SPOOL_BYTES = 33 * 1024 * 1024;

/** Sorted by name, the files of one process stand in the order in which it wrote them. */
const NAME = /^\d{13}-\d{10}-\d{8}\.json$/;

export interface SpoolFile {
  readonly format: typeof SPOOL_FORMAT;
  readonly spooledAtMs: number;
  /** Facts about the sender, as a call's headers carry them. */
  readonly headers: Readonly<Record<string, string>>;
  /** An enqueue's, each message with its idempotency key. */
  readonly body: unknown;
}

/** Start of the process in epoch milliseconds, its pid, and how many files it wrote before. */
export function spoolFileName(processStartMs: number, pid: number, count: number): string {
  const padded = [
    String(processStartMs).padStart(13, '0'),
    String(pid).padStart(10, '0'),
    String(count).padStart(8, '0'),
  ];
  return `${padded.join('-')}.json`;
}

export function isSpoolFileName(name: string): boolean {
  return NAME.test(name);
}

/** A file that is being written: it gets its name when it is whole. */
export function isUnfinished(name: string): boolean {
  return name.startsWith('.') && name.endsWith('.tmp');
}

/** A sender writes its file within moments. After an hour without its process, or after a day, nobody will finish it; milliseconds. */
const ABANDONED_MS = 3_600_000;
const FORGOTTEN_MS = 24 * 3_600_000;

/** Whether an unfinished file may go. `isAlive`: whether a process has this pid, maybe by now another one. */
export function isAbandoned(name: string, ageMs: number, isAlive: (pid: number) => boolean): boolean {
  if (ageMs < ABANDONED_MS) return false;
  const pid = Number(/^\.\d{13}-(\d{10})-/.exec(name)?.[1]);
  return ageMs >= FORGOTTEN_MS || !(pid > 0 && isAlive(pid));
}
