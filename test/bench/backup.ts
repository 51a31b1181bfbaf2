/** What hooks notice of a backup: a steady load of them on a large store, before, during and after one. */
import { createClient } from '../../client/index.ts';
import { startDaemon } from '../support/daemon.ts';
import { seed } from './growth.ts';
import { startHookLanes, timesOf, type HookTimes } from './hook-lanes.ts';

export interface BackupCost {
  readonly quiet: HookTimes;
  readonly during: HookTimes;
  readonly backupMs: number;
  readonly sizeMib: number;
}

/** The longest of all; milliseconds. */
const LIMIT_MS = 1_200_000;

/** `quietMs` before the backup and again after it. */
export async function measureBackup(
  folder: string,
  { messages, quietMs }: { messages: number; quietMs: number },
): Promise<BackupCost> {
  await using daemon = await startDaemon({ folder, words: ['--log-level', 'warn'] });
  await daemon.stop();
  seed(daemon.stateDir, messages);
  await daemon.restart();
  await using lanes = startHookLanes(daemon.socket);
  const pause = (ms: number) => new Promise((resolve) => void setTimeout(resolve, ms));
  await using client = createClient({ socket: daemon.socket });
  // The first hooks bind sessions and warm the store; they do not count.
  await pause(2_000);
  const beganMs = performance.now();
  await pause(quietMs);
  const backupFromMs = performance.now();
  const { sizeBytes } = await client.backup({}, { timeoutMs: LIMIT_MS });
  const backupUntilMs = performance.now();
  await pause(quietMs);
  await lanes[Symbol.asyncDispose]();
  const { took } = lanes;
  const isDuring = (atMs: number): boolean => atMs >= backupFromMs - 50 && atMs < backupUntilMs + 500;
  return {
    quiet: timesOf(took.filter((each) => each.beganMs >= beganMs && !isDuring(each.beganMs))),
    during: timesOf(took.filter((each) => isDuring(each.beganMs))),
    backupMs: backupUntilMs - backupFromMs,
    sizeMib: sizeBytes / 1024 / 1024,
  };
}
