/** Which session speaks for an agent: at most one is bound, every other one in its pane or worktree is a guest. */

import type { ProcessId } from '../protocol/agent.ts';

export interface BoundFacts {
  readonly process: ProcessId | null;
  /** The daemon looked and the process was gone. */
  readonly gone: boolean;
}

export interface Newcomer {
  readonly process: ProcessId | null;
  /** Whether it may speak for an agent at all: an interactive client, or one that was given an agent's name. */
  readonly mayBind: boolean;
}

export function sameProcess(a: ProcessId | null, b: ProcessId | null): boolean {
  return a !== null && b !== null && a.pid === b.pid && a.start === b.start;
}

/**
 * A newcomer takes an agent over only where nobody lives there: the bound process is dead, or is the newcomer's own.
 * A bound session whose process nobody ever saw cannot be told alive and gives way.
 */
export function standingOf(newcomer: Newcomer, bound: BoundFacts | undefined): 'bound' | 'guest' {
  if (!newcomer.mayBind) return 'guest';
  if (bound === undefined || bound.gone || bound.process === null) return 'bound';
  return sameProcess(newcomer.process, bound.process) ? 'bound' : 'guest';
}
