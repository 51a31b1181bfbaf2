/** Whether the client in a pane is idle, as its screen says: in doubt it is not. */
import { STILL_MS } from '../../src/pane/patience.ts';
import { vetoOf } from '../../src/pane/vetoes.ts';
import type { ProcessId } from '../../src/protocol/agent.ts';
import type { PaneKey } from './arbiter.ts';
import { lookAt } from './screen.ts';
import type { SequenceParts } from './sequence.ts';
import { placeOf, readState } from './target.ts';

/** Looks twice: what redraws itself is not at rest. */
export async function isAtRest(
  { processes, pause }: Omit<SequenceParts, 'clock'>,
  target: PaneKey,
  process: ProcessId | null,
): Promise<boolean> {
  const looks = async (): Promise<boolean> => {
    const state = await readState(target);
    // Who types or reads there is no reason against it.
    const seen = state && { ...state, viewers: [], inputOff: false, synchronised: false };
    if (!seen || seen.inMode) return false;
    if (vetoOf(seen, { serverStart: target.serverStart, client: placeOf(processes, process, seen) }, 0))
      return false;
    const screen = await lookAt(target);
    return screen.shows === 'composer' && !screen.isRunning;
  };
  try {
    if (!(await looks())) return false;
    await pause(STILL_MS);
    return await looks();
  } catch {
    return false;
  }
}
