#!/usr/bin/env node
/** The executable orq-daemon: reads arguments, runs, sets the exit code. */
import { FAIL_STOP, OrqError } from '../src/protocol/errors.ts';
import { VERSION } from '../src/protocol/version.ts';
import { configText, helpText } from './config-text.ts';
import { run } from './run.ts';
import { readSettings } from './settings.ts';

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    // Whoever asks twice wants it now; every lease is a row and outlives the process.
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  });
}

try {
  const invocation = readSettings(process.argv.slice(2), process.env);
  if ('run' in invocation) await run(invocation.run, process.env, stop.signal, invocation);
  else if ('printConfig' in invocation) process.stdout.write(configText(invocation.printConfig));
  else process.stdout.write(invocation.print === 'help' ? helpText() : `orq-daemon ${VERSION}\n`);
} catch (error) {
  const known = error instanceof OrqError;
  process.stderr.write(
    `orq-daemon: ${known ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exitCode = known ? error.exit : 70;
  // An end of its own accord would close the database, and write what must not be written any more.
  if (known && FAIL_STOP.includes(error.code)) process.exit();
}
