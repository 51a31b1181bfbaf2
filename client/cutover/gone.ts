/** What went away between a step and its undoing is no failure. */
import { OrqError } from '../../src/protocol/errors.ts';

/** An agent that was forgotten meanwhile has no mode, a folder that was removed no settings. */
export function unlessGone(error: unknown): undefined {
  if (!(error instanceof OrqError && error.code === 'not_found')) throw error;
  return undefined;
}
