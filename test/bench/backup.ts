/** What hooks notice of a backup: a steady load of them on a large store, before, during and after one. */
import { createClient } from '../../client/index.ts';
import { startDaemon } from '../support/daemon.ts';
import { seed } from './growth.ts';
import { openConnection, type Connection } from './load.ts';

export interface HookTimes {
  readonly hooks: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
}

export interface BackupCost {
  readonly quiet: HookTimes;
  readonly during: HookTimes;
  readonly backupMs: number;
  readonly sizeMib: number;
}

const LANES = 10;
/** Of each lane. */
const PAUSE_MS = 100;

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
  const took: { beganMs: number; ms: number }[] = [];
  const end = new AbortController();
  const lanes = Array.from({ length: LANES }, (_, lane) => runLane(daemon.socket, lane, took, end.signal));
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
  end.abort();
  await Promise.all(lanes);
  const isDuring = (atMs: number): boolean => atMs >= backupFromMs - 50 && atMs < backupUntilMs + 500;
  return {
    quiet: timesOf(took.filter((each) => each.beganMs >= beganMs && !isDuring(each.beganMs))),
    during: timesOf(took.filter((each) => isDuring(each.beganMs))),
    backupMs: backupUntilMs - backupFromMs,
    sizeMib: sizeBytes / 1024 / 1024,
  };
}

/** One agent's hooks at a steady pace, each given a message that was sent just before it. */
async function runLane(
  socket: string,
  lane: number,
  took: { beganMs: number; ms: number }[],
  signal: AbortSignal,
): Promise<void> {
  const connection = openConnection(socket);
  const firstMs = performance.now() + (lane * PAUSE_MS) / LANES;
  for (let round = 0; !signal.aborted; round += 1) {
    const waitMs = firstMs + round * PAUSE_MS - performance.now();
    if (waitMs > 0) await new Promise((resolve) => void setTimeout(resolve, waitMs));
    const beganMs = performance.now();
    took.push({ beganMs, ms: await hookOf(connection, lane) });
  }
  connection.close();
}

/** Resolves with what the hook took; milliseconds. */
async function hookOf(connection: Connection, lane: number): Promise<number> {
  const agent = `agent-${lane}`;
  await connection.ask('POST', '/v1/messages', JSON.stringify({ agent, text: 'look at it', wake: 'later' }));
  const fields = {
    session_id: `session ${lane}`,
    prompt_id: 'p',
    cwd: '/',
    hook_event_name: 'PostToolBatch',
  };
  const beforeMs = performance.now();
  const { token } = await connection.ask('POST', '/v1/hooks/PostToolBatch', JSON.stringify(fields), {
    'orq-agent': agent,
  });
  const ms = performance.now() - beforeMs;
  if (token !== undefined) await connection.ask('POST', '/v1/hooks/confirm', '', { 'orq-confirm': token });
  return ms;
}

function timesOf(took: readonly { ms: number }[]): HookTimes {
  const sorted = took.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { hooks: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), longestMs: at(1) };
}
