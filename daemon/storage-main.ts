#!/usr/bin/env node
/** Entry of a process for long work on the database: `storage-main.js copy FROM TO SETTINGS`, `inspect PATH`, `fold PATH`. A line of JSON for each thing it says. */
import { writeSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { errorToJson } from '../src/protocol/error-json.ts';
import { OrqError } from '../src/protocol/errors.ts';
import { abandonCopy, copyDatabase } from '../src/store/sqlite/copy.ts';
import { foldLog, inspectDatabase } from '../src/store/sqlite/inspect.ts';

/** How often it says how far it is; milliseconds. */
const TELL_MS = 500;

/** Whoever commits gets the disk in between: the share of the time in which this works. */
const SHARE = 0.5;

const say = (what: unknown): void => void writeSync(1, `${JSON.stringify(what)}\n`);
const rest = new Int32Array(new SharedArrayBuffer(4));
let steppedMs = performance.now();
let toldMs = 0;

function onStep(done: number, total: number): void {
  const workedMs = performance.now() - steppedMs;
  Atomics.wait(rest, 0, 0, Math.min(1_000, workedMs / SHARE - workedMs));
  steppedMs = performance.now();
  if (steppedMs - toldMs < TELL_MS) return;
  toldMs = steppedMs;
  say({ progress: { done, total } });
}

const [work = '', path = '', to = '', settingsFile = ''] = process.argv.slice(2);
process.umask(0o077);
// The daemon is gone: nobody waits for this any more.
process.stdin
  .resume()
  .on('end', () => {
    if (work === 'copy') abandonCopy(to);
    process.exit(1);
  })
  .unref();
try {
  // A tenth of a core beside a busy one; the lowest priority would have a hundredth, and hold the log back for as much longer. A unit may forbid it.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {
  process.title = 'orq-storage';
}
try {
  const run: Readonly<Record<string, () => unknown>> = {
    copy: () => copyDatabase(path, to, { settingsFile, onStep }),
    inspect: () => inspectDatabase(path),
    fold: () => foldLog(path),
  };
  say({ answer: await run[work]?.() });
  process.exit();
} catch (error) {
  const known =
    error instanceof OrqError
      ? error
      : new OrqError('storage_failed', `${work} of ${path}: ${error instanceof Error ? error.message : ''}`);
  say(errorToJson(known));
  process.exit();
}
