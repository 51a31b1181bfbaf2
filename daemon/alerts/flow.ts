/** Which alerts pass: of a kind one for each subject in a pause, and few in all; what is held back is counted for the next that passes. */
import type { AlertKind } from './kinds.ts';

/** Of one kind in a pause, whatever their subjects: a fleet that goes down at once is told of a few times. */
export const MOST_OF_A_KIND = 10;

export interface Flow {
  /** How many of the kind were held back since the last that passed; null where this one is held back too. Times are steady, in milliseconds. */
  pass(kind: AlertKind, subject: string, pauseMs: number, nowMs: number): number | null;
}

export function openFlow(): Flow {
  const passed = new Map<AlertKind, { subject: string; atMs: number }[]>();
  const heldBack = new Map<AlertKind, number>();
  return {
    pass: (kind, subject, pauseMs, nowMs) => {
      const recent = (passed.get(kind) ?? []).filter(({ atMs }) => nowMs - atMs < pauseMs);
      const count = heldBack.get(kind) ?? 0;
      if (recent.length >= MOST_OF_A_KIND || recent.some((each) => each.subject === subject)) {
        passed.set(kind, recent);
        heldBack.set(kind, count + 1);
        return null;
      }
      passed.set(kind, [...recent, { subject, atMs: nowMs }]);
      heldBack.set(kind, 0);
      return count;
    },
  };
}
