/** The name that somebody who mistyped most likely meant. */

/** Edit distance with adjacent swaps (optimal string alignment), by code points. */
function distance(a: readonly string[], b: readonly string[]): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [row, letter] of a.entries()) {
    const next = [row + 1];
    for (const [column, other] of b.entries()) {
      const changed = (last[column] ?? 0) + (letter === other ? 0 : 1);
      let best = Math.min(changed, (last[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1);
      if (row > 0 && column > 0 && letter === b[column - 1] && a[row - 1] === other)
        best = Math.min(best, (before[column - 1] ?? 0) + 1);
      next.push(best);
    }
    before = last;
    last = next;
  }
  return last[b.length] ?? 0;
}

/** The nearest of `names` where it differs in at most a third of its letters, else undefined. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  const wanted = Array.from(name.toLowerCase());
  let found: { name: string; away: number } | undefined;
  for (const candidate of names) {
    const letters = Array.from(candidate.toLowerCase());
    const furthest = Math.min(Math.max(1, Math.floor(letters.length / 3)), (found?.away ?? Infinity) - 1);
    // A difference in length is a distance already: most names need no closer look.
    if (Math.abs(letters.length - wanted.length) > furthest) continue;
    const away = distance(wanted, letters);
    if (away <= furthest) found = { name: candidate, away };
  }
  return found?.name;
}
