/** A wall clock and a steady one that stand still until a test moves them. */
import type { Clock } from '../../src/queue/clock.ts';

export interface MovingClock extends Clock {
  /** `ms` pass. */
  move(ms: number): void;
  /** Somebody sets the wall clock by `ms`, which may be negative: no time passes. */
  step(ms: number): void;
}

/** Starts at `startMs`, epoch milliseconds. */
export function movingClock(startMs = 1_750_000_000_000): MovingClock {
  let nowMs = startMs;
  let steadyMs = 0;
  return {
    nowMs: () => nowMs,
    steadyMs: () => steadyMs,
    move: (ms) => {
      nowMs += ms;
      steadyMs += ms;
    },
    step: (ms) => {
      nowMs += ms;
    },
  };
}
