/**
 * One tmux server as the daemon sees it: snapshots with at most one call under way and one waiting, and a breaker of its own.
 *
 *   unseen ─▶ answers ◀─▶ gone        any ─ no answer in time ─▶ wedged ─ after a pause that doubles, one call ─▶ any
 *
 * Ignored while wedged: every look before the pause is over; it is refused at once.
 */
import { OrqError } from '../../src/protocol/errors.ts';
import { takeSnapshot, type Snapshot } from './snapshot.ts';
import { saysNobody } from './tmux.ts';

export type ServerState = 'unseen' | 'answers' | 'gone' | 'wedged';

/** Pauses of the breaker; milliseconds. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

export interface TmuxServer {
  readonly socket: string;
  readonly state: ServerState;
  /** The newest snapshot, while the server is not known to be gone. */
  readonly last: Snapshot | null;
  /** A snapshot that is taken after this call; null where the server is gone. Rejects where it does not answer, while wedged at once. */
  look(): Promise<Snapshot | null>;
}

interface Parts {
  readonly nowMs: () => number;
  /** The state became another one. */
  readonly onState: (state: ServerState, error?: unknown) => void;
  readonly take?: (socket: string) => Promise<Snapshot>;
}

export function openTmuxServer(socket: string, { nowMs, onState, take = takeSnapshot }: Parts): TmuxServer {
  let state: ServerState = 'unseen';
  let last: Snapshot | null = null;
  let failures = 0;
  let retryAtMs = 0;
  let running: Promise<Snapshot | null> | undefined;
  let waiting: Promise<Snapshot | null> | undefined;

  function become(next: ServerState, error?: unknown): void {
    if (next === state) return;
    state = next;
    onState(next, error);
  }

  async function ask(): Promise<Snapshot | null> {
    if (nowMs() < retryAtMs)
      throw new OrqError('timeout', `tmux on ${socket}: does not answer, and is left alone for a while`);
    try {
      last = await take(socket);
      failures = 0;
      become('answers');
      return last;
    } catch (error) {
      if (saysNobody(error)) {
        last = null;
        failures = 0;
        become('gone');
        return null;
      }
      retryAtMs = nowMs() + Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
      failures += 1;
      become('wedged', error);
      throw error;
    }
  }

  function begin(): Promise<Snapshot | null> {
    waiting = undefined;
    const call = ask().finally(() => {
      if (running === call) running = undefined;
    });
    running = call;
    return call;
  }

  return {
    socket,
    get state() {
      return state;
    },
    get last() {
      return last;
    },
    look: () => {
      if (!running) return begin();
      waiting ??= running.then(begin, begin);
      return waiting;
    },
  };
}
