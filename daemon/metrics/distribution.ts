/** How often something took how long: counts between fixed bounds, cheap enough for the path of a hook. */

export interface Distribution {
  readonly boundsMs: readonly number[];
  /** One more than bounds: what took longer than all of them comes last. */
  readonly counts: number[];
  sumMs: number;
}

/** Of what a hook or a commit takes; milliseconds. */
export const SHORT_BOUNDS_MS = [0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000] as const;

/** Of what a message waits for an agent; milliseconds. */
export const LONG_BOUNDS_MS = [
  10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000, 7_200_000,
  28_800_000,
] as const;

export function emptyDistribution(boundsMs: readonly number[]): Distribution {
  return { boundsMs, counts: Array.from({ length: boundsMs.length + 1 }, () => 0), sumMs: 0 };
}

export function observe(distribution: Distribution, ms: number): void {
  const { boundsMs, counts } = distribution;
  let at = 0;
  while (at < boundsMs.length && ms > (boundsMs[at] ?? 0)) at += 1;
  counts[at] = (counts[at] ?? 0) + 1;
  distribution.sumMs += ms;
}

/** As one row of numbers, and back; a row of another version's bounds is dropped. */
export function rowOf({ counts, sumMs }: Distribution): number[] {
  return [sumMs, ...counts];
}

export function addRow(distribution: Distribution, [sumMs = 0, ...counts]: readonly number[]): void {
  if (counts.length !== distribution.counts.length) return;
  distribution.sumMs += sumMs;
  for (const [at, count] of counts.entries())
    distribution.counts[at] = (distribution.counts[at] ?? 0) + count;
}
