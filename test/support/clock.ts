/** A clock that stands still until a test moves it, also backwards. */
import type { Clock } from '../../src/queue/clock.ts';

export interface MovingClock extends Clock {
  /** Moves by `ms`, which may be negative. */
  move(ms: number): void;
}

/** Starts at `startMs`, epoch milliseconds. */
export function movingClock(startMs = 1_750_000_000_000): MovingClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    move: (ms) => {
      nowMs += ms;
    },
  };
}
