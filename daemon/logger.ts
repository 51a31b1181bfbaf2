/** Structured logs: one event per line on stderr; under systemd each line begins with the priority that journald reads. */
import { pino, type Logger } from 'pino';
import { OrqError } from '../src/protocol/errors.ts';

export type Log = Logger;

/** pino's level numbers to syslog priorities (sd-daemon(3)). */
const PRIORITIES: readonly (readonly [number, number])[] = [
  [60, 2],
  [50, 3],
  [40, 4],
  [30, 6],
  [0, 7],
];

type Destination = ReturnType<typeof pino.destination>;

export interface OpenLog {
  readonly log: Log;
  /** Opens the file anew, which somebody may have moved away. */
  readonly reopen: () => void;
}

/** The daemon's log: in `file`, or on stderr where that is empty. @throws OrqError bad_setting where the file cannot be opened. */
export function openLog(level: string, file: string, underJournald: boolean): OpenLog {
  if (file === '') return { log: openLogger(level, underJournald), reopen: () => undefined };
  const destination = openFile(file);
  return { log: openLogger(level, false, destination), reopen: () => destination.reopen() };
}

/** `underJournald`: stderr is connected to the journal (systemd sets JOURNAL_STREAM). Writes are synchronous: a crash loses no line. */
export function openLogger(
  level: string,
  underJournald: boolean,
  destination: Destination = pino.destination({ fd: 2, sync: true }),
): Log {
  const prefixed = {
    write: (line: string): void => {
      const number = Number(/"level":(\d+)/.exec(line)?.[1] ?? 30);
      const [, priority] = PRIORITIES.find(([least]) => number >= least) ?? [0, 6];
      destination.write(`<${priority}>${line}`);
    },
  };
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    underJournald ? prefixed : destination,
  );
}

function openFile(file: string): Destination {
  try {
    return pino.destination({ dest: file, sync: true, append: true });
  } catch (error) {
    throw new OrqError('bad_setting', `log file ${file}: cannot be opened`, { cause: error });
  }
}
