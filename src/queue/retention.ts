/** When a message that has ended may be forgotten. */

/** An idempotency key answers for its message at least this long. */
export const KEY_LIFE_MS = 7 * 24 * 3_600_000;

export interface Ended {
  readonly endedAtMs: number;
  readonly enqueuedAtMs: number;
  /** The turn that saw it has not ended: a rebrief would repeat it. */
  readonly open: boolean;
  readonly keyed: boolean;
}

/** `retentionMs` counts from the end of the message. */
export function mayPrune(
  { endedAtMs, enqueuedAtMs, open, keyed }: Ended,
  { retentionMs, nowMs }: { retentionMs: number; nowMs: number },
): boolean {
  if (open || endedAtMs > nowMs - retentionMs) return false;
  return !keyed || enqueuedAtMs <= nowMs - KEY_LIFE_MS;
}

/** For how many retentions the end of a forgotten message is still known to those that are to wait for it. */
export const TOMBSTONE_RETENTIONS = 12;
