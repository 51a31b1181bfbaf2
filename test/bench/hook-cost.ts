/** What one hook costs the agent, as whole processes: the native client, its twin and curl, against a process that does nothing. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { testFolder } from '../support/folder.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const EVENT = '{"hook_event_name":"Stop","session_id":"x","cwd":"/"}';

/** Slow commands take part in each SLOW_EVERY-th round only. */
const SLOW_EVERY = 5;

export type HookCostOptions = {
  /** Where a daemon listens that has nothing to deliver. */
  readonly socketPath: string;
  /** Runs of each fast command. */
  readonly rounds?: number;
};

export type CommandCost = {
  readonly runs: number;
  readonly medianMs: number;
  readonly p25Ms: number;
  readonly p75Ms: number;
};

export type HookCost = {
  /** An empty static C program. */
  readonly floor: CommandCost;
  readonly native: CommandCost;
  readonly nativeNobodyListens: CommandCost;
  readonly twin: CommandCost;
  /** Undefined where there is no curl. */
  readonly curl: CommandCost | undefined;
  /** Ratios of medians. */
  readonly nativeToFloor: number;
  readonly twinToNative: number;
};

function compile(source: string, output: string, ...flags: string[]): boolean {
  const words = ['-std=c11', '-O2', ...flags, '-s', '-o', output, join(ROOT, 'test/bench', source)];
  return spawnSync(process.env['CC'] ?? 'cc', words, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}

function costOf(durationsMs: readonly number[]): CommandCost {
  const sorted = durationsMs.toSorted((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { runs: sorted.length, medianMs: quantile(0.5), p25Ms: quantile(0.25), p75Ms: quantile(0.75) };
}

/** Runs the commands interleaved, each once in a round, and resolves with their costs in the same order.
 * @throws where a command exits with another code than 0 */
async function timeCommands(
  timer: string,
  rounds: number,
  stdin: string,
  commands: readonly { readonly every: number; readonly words: readonly string[] }[],
): Promise<CommandCost[]> {
  const list = commands.flatMap(({ every, words }) => ['--', String(every), ...words]).slice(1);
  const { stdout } = await promisify(execFile)(timer, [String(rounds), stdin, ...list], {
    maxBuffer: 1 << 26,
  });
  const runs = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
  return commands.map(({ words }, index) => {
    const own = runs.filter(([of]) => of === index);
    const failed = own.find(([, , code]) => code !== 0);
    if (failed) throw new Error(`${words.join(' ')}: exit code ${failed[2]}`);
    return costOf(own.map(([, ns]) => (ns ?? Number.NaN) / 1e6));
  });
}

/** Undefined where no C compiler makes static programs: then there is neither a floor nor a native client. */
export async function measureHookCost({
  socketPath,
  rounds = 500,
}: HookCostOptions): Promise<HookCost | undefined> {
  using folder = testFolder();
  const [empty, timer, event] = ['empty', 'spawn-timer', 'event'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  if (!compile('empty.c', empty, '-static') || !compile('spawn-timer.c', timer)) return undefined;
  writeFileSync(event, EVENT);

  const hook = join(ROOT, 'dist/client/hook/orq-hook');
  const curl = ['/usr/bin/curl', '/bin/curl', '/usr/local/bin/curl'].find((path) => existsSync(path));
  const curlWords = [
    '-s',
    '--unix-socket',
    socketPath,
    '-H',
    'content-type: application/json',
    '--data-binary',
    '@-',
    'http://orq/v1/hooks/Stop',
  ];
  const [floor, native, nativeNobodyListens, twin, ofCurl] = await timeCommands(timer, rounds, event, [
    { every: 1, words: [empty] },
    { every: 1, words: [hook, 'Stop', '--socket', socketPath] },
    { every: 1, words: [hook, 'Stop', '--socket', join(folder.path, 'nobody')] },
    { every: SLOW_EVERY, words: [process.execPath, `${hook}.js`, 'Stop', '--socket', socketPath] },
    ...(curl ? [{ every: SLOW_EVERY, words: [curl, ...curlWords] }] : []),
  ]);
  if (!floor || !native || !nativeNobodyListens || !twin) return undefined;
  return {
    floor,
    native,
    nativeNobodyListens,
    twin,
    curl: ofCurl,
    nativeToFloor: native.medianMs / floor.medianMs,
    twinToNative: twin.medianMs / native.medianMs,
  };
}
