/** Which dead letters somebody means: some by their ids, or all of an agent, of a reason, or of both. */
import { OrqError } from '../protocol/errors.ts';

/** Most messages that one request moves, so that a backlog never holds the writer for long. */
export const DEAD_BATCH = 1_000;

export interface DeadChoice {
  readonly ids?: readonly number[] | undefined;
  readonly agent?: string | undefined;
  /** How the reason begins. */
  readonly reason?: string | undefined;
}

/** @throws OrqError bad_request where nothing is named, or ids and a filter at once: a slip must not move all there is. */
export function assertChoice({ ids, agent, reason }: DeadChoice): void {
  const filtered = agent !== undefined || reason !== undefined;
  if ((ids !== undefined) === filtered)
    throw new OrqError('bad_request', 'dead letters: are named by ids, or by an agent and a reason');
}
