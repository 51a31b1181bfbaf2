/** What is remembered of rings: a value that each step replaces. */
import type { Rung } from './rungs.ts';
import type { Ringing } from './wake.ts';

/** The state after `rung` was begun: a rung that this round has tried begins a new one. */
export function begun(before: Ringing | null, rung: Rung, atMs: number): Ringing {
  const sameRound = before !== null && before.outcome !== 'held' && !before.tried.includes(rung);
  return {
    round: sameRound ? before.round : (before?.round ?? 0) + 1,
    tried: sameRound ? [...before.tried, rung] : [rung],
    rung,
    outcome: 'under_way',
    reason: null,
    atMs,
    holds: before?.holds ?? 0,
  };
}

export function held(ringing: Ringing, reason: string, atMs: number): Ringing {
  // Nothing was rung: the round does not count, or a human who types would push the next one out.
  return { ...ringing, round: ringing.round - 1, outcome: 'held', reason, atMs, holds: ringing.holds + 1 };
}
