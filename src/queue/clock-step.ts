/**
 * Jumps of the wall clock. What counts a span (visibility timeout, back-off, delay, time to live, dependency timeout, a schedule's distance, how long
 * a session is silent) goes on counting when the clock is set; what names a time (`atMs`, a cron expression) holds by the clock as it is set.
 */
import type { Clock } from './clock.ts';

export interface Reading {
  readonly wallMs: number;
  readonly steadyMs: number;
}

/** A clock that is off by less is slewed, or it costs nobody anything; milliseconds. */
const SMALLEST_STEP_MS = 1_000;

export function readingOf(clock: Clock): Reading {
  return { wallMs: clock.nowMs(), steadyMs: clock.steadyMs() };
}

/** How far the wall clock was set between two readings, beyond the time that passed; 0 where it was not. Milliseconds, negative where it went back. */
export function stepBetween(before: Reading, now: Reading): number {
  const stepMs = Math.round(now.wallMs - before.wallMs - (now.steadyMs - before.steadyMs));
  return Math.abs(stepMs) < SMALLEST_STEP_MS ? 0 : stepMs;
}

/** How far it was set back at least while nobody looked, given the latest time that was written down. A step forward cannot be told from time that passed. */
export function stepBackSince(latestMs: number | null, nowMs: number): number {
  const stepMs = latestMs === null ? 0 : nowMs - latestMs;
  return stepMs > -SMALLEST_STEP_MS ? 0 : stepMs;
}
