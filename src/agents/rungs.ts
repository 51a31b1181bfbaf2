/** The rungs of the wake ladder, and which of them lead to a session now. */
import type { SessionState } from '../protocol/agent.ts';

/** In the order in which they are tried: the parked waiter, the session's inbox socket, a bell typed through tmux. */
export const RUNGS = ['waiter', 'inbox', 'tmux'] as const;
export type Rung = (typeof RUNGS)[number];

export interface ReachFacts {
  readonly session: {
    readonly state: SessionState;
    readonly lastEvent: string;
    readonly lastEventMs: number;
    readonly entrypoint: string | null;
  };
  readonly waiterParked: boolean;
  readonly hasPane: boolean;
  readonly inboxSocket: string | null;
  readonly permissionMode: string | null;
  /** Whole messages are typed at agents in push mode, and no bells. */
  readonly mode: string;
}

export interface ReachLimits {
  readonly rungs: readonly Rung[];
  /** Waiters of the daemon's earlier life come back within seconds of this. */
  readonly startedAtMs: number;
}

/** A waiter is armed beside the event that makes a session idle, and comes a moment later; milliseconds. */
const ARMING_MS = 2_000;

/** How long clients take to find a daemon that started again; milliseconds. */
const RETURNING_MS = 5_000;

/** A client that just started loses its first keys; milliseconds. */
const STARTING_MS = 1_000;

/** What forbids a bell that is not asked for: a dialog, a compaction. A waiter's is read when they are over. */
export const SPEAKS: readonly SessionState[] = ['idle', 'busy', 'failed'];

export interface Reach {
  readonly rungs: readonly Rung[];
  /** When further rungs open that are closed for a while. */
  readonly moreAtMs: number | null;
}

export function reachOf(facts: ReachFacts, { rungs, startedAtMs }: ReachLimits, nowMs: number): Reach {
  const { session, waiterParked, hasPane, inboxSocket, permissionMode, mode } = facts;
  const speaks = SPEAKS.includes(session.state);
  // Unknown is not another mode: under bypassPermissions the line opens a dialog, and is dropped.
  const hasInbox = inboxSocket !== null && permissionMode !== null && permissionMode !== 'bypassPermissions';
  const open: Record<Rung, boolean> = {
    waiter: waiterParked,
    inbox: speaks && hasInbox,
    tmux: speaks && hasPane && mode === 'pull',
  };
  const enabled = rungs.filter((rung) => open[rung]);
  const laterMs = lateRungsFrom(session, rungs.includes('waiter'), startedAtMs);
  if (waiterParked || nowMs >= laterMs) return { rungs: enabled, moreAtMs: null };
  const early = enabled.filter((rung) => rung === 'waiter');
  return { rungs: early, moreAtMs: early.length < enabled.length ? laterMs : null };
}

function lateRungsFrom(
  { entrypoint, lastEvent, lastEventMs }: ReachFacts['session'],
  armsWaiters: boolean,
  startedAtMs: number,
): number {
  if (armsWaiters && entrypoint === 'cli')
    return Math.max(lastEventMs + ARMING_MS, startedAtMs + RETURNING_MS);
  return lastEvent === 'SessionStart' ? lastEventMs + STARTING_MS : lastEventMs;
}
