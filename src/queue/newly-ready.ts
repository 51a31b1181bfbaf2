/** Whom an enqueue brought something. */
import type { Enqueued } from '../protocol/schemas.ts';

/** Agents that have a ready message more than before; a message to a project counts for each agent that it was stored for. */
export function newlyReady(stored: readonly Enqueued[]): string[] {
  return stored
    .filter(({ created }) => created)
    .flatMap(({ messages, ...one }) => messages ?? [one])
    .filter(({ state }) => state === 'ready')
    .map(({ agent }) => agent);
}
