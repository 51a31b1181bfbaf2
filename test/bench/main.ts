/** `npm run bench [-- hook|exchange|idle|growth|backup|maintenance]`: what a hook, an exchange, idle agents, a store that has grown, a backup and maintenance cost, as ratios of one run. Bars: DESIGN's, printed beside each. */
import { testFolder } from '../support/folder.ts';
import { startDaemon, type RunningDaemon } from '../support/daemon.ts';
import { measureBackup } from './backup.ts';
import { measureExchangeRates } from './exchange-rate.ts';
import { measureGrowth, type Growth } from './growth.ts';
import type { HookTimes } from './hook-lanes.ts';
import { measureHookCost, type CommandCost } from './hook-cost.ts';
import { measureIdleAgents } from './idle-agents.ts';
import type { Rate } from './load.ts';
import type { Block } from './loop-watch.ts';
import { measureMaintenance } from './maintenance.ts';

const line = (text: string): boolean => process.stdout.write(`${text}\n`);
const cost = (name: string, of: CommandCost): boolean =>
  line(
    `  ${name.padEnd(34)} ${of.medianMs.toFixed(2).padStart(8)} ms  (p25 ${of.p25Ms.toFixed(2)}, p75 ${of.p75Ms.toFixed(2)}, ${of.runs} runs)`,
  );
const rate = (name: string, of: Rate): boolean =>
  line(
    `  ${name.padEnd(34)} ${of.perSecond.toFixed(0).padStart(8)} /s  (p50 ${of.p50Ms.toFixed(2)} ms, p99 ${of.p99Ms.toFixed(2)} ms)`,
  );

const times = (name: string, of: HookTimes): boolean =>
  line(
    `  ${name.padEnd(34)} p50 ${of.p50Ms.toFixed(2)} ms, p99 ${of.p99Ms.toFixed(2)} ms, longest ${of.longestMs.toFixed(1)} ms (${of.hooks} hooks)`,
  );

const wanted = process.argv.slice(2);
const isWanted = (part: string): boolean => wanted.length === 0 || wanted.includes(part);

async function printHookCost(socketPath: string): Promise<void> {
  line('one hook as a whole process, nothing to deliver (medians)');
  const hook = await measureHookCost({ socketPath });
  if (!hook) return void line('  skipped: no C compiler that links statically');
  cost('empty static C program (floor)', hook.floor);
  cost('native, daemon up', hook.native);
  cost('native, nothing listens', hook.nativeNobodyListens);
  cost('Node twin', hook.twin);
  if (hook.curl) cost('curl --unix-socket', hook.curl);
  line(
    `  native / floor = ${hook.nativeToFloor.toFixed(2)} (bar: at most 2.5), twin / native = ${hook.twinToNative.toFixed(1)} (bar: at least 30)`,
  );
}

async function printExchangeRates(socket: string): Promise<void> {
  line('64 connections, synchronous FULL, load by node:http (medians of 5 rounds)');
  const { ping, dequeue, hook } = await measureExchangeRates(socket, { rounds: 5, roundMs: 1_500 });
  rate('ping', ping);
  rate('exchange: dequeue with ack', dequeue);
  rate('exchange: hook, beside its confirm', hook);
  line(
    `  dequeue / ping = ${(dequeue.perSecond / ping.perSecond).toFixed(2)}, hook with its confirm / ping = ${((2 * hook.perSecond) / ping.perSecond).toFixed(2)} (bar: at least 0.6)`,
  );
}

async function printGrowth(folderOf: (name: string) => string): Promise<void> {
  line('1,000 agents, one connection, synchronous FULL: a small and a grown store, in turns (medians)');
  const [few, many] = await measureGrowth(folderOf, { few: 1_000, many: 1_000_000, rounds: 10 });
  const grown = (of: Growth): boolean =>
    line(
      `  ${`${of.messages.toLocaleString('en')} messages`.padEnd(34)} dequeue ${of.dequeueMs.toFixed(2)} ms, hook ${of.hookMs.toFixed(2)} ms, start ${of.startMs.toFixed(0)} ms`,
    );
  grown(few);
  grown(many);
  line(
    `  many / few: dequeue ${(many.dequeueMs / few.dequeueMs).toFixed(2)}, hook ${(many.hookMs / few.hookMs).toFixed(2)} (bar: at most 1.3), start with many (bar: under 1,000 ms)`,
  );
}

async function printIdleAgents(daemon: RunningDaemon): Promise<void> {
  line('1,000 idle agents, each with a living process and a parked waiter, watched for 20 s');
  const { socket, pid } = daemon;
  const idle = await measureIdleAgents({ socket, pid, agents: 1_000, restMs: 20_000 });
  line(
    `  daemon: ${idle.daemonRssMib.toFixed(0)} MiB resident (bar: under 200), ${idle.daemonCpuPercent.toFixed(1)} % of a core (bar: under 2)`,
  );
  const kib = idle.clientPrivateKib;
  line(`  one waiter, native: ${kib === undefined ? 'none here' : `${kib} KiB private (bar: under 1,024)`}`);
}

async function printBackup(path: string): Promise<void> {
  line(
    'hooks that are given messages, 100 a second, while 1,000,000 messages are copied and the copy is proven',
  );
  const { quiet, during, backupMs, sizeMib } = await measureBackup(path, {
    messages: 1_000_000,
    quietMs: 15_000,
  });
  times('without', quiet);
  times(`during the backup (${(backupMs / 1000).toFixed(1)} s)`, during);
  line(
    `  ${sizeMib.toFixed(0)} MiB; p99 during / without = ${(during.p99Ms / quiet.p99Ms).toFixed(2)} (bar: at most 3), longest during (bar: 50 ms)`,
  );
}

async function printMaintenance(path: string): Promise<void> {
  line(
    'hooks that are given messages, 100 a second, while each work of maintenance runs on 200,000 messages',
  );
  const costs = await measureMaintenance(path, { messages: 200_000, spanMs: 15_000 });
  for (const { work, runs, longestRunMs, outcome, hooks, over50, longest, mostAtWork } of costs) {
    times(
      work === 'none' ? 'without' : `${work}, ${runs} × up to ${(longestRunMs / 1000).toFixed(1)} s`,
      hooks,
    );
    if (outcome !== '') line(`    ${outcome}`);
    line(`    hooks over 50 ms: ${over50} (bar: none)`);
    line(`    the daemon stood still for ${blockText(longest)}; at work longest in ${blockText(mostAtWork)}`);
  }
}

function blockText(block: Block | undefined): string {
  if (!block) return 'less than 5 ms';
  const { ms, onCoreMs, queuedMs } = block;
  const disk = Math.max(0, ms - onCoreMs - queuedMs);
  return `${ms.toFixed(1)} ms (${onCoreMs.toFixed(1)} ms at work, ${disk.toFixed(1)} ms for the disk, ${queuedMs.toFixed(1)} ms without a core)`;
}

await using folder = testFolder();
if (isWanted('hook') || isWanted('exchange')) {
  await using daemon = await startDaemon({ folder: folder.at('d') });
  if (isWanted('hook')) await printHookCost(daemon.socket);
  if (isWanted('exchange')) await printExchangeRates(daemon.socket);
}
if (isWanted('idle')) {
  await using daemon = await startDaemon({ folder: folder.at('i') });
  await printIdleAgents(daemon);
}
if (isWanted('growth')) await printGrowth((name) => folder.at(name));
if (isWanted('backup')) await printBackup(folder.at('b'));
if (isWanted('maintenance')) await printMaintenance(folder.at('m'));
