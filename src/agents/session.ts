/**
 * The state machine of a session: what each hook event makes of it, proves and may hand out.
 *
 *   SessionStart ─▶ idle ─ UserPromptSubmit ─▶ busy ─ Stop ─▶ idle       StopFailure ─▶ failed
 *                                              busy ─ PermissionRequest ─▶ needs_human ─ any later event of the turn ─▶ busy
 *                   any ─ PreCompact ─▶ compacting ─ PostCompact ─▶ busy inside a turn that goes on, else idle
 *
 * Ignored: everything from a subagent but its sign of life; a prompt in the middle of its own turn (the human may take it back).
 */

import type { HookEventName, Observed, SessionState } from '../protocol/agent.ts';

/** Continuations of one turn that orq asks for at Stop; Claude Code ends the turn at the ninth, and other hooks share that cap. */
export const MAX_CONTINUATIONS = 5;

/** After a Stop that handed out text the client should go on; without an event for this long it did not. */
export const CONTINUATION_MS = 10_000;

export interface SessionFacts {
  readonly state: SessionState;
  readonly promptId: string | null;
  readonly turnNumber: number;
  readonly inTurn: boolean;
  readonly continuations: number;
}

export interface Effect extends SessionFacts {
  /** What was injected and confirmed earlier in this turn has been seen. */
  readonly proves: boolean;
  /** Leases of other turns end without proof. */
  readonly returnsOtherTurns: boolean;
  /** Leases of this turn end without proof. */
  readonly returnsThisTurn: boolean;
  readonly handsOut: boolean;
}

const QUIET = { proves: false, returnsOtherTurns: false, returnsThisTurn: false, handsOut: false } as const;

/** What `observed` does to a session whose facts are `before`. */
export function effectOf(observed: Observed, before: SessionFacts): Effect {
  const same: Effect = { ...before, ...QUIET };
  if (observed.subagent) return same;
  switch (observed.event) {
    case 'SessionStart':
      return observed.compacted
        ? same
        : {
            ...same,
            state: 'idle',
            promptId: null,
            inTurn: false,
            continuations: 0,
            returnsOtherTurns: true,
          };
    case 'UserPromptSubmit':
      return isNewTurn(observed, before) || observed.promptId === null
        ? { ...beginTurn(observed, same), handsOut: true }
        : same;
    case 'PostToolBatch':
      return { ...inItsTurn(observed, same), state: 'busy', inTurn: true, proves: true, handsOut: true };
    case 'Stop': {
      const turn = inItsTurn(observed, same);
      return {
        ...turn,
        state: 'idle',
        inTurn: false,
        proves: true,
        handsOut: turn.continuations < MAX_CONTINUATIONS,
      };
    }
    case 'StopFailure':
      return { ...same, state: 'failed', inTurn: false, returnsThisTurn: true, returnsOtherTurns: true };
    case 'PermissionRequest':
      return { ...same, state: 'needs_human' };
    case 'Notification':
      return observed.needsHuman ? { ...same, state: 'needs_human' } : same;
    case 'PreCompact':
      return { ...same, state: 'compacting' };
    case 'PostCompact':
      return observed.turnOver
        ? { ...same, state: 'idle', inTurn: false }
        : { ...same, state: before.inTurn ? 'busy' : 'idle' };
    case 'SessionEnd':
      return { ...same, state: 'ended', inTurn: false, returnsThisTurn: true, returnsOtherTurns: true };
  }
}

/** The event that a session is said to have shown last. The start after a compaction begins no life, and must not make the next start pass for one that is reported twice. */
export function lastEventOf({ event, compacted }: Observed): HookEventName {
  return compacted ? 'PostCompact' : event;
}

/** A Stop that handed out text keeps the turn alive. */
export function afterHandOut(effect: Effect, event: HookEventName): Effect {
  return event === 'Stop'
    ? { ...effect, state: 'busy', inTurn: true, continuations: effect.continuations + 1 }
    : effect;
}

function isNewTurn(observed: Observed, before: SessionFacts): boolean {
  return observed.promptId !== null && observed.promptId !== before.promptId;
}

/** A turn is known by the client's `prompt_id`; where it sends none, each prompt begins one under a number of ours. */
function beginTurn(observed: Observed, before: Effect): Effect {
  const turnNumber = before.turnNumber + 1;
  return {
    ...before,
    state: 'busy',
    inTurn: true,
    promptId: observed.promptId ?? `turn ${turnNumber}`,
    turnNumber,
    continuations: 0,
    returnsOtherTurns: true,
  };
}

/** An event of a turn whose prompt no hook reported (hooks installed while it ran) begins that turn: text needs a turn that can prove it. */
function inItsTurn(observed: Observed, before: Effect): Effect {
  return isNewTurn(observed, before) || before.promptId === null ? beginTurn(observed, before) : before;
}
