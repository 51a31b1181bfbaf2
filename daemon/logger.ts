/** Structured logs: one event per line on stderr; under systemd each line begins with the priority that journald reads. */
import { pino, type Logger } from 'pino';

export type Log = Logger;

/** pino's level numbers to syslog priorities (sd-daemon(3)). */
const PRIORITIES: readonly (readonly [number, number])[] = [
  [60, 2],
  [50, 3],
  [40, 4],
  [30, 6],
  [0, 7],
];

/** `underJournald`: stderr is connected to the journal (systemd sets JOURNAL_STREAM). Writes are synchronous: a crash loses no line. */
export function openLogger(level: string, underJournald: boolean): Log {
  const destination = pino.destination({ fd: 2, sync: true });
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
