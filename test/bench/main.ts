/** `npm run bench`: what a hook costs and what an exchange costs, as ratios of one run. Bars: DESIGN's, printed beside each. */
import { testFolder } from '../support/folder.ts';
import { startDaemon } from '../support/daemon.ts';
import { measureExchangeRates } from './exchange-rate.ts';
import { measureHookCost, type CommandCost } from './hook-cost.ts';
import type { Rate } from './load.ts';

const line = (text: string): boolean => process.stdout.write(`${text}\n`);
const cost = (name: string, of: CommandCost): boolean =>
  line(
    `  ${name.padEnd(34)} ${of.medianMs.toFixed(2).padStart(8)} ms  (p25 ${of.p25Ms.toFixed(2)}, p75 ${of.p75Ms.toFixed(2)}, ${of.runs} runs)`,
  );
const rate = (name: string, of: Rate): boolean =>
  line(
    `  ${name.padEnd(34)} ${of.perSecond.toFixed(0).padStart(8)} /s  (p50 ${of.p50Ms.toFixed(2)} ms, p99 ${of.p99Ms.toFixed(2)} ms)`,
  );

await using folder = testFolder();
await using daemon = await startDaemon({ folder: folder.path });

line('one hook as a whole process, nothing to deliver (medians)');
const hook = await measureHookCost({ socketPath: daemon.socket });
if (hook) {
  cost('empty static C program (floor)', hook.floor);
  cost('native, daemon up', hook.native);
  cost('native, nothing listens', hook.nativeNobodyListens);
  cost('Node twin', hook.twin);
  if (hook.curl) cost('curl --unix-socket', hook.curl);
  line(
    `  native / floor = ${hook.nativeToFloor.toFixed(2)} (bar: at most 2.5), twin / native = ${hook.twinToNative.toFixed(1)} (bar: at least 30)`,
  );
} else line('  skipped: no C compiler that links statically');

line('');
line('64 connections, synchronous FULL, load by node:http (medians of 5 rounds)');
const {
  ping,
  dequeue,
  hook: byHook,
} = await measureExchangeRates(daemon.socket, { rounds: 5, roundMs: 1_500 });
rate('ping', ping);
rate('exchange: dequeue with ack', dequeue);
rate('exchange: hook, beside its confirm', byHook);
line(
  `  dequeue / ping = ${(dequeue.perSecond / ping.perSecond).toFixed(2)}, hook with its confirm / ping = ${((2 * byHook.perSecond) / ping.perSecond).toFixed(2)} (bar: at least 0.6)`,
);
