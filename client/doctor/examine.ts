/** What `orqctl doctor` looks at, one finding each: whether it is well, what was seen, and what to do where it is not. */
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OrqError } from '../../src/protocol/errors.ts';
import type { ReplyOf } from '../../src/protocol/schemas.ts';
import { VERSION } from '../../src/protocol/version.ts';
import type { Client } from '../client.ts';
import { checkHooks } from '../hooks/check.ts';
import { hookClientPath, THIS_HOST, type Host } from '../hooks/host.ts';
import type { HookTarget } from '../hooks/targets.ts';
import { probe } from './probe.ts';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** Null where it is well. */
  readonly remedy: string | null;
}

export interface Patient {
  readonly client: Client;
  readonly targets: readonly HookTarget[];
  readonly host?: Host;
}

/** Below this a backlog may fill the disk within a day; bytes. */
const LEAST_FREE_BYTES = 256 * 1024 * 1024;
/** What group and others may do. */
const OTHERS = 0o077;
const SLOW_WRITER_MS = 1_000;

/** What stands in place of the checks of the daemon where none answers. */
export const NO_DAEMON = 'daemon reached';

/** All checks; those of the daemon stop at the first where none answers. */
export async function examine({ client, targets, host = THIS_HOST }: Patient): Promise<Check[]> {
  const hooks = await Promise.all(targets.map((target) => hookCheck(target, client.socket, host)));
  let status: ReplyOf<'status'>;
  try {
    status = await client.status({});
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return [wrong(NO_DAEMON, found, 'start it with orq-daemon, or name its socket with --socket'), ...hooks];
  }
  return [
    daemonCheck(status),
    await writerCheck(client, status),
    await diskCheck(status),
    await modeCheck('socket', status.socket),
    await modeCheck('socket folder', dirname(status.socket)),
    await modeCheck('state directory', status.stateDir),
    clockCheck(status),
    spoolCheck(status),
    await waiterCheck(client),
    await probeCheck(client, host),
    ...hooks,
  ];
}

function well(name: string, found: string): Check {
  return { name, ok: true, found, remedy: null };
}

function wrong(name: string, found: string, remedy: string): Check {
  return { name, ok: false, found, remedy };
}

function daemonCheck({ version, pid }: ReplyOf<'status'>): Check {
  const found = `orq-daemon ${version}, pid ${pid}`;
  if (version === VERSION) return well('daemon', found);
  return wrong('daemon', `${found}, orqctl is ${VERSION}`, 'install one version and restart the daemon');
}

async function writerCheck(client: Client, { database }: ReplyOf<'status'>): Promise<Check> {
  if (database.isFull)
    return wrong(
      'writer',
      'the disk is full: nothing new is stored',
      'free space; the daemon goes on by itself',
    );
  try {
    const { writerMs } = await client.health({});
    const found = `a round trip took ${writerMs.toFixed(1)} ms`;
    return writerMs < SLOW_WRITER_MS
      ? well('writer', found)
      : wrong('writer', found, 'look at the disk (iostat) and at orqctl stats');
  } catch (error) {
    if (!(error instanceof OrqError)) throw error;
    const holder = database.lock?.pid
      ? `process ${database.lock.pid}`
      : 'the program that locks the database';
    return wrong('writer', error.message, `end ${holder}, or see the daemon's log`);
  }
}

async function diskCheck({ stateDir }: ReplyOf<'status'>): Promise<Check> {
  const { bavail, bsize } = await statfs(stateDir);
  const found = `${Math.floor((bavail * bsize) / 1024 / 1024)} MiB free for ${stateDir}`;
  if (bavail * bsize >= LEAST_FREE_BYTES) return well('disk', found);
  return wrong('disk', found, 'free space, or move the state directory');
}

async function modeCheck(name: string, path: string): Promise<Check> {
  const { mode, uid } = await stat(path);
  const found = `${path} has mode ${(mode & 0o777).toString(8)}`;
  if (uid !== process.getuid?.())
    return wrong(name, `${path} belongs to user ${uid}`, 'run orqctl as its owner');
  if ((mode & OTHERS) === 0) return well(name, found);
  return wrong(name, found, `chmod go= ${path}: others may read and send`);
}

function clockCheck({ startedAtMs }: ReplyOf<'status'>): Check {
  const aheadMs = startedAtMs - Date.now();
  if (aheadMs <= 0) return well('clock', 'does not stand before the start of the daemon');
  return wrong('clock', `stands ${aheadMs} ms before the start of the daemon`, 'set the clock (timedatectl)');
}

function spoolCheck({ spool, stateDir }: ReplyOf<'status'>): Check {
  const found = `${spool.waiting} waiting, ${spool.rejected} set aside`;
  if (spool.rejected === 0) return well('spool', found);
  return wrong('spool', found, `read the reasons in ${stateDir}/spool/rejected, send again or remove them`);
}

async function waiterCheck(client: Client): Promise<Check> {
  const { agents } = await client.agents({});
  const deaf = agents.filter(({ state, waiter, ready }) => state === 'idle' && !waiter && ready > 0);
  if (deaf.length === 0) return well('waiters', `no idle agent of ${agents.length} has mail and no waiter`);
  return wrong(
    'waiters',
    `idle with mail and without a waiter: ${deaf.map(({ id }) => id).join(', ')}`,
    'give each one prompt, or run orqctl hooks check for its folder',
  );
}

/** Proves the path of a hook up to the daemon, not that Claude Code calls it. */
async function probeCheck(client: Client, host: Host): Promise<Check> {
  const heard = async (): Promise<number> => {
    const { hooks } = await client.stats({});
    return hooks.find(({ event }) => event === 'Notification')?.took.count ?? 0;
  };
  const path = hookClientPath(host);
  const before = await heard();
  const { exit, printed, ms } = await probe(path, client.socket);
  if (exit === null)
    return wrong('probe', `${path}: cannot be run`, 'run orqctl hooks install, which places it');
  if (exit !== 0 || printed) return wrong('probe', `${path}: exit ${exit}`, 'run orqctl hooks install');
  if ((await heard()) > before)
    return well('probe', `an event went through the hook client to the daemon in ${Math.ceil(ms)} ms`);
  return wrong('probe', `${path}: the daemon heard nothing of it`, 'see whether both name one socket');
}

async function hookCheck(target: HookTarget, socket: string, host: Host): Promise<Check> {
  const { file, findings } = await checkHooks(target, { socket }, host);
  const name = `hooks in ${file}`;
  if (findings.length === 0) return well(name, 'in place, once, with an executable client');
  return wrong(
    name,
    findings.map(({ message }) => message).join('; '),
    [...new Set(findings.map(({ remedy }) => remedy))].join('; '),
  );
}
