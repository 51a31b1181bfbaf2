/** What the doctor asks the daemon about itself, and sees of its files. */
import { stat, statfs } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { OrqError } from '../../src/protocol/errors.ts';
import type { Agent, ReplyOf } from '../../src/protocol/schemas.ts';
import { VERSION } from '../../src/protocol/version.ts';
import type { Client } from '../client.ts';
import { well, wrong, type Check } from './check.ts';

type Status = ReplyOf<'status'>;

/** Below this a backlog may fill the disk within a day; bytes. */
const LEAST_FREE_BYTES = 256 * 1024 * 1024;
/** What group and others may do. */
const OTHERS = 0o077;
const SLOW_WRITER_MS = 1_000;
/** Within the second for which the daemon waits for a lock before it says so; milliseconds. */
const LOCK_LOOK_MS = 300;

export function daemonCheck({ version, pid }: Status): Check {
  const found = `orq-daemon ${version}, pid ${pid}`;
  if (version === VERSION) return well('daemon', found);
  return wrong('daemon', `${found}, orqctl is ${VERSION}`, 'install one version and restart the daemon');
}

export async function writerCheck(client: Client, { database }: Status): Promise<Check> {
  if (database.isFull)
    return wrong(
      'writer',
      'the disk is full: nothing new is stored',
      'free space; the daemon goes on by itself',
    );
  // Who holds a lock is known only while somebody waits for it.
  const [health, meanwhile] = await Promise.allSettled([
    client.health({}),
    pause(LOCK_LOOK_MS).then(() => client.status({})),
  ]);
  if (health.status === 'fulfilled') {
    const { writerMs } = health.value;
    const found = `a round trip took ${writerMs.toFixed(1)} ms`;
    return writerMs < SLOW_WRITER_MS
      ? well('writer', found)
      : wrong('writer', found, 'look at the disk (iostat) and at orqctl stats');
  }
  const error: unknown = health.reason;
  if (!(error instanceof OrqError)) throw error;
  const lock = meanwhile.status === 'fulfilled' ? meanwhile.value.database.lock : database.lock;
  const holder = lock?.pid ? `process ${lock.pid}` : 'the program that locks the database';
  return wrong('writer', error.message, `end ${holder}, or see the daemon's log`);
}

export async function diskCheck({ stateDir }: Status): Promise<Check> {
  const { bavail, bsize } = await statfs(stateDir);
  const found = `${Math.floor((bavail * bsize) / 1024 / 1024)} MiB free for ${stateDir}`;
  if (bavail * bsize >= LEAST_FREE_BYTES) return well('disk', found);
  return wrong('disk', found, 'free space, or move the state directory');
}

export async function modeCheck(name: string, path: string): Promise<Check> {
  const { mode, uid } = await stat(path);
  const found = `${path} has mode ${(mode & 0o777).toString(8)}`;
  if (uid !== process.getuid?.())
    return wrong(name, `${path} belongs to user ${uid}`, 'run orqctl as its owner');
  if ((mode & OTHERS) === 0) return well(name, found);
  return wrong(name, found, `chmod go= ${path}: others may read and send`);
}

export function clockCheck({ startedAtMs }: Status): Check {
  const aheadMs = startedAtMs - Date.now();
  if (aheadMs <= 0) return well('clock', 'does not stand before the start of the daemon');
  return wrong('clock', `stands ${aheadMs} ms before the start of the daemon`, 'set the clock (timedatectl)');
}

export function spoolCheck({ spool, stateDir }: Status): Check {
  const found = `${spool.waiting} waiting, ${spool.rejected} set aside, ${spool.stuck} stuck`;
  if (spool.stuck > 0)
    return wrong(
      'spool',
      found,
      `mend who may write in ${stateDir}/spool (spool_stuck in orqctl logs has why), then restart the daemon`,
    );
  if (spool.rejected === 0) return well('spool', found);
  return wrong('spool', found, `read the reasons in ${stateDir}/spool/rejected, send again or remove them`);
}

/** By what the daemon itself reaches, from within its own sandbox; a server that nobody was in may be gone. */
export function tmuxCheck({ tmux: { version, servers } }: Status, agents: readonly Agent[]): Check {
  if (version === null)
    return wrong('tmux', 'the daemon finds no tmux in its PATH', 'install tmux 3.2 or newer');
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  const seen = servers.map(({ socket, state, panes }) =>
    state === 'answers' ? `${socket}: ${panes} panes` : `${socket}: ${state}`,
  );
  const found = [`tmux ${version}`, ...(seen.length === 0 ? ['no server in view yet'] : seen)].join('; ');
  if (Number(major) < 3 || (Number(major) === 3 && Number(minor) < 2))
    return wrong('tmux', found, 'install tmux 3.2 or newer and start its server again');
  const bad = servers.filter(
    ({ socket, state }) =>
      state === 'wedged' || (state === 'gone' && agents.some(({ tmux }) => tmux === socket)),
  );
  if (bad.length === 0) return well('tmux', found);
  const isWedged = bad.some(({ state }) => state === 'wedged');
  return wrong(
    'tmux',
    found,
    isWedged
      ? 'attach to that server and see what it does; the daemon asks it again by itself'
      : 'its agents are gone with it: orqctl restarts says what becomes of them, orqctl agent start starts one',
  );
}
