/** What becomes of a message whose lease ended without proof. */
import { backoffMs } from './backoff.ts';
import { placeAt, type Placement } from './placement.ts';

export interface Failures {
  readonly failures: number;
  readonly maxFailures: number;
}

/** Places a message that comes back without a failure, after `delayMs`. */
export function placeReturned(delayMs: number, nowMs: number): Placement {
  return placeAt(nowMs + delayMs, nowMs);
}

/** Places a message after a failure, which `spent` counts already: dead where they are spent, else back after `delayMs` and no sooner than the back-off. */
export function placeFailed(spent: Failures, delayMs: number, nowMs: number): Placement {
  if (spent.failures >= spent.maxFailures) return { state: 'dead', readyAtMs: nowMs };
  return placeAt(nowMs + Math.max(delayMs, backoffMs(spent.failures)), nowMs);
}

/** How a lease of a session ended. */
export type LeaseEnd = 'not_printed' | 'daemon_started' | 'turn_over' | 'session_ended' | 'session_died';

/**
 * Whether the end of a lease counts as a failure of the message: only the death of a session that had printed it and had proven something before.
 * A session that proves nothing from its start on may be in a start-up crash loop, and that must not bury mail.
 */
export function chargesFailure(
  end: LeaseEnd,
  lease: { injected: boolean; sessionHasProven: boolean },
): boolean {
  return end === 'session_died' && lease.injected && lease.sessionHasProven;
}
