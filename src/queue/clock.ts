/** Time as rules and stores see it: passed in, so that a test can move it. */
export interface Clock {
  /** Wall time in epoch milliseconds. It may jump. */
  nowMs(): number;
}
