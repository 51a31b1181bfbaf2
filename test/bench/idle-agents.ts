/** What many idle agents cost: their parked waiters in the daemon, and one native waiter as a process. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '../../client/index.ts';
import { ROOT } from '../architecture/source-file.ts';
import { until } from '../support/until.ts';
import { openConnection } from './load.ts';

export interface IdleCost {
  readonly waiters: number;
  readonly daemonRssMib: number;
  /** Of one core, in the time that was watched. */
  readonly daemonCpuPercent: number;
  /** Private memory of one native client that waits; undefined where the machine has none. */
  readonly clientPrivateKib: number | undefined;
}

interface Wanted {
  readonly socket: string;
  readonly pid: number;
  readonly agents: number;
  /** How long the daemon is watched at rest. */
  readonly restMs: number;
}

/** What is left of the start passes in this time: a checkpoint, and the garbage that V8 collects when a process has been idle for some 10 s. */
const SETTLE_MS = 15_000;
const TICKS_PER_SECOND = 100;

/** Connections that the kernel keeps for the daemon while it is busy: 511, and one more is refused. */
const AT_ONCE = 100;

export async function measureIdleAgents({ socket, pid, agents, restMs }: Wanted): Promise<IdleCost> {
  await using client = createClient({ socket });
  const waiters = async () => (await client.status({})).agents.waiters;
  const lives = Array.from({ length: agents }, () => spawn('sleep', ['600'], { stdio: 'ignore' }));
  const parked: Socket[] = [];
  let native: ChildProcess | undefined;
  try {
    await startSessions(socket, lives);
    for (const [index, life] of lives.entries()) {
      parked.push(await park(socket, index, life.pid ?? 0));
      if (index % AT_ONCE === 0)
        await until(async () => ((await waiters()) === index + 1 ? true : undefined), 30_000);
    }
    await until(async () => ((await waiters()) === agents ? true : undefined), 30_000);
    await pause(SETTLE_MS);
    const before = cpuSeconds(pid);
    const startedMs = performance.now();
    await pause(restMs);
    const daemonCpuPercent = ((cpuSeconds(pid) - before) * 100_000) / (performance.now() - startedMs);
    const daemonRssMib = kibOf(`/proc/${pid}/status`, 'VmRSS') / 1024;
    native = spawn(join(ROOT, 'dist/client/hook/orq-hook'), ['wait', '--socket', socket], {
      env: { CLAUDE_CODE_ENTRYPOINT: 'cli', ORQ_AGENT: 'native' },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    native.stdin?.end(JSON.stringify({ session_id: 'native', hook_event_name: 'Stop' }));
    const parkedToo = await until(async () => ((await waiters()) > agents ? true : undefined), 5_000).catch(
      () => false,
    );
    const clientPrivateKib = parkedToo ? privateKib(native.pid ?? 0) : undefined;
    return { waiters: agents, daemonRssMib, daemonCpuPercent, clientPrivateKib };
  } finally {
    for (const connection of parked) connection.destroy();
    for (const child of [...lives, ...(native ? [native] : [])]) child.kill('SIGKILL');
  }
}

/** One living process and one session for each agent, so that the daemon looks after as many as it would. */
async function startSessions(socket: string, lives: readonly ChildProcess[]): Promise<void> {
  const connection = openConnection(socket);
  const started = lives.map((life, index) => ({
    body: JSON.stringify({
      session_id: `s${index}`,
      hook_event_name: 'SessionStart',
      source: 'startup',
      cwd: '/',
    }),
    headers: headersOf(index, life.pid ?? 0),
  }));
  started.push({
    body: JSON.stringify({
      session_id: 'native',
      hook_event_name: 'SessionStart',
      source: 'startup',
      cwd: '/',
    }),
    headers: { 'orq-entrypoint': 'cli', 'orq-agent': 'native' },
  });
  for (const { body, headers } of started)
    await connection.ask('POST', '/v1/hooks/SessionStart', body, headers);
  connection.close();
}

function headersOf(index: number, pid: number): Record<string, string> {
  return {
    'orq-entrypoint': 'cli',
    'orq-agent': `agent-${index}`,
    'orq-pid': String(pid),
    'orq-claude-pid': String(pid),
  };
}

/** A connection as the native client holds it: one request, no answer. */
async function park(path: string, index: number, pid: number): Promise<Socket> {
  const connection = connect(path);
  connection.on('error', () => undefined);
  await once(connection, 'connect');
  const body = JSON.stringify({ session_id: `s${index}`, hook_event_name: 'Stop' });
  const head = { host: 'orq', 'content-length': String(body.length), ...headersOf(index, pid) };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
  connection.write(`POST /v1/hooks/wait HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
  return connection;
}

/** User and system time, fields 14 and 15; the name before them may hold blanks. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function privateKib(pid: number): number {
  const path = `/proc/${pid}/smaps_rollup`;
  return kibOf(path, 'Private_Clean') + kibOf(path, 'Private_Dirty');
}

function kibOf(path: string, name: string): number {
  const [, kib] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(path, 'utf8')) ?? [];
  return Number(kib);
}
