/** Whether a work that comes seldom was missed: the machine slept, or was off. */

/** `periodMs`: between two times of its rhythm; null where it has none. A clock that was set back makes nothing overdue. */
export function isOverdue(
  { lastMs, periodMs }: { readonly lastMs: number | null; readonly periodMs: number | null },
  nowMs: number,
): boolean {
  return periodMs !== null && (lastMs === null || nowMs - lastMs > periodMs);
}
