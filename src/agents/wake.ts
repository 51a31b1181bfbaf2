/** When to ring an agent's session: one ring covers all that waits, and none is sent where it could only disturb. */
import type { SessionState } from '../protocol/agent.ts';
import { CONTINUATION_MS } from './session.ts';

export interface RingFacts {
  readonly session: {
    readonly state: SessionState;
    readonly lastEvent: string;
    readonly lastEventMs: number;
  } | null;
  readonly readyToWake: boolean;
  /** Injected and not proven seen: the turn may have been interrupted, which no hook reports. */
  readonly unproven: boolean;
  /** Its person wants nothing handed to it. */
  readonly paused?: boolean;
  readonly waiterParked: boolean;
  /** Rings since the session last did what a ring asks for. */
  readonly rings: { readonly count: number; readonly lastMs: number } | null;
}

export interface RingLimits {
  /** A session inside a turn that reports nothing for this long may have been interrupted; milliseconds. */
  readonly silentMs: number;
}

/** How long a ring may take to show an effect, and the longest pause between rings that show none; milliseconds. */
const RING_PATIENCE_MS = 10_000;
const LONGEST_PAUSE_MS = 600_000;

export type RingVerdict =
  | { readonly ring: true }
  | { readonly ring: false; readonly reason: string; readonly nextTryMs: number | null };

/** Whether to ring now; where not, why, and when it is tried again at the latest without a new event. */
export function ringVerdict(facts: RingFacts, limits: RingLimits, nowMs: number): RingVerdict {
  const { session, rings } = facts;
  if (facts.paused) return hold('paused', null);
  if (!session) return hold('agent offline', null);
  const wanted = facts.readyToWake || facts.unproven;
  if (!wanted) return hold('rides with the next hook', null);
  const reason = reasonOf(session.state);
  const notBeforeMs = Math.max(
    earliest(session, limits, rings?.count ?? 0),
    rings ? rings.lastMs + pause(RING_PATIENCE_MS, rings.count - 1) : 0,
  );
  if (nowMs < notBeforeMs)
    return hold(rings && session.state === 'idle' ? 'rung, no effect yet' : reason, notBeforeMs);
  if (!facts.waiterParked) return hold(session.state === 'idle' ? 'no waiter parked' : reason, null);
  return { ring: true };
}

function hold(reason: string, nextTryMs: number | null): RingVerdict {
  return { ring: false, reason, nextTryMs };
}

function pause(baseMs: number, doublings: number): number {
  return Math.min(baseMs * 2 ** Math.max(0, doublings), LONGEST_PAUSE_MS);
}

/** An idle session at once; one that a Stop kept going when it did not go on; any other when it has been silent for long. */
function earliest(
  session: NonNullable<RingFacts['session']>,
  { silentMs }: RingLimits,
  rings: number,
): number {
  if (session.state === 'idle') return 0;
  if (session.state === 'busy' && session.lastEvent === 'Stop') return session.lastEventMs + CONTINUATION_MS;
  return session.lastEventMs + pause(silentMs, rings);
}

const REASONS: Record<SessionState, string> = {
  idle: 'being woken',
  busy: 'agent busy',
  compacting: 'agent compacting',
  failed: 'session failed',
  needs_human: 'agent needs a human',
  ended: 'agent offline',
};

function reasonOf(state: SessionState): string {
  return REASONS[state];
}
