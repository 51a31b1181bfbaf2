/** How long a message is kept back after a failure, so that what breaks its agent does not break it again at once. */

/** After the first failure, in milliseconds: short, because most sessions that died took an innocent message along. */
const FIRST_MS = 1_000;

const FACTOR = 4;

const LONGEST_MS = 600_000;

/**
 * Milliseconds for the `failures`-th failure; 0 where there is none: 1 s, 4 s, 16 s, 64 s …, at most 10 min. Without jitter, because
 * messages that failed together have to come back together: apart, a later one would overtake an earlier one.
 */
export function backoffMs(failures: number): number {
  return failures < 1 ? 0 : Math.min(FIRST_MS * FACTOR ** (failures - 1), LONGEST_MS);
}
