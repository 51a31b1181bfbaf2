/** A steady load of hooks, each given a message that was sent just before it, and what they took. */
import { openConnection, type Connection } from './load.ts';

export interface HookTimes {
  readonly hooks: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
}

export interface Took {
  /** By the clock of `performance.now()`. */
  readonly beganMs: number;
  readonly ms: number;
}

export interface HookLanes extends AsyncDisposable {
  /** All hooks so far, in the order in which they were answered. */
  readonly took: readonly Took[];
}

const LANES = 10;
/** Of each lane. */
const PAUSE_MS = 100;

/** 100 hooks a second, until the scope ends. */
export function startHookLanes(socket: string): HookLanes {
  const took: Took[] = [];
  const end = new AbortController();
  const lanes = Array.from({ length: LANES }, (_, lane) => runLane(socket, lane, took, end.signal));
  return {
    took,
    [Symbol.asyncDispose]: async () => {
      end.abort();
      await Promise.all(lanes);
    },
  };
}

/** One agent's hooks at a steady pace. */
async function runLane(socket: string, lane: number, took: Took[], signal: AbortSignal): Promise<void> {
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

export function timesOf(took: readonly Took[]): HookTimes {
  const sorted = took.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { hooks: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), longestMs: at(1) };
}
