/** A distribution as an operator reads it: a bar, the middle, the slow end. */
import type { Distribution } from '../../src/protocol/stats-schemas.ts';

const BARS = '▁▂▃▄▅▆▇█';

/** One sign for each bound, as high as it is frequent; a blank where nothing fell. */
export function bar({ counts }: Pick<Distribution, 'counts'>): string {
  const most = Math.max(...counts);
  return counts
    .map((count) => (count === 0 ? ' ' : (BARS[Math.ceil((count / most) * BARS.length) - 1] ?? '')))
    .join('');
}

/** The least bound below which `share` of all fell; Infinity beyond the last, undefined where nothing was counted. Milliseconds. */
export function quantile(
  { boundsMs, counts, count }: Pick<Distribution, 'boundsMs' | 'counts' | 'count'>,
  share: number,
): number | undefined {
  if (count === 0) return undefined;
  let below = 0;
  for (const [at, each] of counts.entries()) {
    below += each;
    if (below >= share * count) return boundsMs[at] ?? Infinity;
  }
  return Infinity;
}

/** `< 5ms`: what a bound says of those below it. */
export function spokenQuantile(distribution: Distribution, share: number): string {
  const bound = quantile(distribution, share);
  if (bound === undefined) return '-';
  const unit = (ms: number): string =>
    ms < 1000
      ? `${ms}ms`
      : ms < 60_000
        ? `${ms / 1000}s`
        : ms < 3_600_000
          ? `${ms / 60_000}m`
          : `${ms / 3_600_000}h`;
  return bound === Infinity ? `> ${unit(distribution.boundsMs.at(-1) ?? 0)}` : `< ${unit(bound)}`;
}
