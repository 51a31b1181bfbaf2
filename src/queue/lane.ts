/**
 * Lanes: the order of messages across agents. A message of a lane may go when every earlier one of the same lane with the same or a higher
 * priority is over. Scheduled messages stand in no lane. Whoever may go once stays so.
 */
import type { Scope } from '../protocol/message.ts';

const GLOBAL = 'global';
const PROJECT = 'project:';

/** The lane of a scope; null: the agent's own order, which needs none. */
export function laneOf(scope: Scope, project: string | null): string | null {
  if (scope === 'global') return GLOBAL;
  return scope === 'project' && project !== null ? PROJECT + project : null;
}

export function scopeOf(lane: string | null): Scope {
  if (lane === null) return 'agent';
  return lane === GLOBAL ? 'global' : 'project';
}

/** One that stands in a lane; its id is its place among equals. */
export interface Standing {
  readonly id: number;
  readonly priority: number;
}

/** Whether a message waits for one that came earlier in the same lane. */
export function waitsInLane(message: Standing, earlier: Standing): boolean {
  return earlier.priority >= message.priority;
}

/**
 * Who may go, given the first of each priority that stands in a lane, the highest priority first. All others of a priority stand behind its first,
 * and a first stands behind whichever of higher priority came earlier.
 */
export function* mayGo<Each extends Standing>(firsts: Iterable<Each>): Generator<Each> {
  let earliest = Infinity;
  for (const first of firsts) {
    if (first.id < earliest) yield first;
    earliest = Math.min(earliest, first.id);
  }
}

/** Which of `firsts`, in the same order, stand before the message. */
export function* standingBefore<Each extends Standing>(
  message: Standing,
  firsts: Iterable<Each>,
): Generator<Each> {
  for (const first of firsts) {
    if (first.priority < message.priority) return;
    if (first.id < message.id) yield first;
  }
}

/** How many ids a sentence names before it says that there are more. */
const NAMED = 5;

/** Why a message of a lane is blocked: `behind` are those that stand before it. */
export function behindReason(lane: string, behind: readonly number[]): string {
  const order = lane === GLOBAL ? 'global order' : `order of project ${lane.slice(PROJECT.length)}`;
  return `blocked: behind ${named(behind)} in the ${order}`;
}

function named(ids: readonly number[]): string {
  const shown = ids.slice(0, NAMED).join(', ');
  const more = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : '';
  return `${ids.length === 1 ? 'message' : 'messages'} ${shown}${more}`;
}
