/**
 * The clocks of a spawned daemon, moved by a test: a program that the daemon's Node loads first adds to `Date.now` and `performance.now` what it
 * reads from a file. Timers run on as they are.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DaemonClock {
  /** For the daemon's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What the daemon's wall clock says now; epoch milliseconds. */
  nowMs(): number;
  /** Somebody sets the wall clock: it jumps by `ms`, and no time passes. */
  step(ms: number): void;
  /** Time passes on all clocks. */
  pass(ms: number): void;
}

/** Two float64, the wall clock's share first. */
const PROGRAM = `
import { openSync, readSync } from 'node:fs';
const file = openSync(process.env.CLOCK_FILE, 'r');
const added = new Float64Array(2);
const read = (index) => { readSync(file, new Uint8Array(added.buffer), 0, 16, 0); return added[index]; };
const wall = Date.now, steady = performance.now.bind(performance);
Date.now = () => wall() + read(0);
performance.now = () => steady() + read(1);
`;

/** Begins as the clocks of this machine are. `folder` holds its files. */
export function openDaemonClock(folder: string): DaemonClock {
  const program = join(folder, 'clock.mjs');
  const file = join(folder, 'clock');
  const added = new Float64Array(2);
  const move = (wallMs: number, steadyMs: number): void => {
    added[0] = (added[0] ?? 0) + wallMs;
    added[1] = (added[1] ?? 0) + steadyMs;
    writeFileSync(file, new Uint8Array(added.buffer), { flag: 'r+' });
  };
  writeFileSync(program, PROGRAM);
  writeFileSync(file, new Uint8Array(added.buffer));
  return {
    env: { NODE_OPTIONS: `--import=${program}`, CLOCK_FILE: file },
    nowMs: () => Date.now() + (added[0] ?? 0),
    step: (ms) => move(ms, 0),
    pass: (ms) => move(ms, ms),
  };
}
