/**
 * When to ring an agent's session, and by which rung: one ring is outstanding, and none is sent where it could only disturb.
 *
 *   nothing rung ─ mail waits ─▶ first rung ─ deadline without an event ─▶ next rung … last rung ─ pause, longer each time ─▶ first rung
 *   held: nothing could be typed: tried again after a pause, longer each time           any event of the session ─▶ nothing rung
 */
import type { DeliveryMode, SessionState } from '../protocol/agent.ts';
import { codeOfPane, type WaitingCode } from '../protocol/waiting.ts';
import { isLimit } from './restart-cause.ts';
import type { RestartHold } from '../protocol/restart.ts';
import { SHARED_CAUSES } from './restart-policy.ts';
import { SPEAKS, type Rung } from './rungs.ts';
import { CONTINUATION_MS } from './session.ts';

/** What became of the last ring. */
export interface Ringing {
  /** Times that the ladder was climbed since the session last showed an effect, this one among them. */
  readonly round: number;
  /** Rungs of this round so far. */
  readonly tried: readonly Rung[];
  readonly rung: Rung;
  /** `failed`: it reached nobody. `held`: the pane arbiter typed nothing, or could not send off what it typed. */
  readonly outcome: 'under_way' | 'rung' | 'failed' | 'held';
  /** Why it was held. */
  readonly reason: string | null;
  readonly atMs: number;
  /** Times in a row that it was held. */
  readonly holds: number;
}

export interface RingFacts {
  /** Null: no agent of that name was ever seen. */
  readonly mode: DeliveryMode | null;
  readonly session: {
    readonly state: SessionState;
    readonly lastEvent: string;
    readonly lastEventMs: number;
    /** What ended its turn, where it is failed. */
    readonly failure?: string | null;
  } | null;
  readonly readyToWake: boolean;
  /** Injected and not proven seen: the turn may have been interrupted, which no hook reports. */
  readonly unproven: boolean;
  /** Its person wants nothing handed to it. */
  readonly paused?: boolean;
  /** Its turns fail, and the restart policy waits. */
  readonly hold?: RestartHold | null;
  /** Critical or emergency mail among what is ready. */
  readonly urgent: boolean;
  /** Rungs that lead to the session now. */
  readonly rungs: readonly Rung[];
  readonly moreRungsAtMs: number | null;
  /** Of the client that runs its hooks, where that is older than the daemon; null where it is not. */
  readonly oldHook?: string | null;
  readonly ringing: Ringing | null;
  /** The last ring, whatever came of it, and how many since the session last proved a message. */
  readonly past: { readonly lastMs: number; readonly fruitless: number } | null;
}

/** In push mode a message that should wake nobody is typed at the end of a turn, or when it has lain for this long; milliseconds. */
export const LATER_TYPED_MS = 600_000;

export interface RingLimits {
  /** A session inside a turn that reports nothing for this long may have been interrupted; milliseconds. */
  readonly silentMs: number;
  /** Rings within this window are one; milliseconds. */
  readonly coalesceMs: number;
}

/** How long each rung may take to show an effect; milliseconds. */
const PATIENCE_MS: Record<Rung, number> = { waiter: 5_000, inbox: 5_000, tmux: 10_000 };

/** Pauses between rounds, and between looks at a pane that forbids typing: the first, and the longest; milliseconds. */
const ROUND_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 600_000;
const HELD_PAUSE_MS = 1_000;
const LONGEST_HELD_PAUSE_MS = 30_000;

/** Rings that may go without any proof before they are spaced out, whatever events the client sends. */
const FRUITLESS_RINGS = 10;

export type RingVerdict =
  | { readonly ring: true; readonly rung: Rung }
  | {
      readonly ring: false;
      readonly code: WaitingCode;
      /** What the code's phrase leaves open. */
      readonly detail?: string;
      readonly nextTryMs: number | null;
      /** It is tried when the message has been ready for this long; milliseconds. */
      readonly whenReadyForMs?: number;
    };

/** Whether to ring now; where not, why, and when it is tried again at the latest without a new event. */
export function ringVerdict(facts: RingFacts, limits: RingLimits, nowMs: number): RingVerdict {
  const { session, ringing, rungs } = facts;
  if (facts.paused) return hold('paused', null);
  if (facts.mode === 'push') return pushVerdict(facts, limits, nowMs);
  if (facts.mode === null) return hold('agent_unknown', null);
  if (!session) return hold('offline', null);
  if (!facts.readyToWake && !facts.unproven) return hold('wake_later', null);
  const back = heldBack(facts);
  if (back) return back;
  if (!ringing) {
    const calmMs = notBefore(facts, limits);
    return nowMs < calmMs ? hold('rung_lately', calmMs) : beginning(facts, session, limits, nowMs);
  }
  switch (ringing.outcome) {
    case 'under_way':
      return hold('being_woken', null);
    case 'held': {
      const againMs =
        ringing.atMs + Math.min(doubled(HELD_PAUSE_MS, ringing.holds - 1), LONGEST_HELD_PAUSE_MS);
      if (nowMs < againMs) return held(ringing.reason, codeOf(session), againMs);
      return beginning(facts, session, limits, nowMs);
    }
    case 'failed':
    case 'rung': {
      const next = rungs.find((rung) => !ringing.tried.includes(rung));
      const roundEndMs = ringing.atMs + pause(ROUND_PAUSE_MS, ringing.round - 1);
      const deadlineMs =
        ringing.outcome === 'failed' ? ringing.atMs : ringing.atMs + PATIENCE_MS[ringing.rung];
      if (next && nowMs >= deadlineMs) return { ring: true, rung: next };
      if (nowMs >= roundEndMs) return beginning(facts, session, limits, nowMs);
      const nextTryMs = next ? deadlineMs : roundEndMs;
      return session.state === 'idle' ? unwoken('rung', facts, nextTryMs) : hold(codeOf(session), nextTryMs);
    }
  }
}

/**
 * The next turn would meet what the last one met, and others with it. Any other trouble may be of that one turn; and what a notice alone says keeps
 * no mail from a session whose turns succeed.
 */
export function isHeld(facts: {
  readonly session: Pick<NonNullable<RingFacts['session']>, 'state'> | null;
  readonly hold?: RestartHold | null;
}): facts is typeof facts & { readonly hold: RestartHold } {
  return facts.session?.state === 'failed' && facts.hold ? SHARED_CAUSES.has(facts.hold.cause) : false;
}

function heldBack(facts: RingFacts): RingVerdict | null {
  const { session } = facts;
  if (!session || !isHeld(facts)) return null;
  const { cause, untilMs } = facts.hold;
  const code = codeOf(session);
  return { ring: false, code, ...(code === 'session_failed' && { detail: cause }), nextTryMs: untilMs };
}

/** The first rung of a round, where the session may be rung at all. */
function beginning(
  facts: RingFacts,
  session: NonNullable<RingFacts['session']>,
  limits: RingLimits,
  nowMs: number,
): RingVerdict {
  const {
    rungs: [rung],
    moreRungsAtMs,
    ringing,
  } = facts;
  const earliestMs = earliest(session, limits, ringing?.round ?? 0);
  const code = codeOf(session);
  if (nowMs < earliestMs) return hold(code, earliestMs);
  if (rung) return { ring: true, rung };
  return session.state === 'idle' ? unwoken('no_waiter', facts, moreRungsAtMs) : hold(code, moreRungsAtMs);
}

/** An idle session that nothing wakes: the first thing to suspect is a hook client that knows less than the daemon. */
function unwoken(
  code: 'no_waiter' | 'rung',
  { oldHook = null }: RingFacts,
  nextTryMs: number | null,
): RingVerdict {
  if (oldHook === null) return hold(code, nextTryMs);
  return { ring: false, code: 'hooks_outdated', detail: `orq-hook ${oldHook}`, nextTryMs };
}

/** The window in which rings are one, which urgent mail skips, and mail after a proof: what the last ring was for has been seen. And the cap for clients that take rings and prove nothing. */
function notBefore({ past, urgent }: RingFacts, { coalesceMs }: RingLimits): number {
  if (!past) return 0;
  const { lastMs, fruitless } = past;
  if (fruitless >= FRUITLESS_RINGS) return lastMs + pause(ROUND_PAUSE_MS, fruitless - FRUITLESS_RINGS);
  return urgent || fruitless === 0 ? 0 : lastMs + coalesceMs;
}

/** Whether a whole message may be typed: to an idle session, and to one whose turn may have ended without a word. What the pane shows has its own say. */
export function mayBeTypedTo(
  session: RingFacts['session'],
  { silentMs }: Pick<RingLimits, 'silentMs'>,
  nowMs: number,
): boolean {
  if (session === null || session.state === 'idle') return true;
  return SPEAKS.includes(session.state) && isSilent(session, silentMs, nowMs);
}

/** No event for so long that the turn may have been interrupted. */
export function isSilent(
  { lastEventMs }: { readonly lastEventMs: number },
  silentMs: number,
  nowMs: number,
): boolean {
  return nowMs >= lastEventMs + silentMs;
}

/** Nobody is rung whose messages are typed. */
function pushVerdict(facts: RingFacts, limits: RingLimits, nowMs: number): RingVerdict {
  const { session, readyToWake } = facts;
  if (!readyToWake)
    return { ring: false, code: 'wake_later', nextTryMs: null, whenReadyForMs: LATER_TYPED_MS };
  const back = heldBack(facts);
  if (back) return back;
  if (session === null || mayBeTypedTo(session, limits, nowMs)) return hold('being_typed', null);
  return hold(codeOf(session), SPEAKS.includes(session.state) ? session.lastEventMs + limits.silentMs : null);
}

function hold(code: WaitingCode, nextTryMs: number | null): RingVerdict {
  return { ring: false, code, nextTryMs };
}

function held(reason: string | null, otherwise: WaitingCode, nextTryMs: number): RingVerdict {
  return { ring: false, ...(reason === null ? { code: otherwise } : codeOfPane(reason)), nextTryMs };
}

function pause(baseMs: number, doublings: number): number {
  return Math.min(doubled(baseMs, doublings), LONGEST_PAUSE_MS);
}

function doubled(baseMs: number, doublings: number): number {
  return baseMs * 2 ** Math.max(0, doublings);
}

/** An idle session at once; one that a Stop kept going when it did not go on; any other when it has been silent for long. */
function earliest(
  session: NonNullable<RingFacts['session']>,
  { silentMs }: RingLimits,
  rounds: number,
): number {
  if (session.state === 'idle') return 0;
  if (session.state === 'busy' && session.lastEvent === 'Stop') return session.lastEventMs + CONTINUATION_MS;
  return session.lastEventMs + pause(silentMs, rounds);
}

const CODES: Record<SessionState, WaitingCode> = {
  idle: 'being_woken',
  busy: 'busy',
  compacting: 'compacting',
  failed: 'session_failed',
  needs_human: 'needs_human',
  ended: 'offline',
};

function codeOf({ state, lastEvent, failure = null }: NonNullable<RingFacts['session']>): WaitingCode {
  if (state === 'failed' && isLimit(failure)) return 'rate_limited';
  return state === 'needs_human' && lastEvent === 'PermissionRequest' ? 'needs_permission' : CODES[state];
}
