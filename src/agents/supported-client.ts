/** Which versions of Claude Code hooks can serve; agents of older ones are for push mode. */

/** The oldest version that was measured. */
const OLDEST = [2, 1, 197] as const;

/** A version that nobody knows is taken for a good one. */
export function isSupportedClient(version: string | null): boolean {
  const numbers = /^(\d+)\.(\d+)\.(\d+)/.exec(version ?? '');
  if (!numbers) return true;
  for (const [place, oldest] of OLDEST.entries()) {
    const own = Number(numbers[place + 1]);
    if (own !== oldest) return own > oldest;
  }
  return true;
}
