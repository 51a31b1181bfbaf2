/** Time as rules and stores see it: passed in, so that a test can move it. */
export interface Clock {
  /** Wall time in epoch milliseconds. It may jump. */
  nowMs(): number;
  /** Milliseconds that only ever pass, whatever the wall clock is set to; they count from anywhere. */
  steadyMs(): number;
}
