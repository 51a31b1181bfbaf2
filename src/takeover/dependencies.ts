/** Which of the old dependencies still hold. */
import type { MessageState } from '../protocol/message.ts';

/** What one row waits for, and what becomes of it by itself. */
export interface Waiting {
  readonly dependencyId: number | null;
  readonly becomes: MessageState | 'dropped';
}

export type Verdict =
  | { readonly kind: 'free' }
  | { readonly kind: 'released'; readonly why: string }
  | { readonly kind: 'waits'; readonly after: number }
  | { readonly kind: 'circle'; readonly rows: readonly number[] };

const isAlive = (row: Waiting | undefined): boolean => row?.becomes === 'ready' || row?.becomes === 'blocked';

/** The rows that wait for each other, of each row that does: every row waits for one other at most. */
function circles(rows: ReadonlyMap<number, Waiting>): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, readonly number[]>();
  const done = new Set<number>();
  for (const start of rows.keys()) {
    const path: number[] = [];
    const place = new Map<number, number>();
    let id: number | null = start;
    while (id !== null && !done.has(id) && !place.has(id) && isAlive(rows.get(id))) {
      place.set(id, path.length);
      path.push(id);
      id = rows.get(id)?.dependencyId ?? null;
    }
    const from = id === null ? undefined : place.get(id);
    if (from !== undefined) {
      const circle = path.slice(from).toSorted((a, b) => a - b);
      for (const member of circle) found.set(member, circle);
    }
    for (const each of path) done.add(each);
  }
  return found;
}

/** Only rows that are not over wait for anything. */
export function judgeDependencies(rows: ReadonlyMap<number, Waiting>): (id: number) => Verdict {
  const circled = circles(rows);
  return (id) => {
    const row = rows.get(id);
    const on = row?.dependencyId ?? null;
    if (!row || !isAlive(row) || on === null) return { kind: 'free' };
    const circle = circled.get(id);
    if (circle) return { kind: 'circle', rows: circle };
    const other = rows.get(on);
    if (!other) return { kind: 'released', why: `row ${on} that it waited for is not there` };
    if (other.becomes === 'delivered') return { kind: 'free' };
    if (circled.has(on)) return { kind: 'released', why: `row ${on} that it waited for is dead` };
    if (!isAlive(other)) return { kind: 'released', why: `row ${on} that it waited for is ${other.becomes}` };
    return { kind: 'waits', after: on };
  };
}
