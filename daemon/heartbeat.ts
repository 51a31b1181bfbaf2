/** Shows systemd that the daemon lives: what it waits for is a round trip through the writer, not a timer. */
import { OrqError } from '../src/protocol/errors.ts';
import type { MessageState } from '../src/protocol/message.ts';
import type { Services } from './services.ts';
import type { Notifier } from './notify.ts';

export interface HeartbeatOptions {
  readonly notifier: Notifier;
  /** How long systemd waits for a sign; undefined where it does not watch. Milliseconds. */
  readonly watchdogMs: number | undefined;
}

type Parts = Pick<Services, 'store' | 'log' | 'about'>;

/** How often the status line is renewed where nothing watches; milliseconds. */
const STATUS_MS = 30_000;

/** Says READY, then gives signs of life until the scope ends, and says STOPPING with its end. */
export async function startHeartbeat(
  parts: Parts,
  { notifier, watchdogMs }: HeartbeatOptions,
): Promise<AsyncDisposable> {
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  let running: Promise<void> = Promise.resolve();
  const next = (): void => {
    if (ended) return;
    timer = setTimeout(
      () => {
        running = beat(parts, notifier).finally(next);
      },
      watchdogMs === undefined ? STATUS_MS : watchdogMs / 2,
    ).unref();
  };
  await notifier.tell('READY=1', `STATUS=${await statusOf(parts)}`);
  next();
  return {
    [Symbol.asyncDispose]: async () => {
      ended = true;
      clearTimeout(timer);
      await running;
    },
  };
}

async function beat(parts: Parts, notifier: Notifier): Promise<void> {
  try {
    const isLocked = await probe(parts);
    await notifier.tell('WATCHDOG=1', `STATUS=${await statusOf(parts, isLocked)}`);
  } catch (error) {
    parts.log.error({ event: 'heartbeat_missed', err: error }, 'the writer does not answer');
  }
}

/** True where another program's lock keeps writes waiting: that is waited out and shown, a restart would end nothing but the waiting. */
async function probe({ store }: Pick<Parts, 'store'>): Promise<boolean> {
  try {
    await store.probe();
    return false;
  } catch (error) {
    if (error instanceof OrqError && error.code === 'storage_busy') return true;
    throw error;
  }
}

const SHOWN: readonly MessageState[] = ['ready', 'leased', 'blocked', 'scheduled', 'dead'];
const MIB = 1024 * 1024;

/** The line that `systemctl status` shows. */
async function statusOf({ store, about }: Pick<Parts, 'store' | 'about'>, isLocked = false): Promise<string> {
  const counts = await store.counts();
  const { walBytes, isFull } = about.database();
  return [
    ...SHOWN.map((state) => `${counts[state]} ${state}`),
    `log ${(walBytes / MIB).toFixed(1)} MiB`,
    ...(isFull ? ['disk full'] : []),
    ...(isLocked ? ['database locked by another program'] : []),
  ].join(', ');
}
