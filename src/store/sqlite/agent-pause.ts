/** Pausing agents: while one is paused nothing is handed to it and it is not rung; what it has already proves and ends as ever. */
import type { ReplyOf, RequestOf } from '../../protocol/schemas.ts';
import type { ChosenAgents } from './agent-choice.ts';
import type { Database } from './database.ts';

/** Rides on the primary key. */
const SET_PAUSED = `
  UPDATE agent SET paused_at_ms = @pausedAtMs WHERE id = @id AND (paused_at_ms IS NULL) <> (@pausedAtMs IS NULL)`;

/** @throws OrqError bad_request, not_found, ambiguous_address. */
export type PauseVerb = (choice: RequestOf<'agentPause'>, pausedAtMs: number | null) => ReplyOf<'agentPause'>;

export function preparePause(db: Database, { chosen }: { chosen: ChosenAgents }): PauseVerb {
  const setPaused = db.prepare<{ id: string; pausedAtMs: number | null }>(SET_PAUSED);

  return (choice, pausedAtMs) => ({
    agents: chosen(choice).map((id) => ({
      id,
      paused: pausedAtMs !== null,
      changed: setPaused.run({ id, pausedAtMs }).changes > 0,
    })),
  });
}
