/** What becomes of a message that comes from another database. */
import type { ExportedMessage } from '../protocol/export-schemas.ts';
import type { MessageState } from '../protocol/message.ts';
import { isOver } from './dependency.ts';

export interface ImportPlace {
  readonly state: Exclude<MessageState, 'leased'>;
  readonly enqueuedAtMs: number;
  readonly readyAtMs: number;
  readonly endedAtMs: number | null;
  readonly reason: string | null;
  /** Who waits for what, in which lane or held back, is let go where the request settles. */
  readonly onDependencyFailure: ExportedMessage['onDependencyFailure'];
}

export const NO_REASON = 'no reason was given where it died';

/**
 * Places an imported message. A lease is over where nobody holds it any more: what was leased is ready, and its attempts say that it may have been
 * seen. `waits`: it named others that it waits for.
 */
export function placeImported(message: ExportedMessage, waits: boolean, nowMs: number): ImportPlace {
  const enqueuedAtMs = Math.min(message.enqueuedAtMs ?? nowMs, nowMs);
  const readyAtMs = message.readyAtMs ?? enqueuedAtMs;
  const times = { enqueuedAtMs, readyAtMs, endedAtMs: null, reason: null, onDependencyFailure: null };
  const { state = 'ready' } = message;
  if (isOver(state)) {
    const reason = message.reason ?? (state === 'dead' ? NO_REASON : null);
    return { ...times, state, endedAtMs: message.endedAtMs ?? enqueuedAtMs, reason };
  }
  if (waits)
    return { ...times, state: 'blocked', onDependencyFailure: message.onDependencyFailure ?? 'fail' };
  if (state === 'blocked') return { ...times, state };
  return { ...times, state: readyAtMs > nowMs ? 'scheduled' : 'ready' };
}

/** Positions of messages that wait for each other; undefined where there are none. Each has the positions that it waits for. */
export function circleOf(after: ReadonlyMap<number, readonly number[]>): number[] | undefined {
  const left = new Map(
    [...after].map(([index, others]) => [index, others.filter((other) => after.has(other)).length]),
  );
  const dependents = new Map<number, number[]>();
  for (const [index, others] of after)
    for (const other of others) {
      const known = dependents.get(other);
      if (known) known.push(index);
      else dependents.set(other, [index]);
    }
  const free = [...left].flatMap(([index, count]) => (count === 0 ? [index] : []));
  for (let index = free.pop(); index !== undefined; index = free.pop()) {
    left.delete(index);
    for (const dependent of dependents.get(index) ?? []) {
      const count = (left.get(dependent) ?? 0) - 1;
      left.set(dependent, count);
      if (count === 0) free.push(dependent);
    }
  }
  const circle = [...left.keys()].toSorted((a, b) => a - b);
  return circle.length > 0 ? circle : undefined;
}
