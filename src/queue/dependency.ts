/**
 * Dependencies: a message that waits until others are delivered. It holds no lane meanwhile. When one that it waits for ends otherwise, its policy
 * decides: `fail` it is dead too, `release` it goes all the same, `wait` it goes on waiting (a dead message may be redriven).
 */
import type { DependencyPolicy, MessageState } from '../protocol/message.ts';
import { waitsInLane, type Standing } from './lane.ts';

export type EndState = Extract<MessageState, 'delivered' | 'dead' | 'cancelled'>;

/** What becomes of a dependency: it holds no more, it takes its message along, or it goes on. */
export type Verdict = 'met' | 'failed' | 'waits';

export function isOver(state: MessageState): state is EndState {
  return state === 'delivered' || state === 'dead' || state === 'cancelled';
}

/** What the end of a message means for one that waits for it. */
export function verdictAtEnd(state: EndState, policy: DependencyPolicy): Verdict {
  if (state === 'delivered' || policy === 'release') return 'met';
  return policy === 'fail' ? 'failed' : 'waits';
}

/** A timeout ends the waiting in any case: only `release` goes on without what did not come. */
export function verdictAtTimeout(policy: DependencyPolicy): Exclude<Verdict, 'waits'> {
  return policy === 'release' ? 'met' : 'failed';
}

export const TIMED_OUT = 'dependency timeout';

export function failedReason(id: number, state: EndState): string {
  return `dependency failed: message ${id} is ${state}`;
}

/** How many a sentence names before it says that there are more. */
const NAMED = 5;

/** Why a message is blocked by dependencies. */
export function afterReason(on: readonly { readonly id: number; readonly state: MessageState }[]): string {
  const shown = on
    .slice(0, NAMED)
    .map(({ id, state }) => `${id} (${state})`)
    .join(', ');
  const more = on.length > NAMED ? ` and ${on.length - NAMED} more` : '';
  return `blocked: after ${on.length === 1 ? 'message' : 'messages'} ${shown}${more}`;
}

/** A message of a batch: what it waits for by position, and the lane that it stands in. */
export interface InBatch extends Standing {
  readonly after: readonly number[];
  readonly lane: string | null;
}

/**
 * The positions of messages that wait for each other, by their dependencies and by the order of their lanes; undefined where there are none. What was
 * stored before waits for nothing of a batch, so that the batch is all there is to look at.
 */
export function deadlockIn(batch: readonly InBatch[]): number[] | undefined {
  // Lanes only look back: without a dependency that looks ahead nothing can close a circle.
  if (!batch.some(({ after }, index) => after.some((other) => other >= index))) return undefined;
  const path: number[] = [];
  const seen = new Set<number>();

  function circleFrom(index: number): number[] | undefined {
    const begun = path.indexOf(index);
    if (begun >= 0) return path.slice(begun);
    if (seen.has(index)) return undefined;
    seen.add(index);
    path.push(index);
    for (const other of waitsOn(batch, index)) {
      const circle = circleFrom(other);
      if (circle) return circle;
    }
    path.pop();
    return undefined;
  }

  for (const index of batch.keys()) {
    const circle = circleFrom(index);
    if (circle) return circle;
  }
  return undefined;
}

function* waitsOn(batch: readonly InBatch[], index: number): Generator<number> {
  const message = batch[index];
  if (!message) return;
  yield* message.after;
  if (message.lane === null) return;
  for (const [other, earlier] of batch.slice(0, index).entries())
    if (earlier.lane === message.lane && waitsInLane(message, earlier)) yield other;
}
