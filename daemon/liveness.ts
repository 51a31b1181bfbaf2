/** Many processes looked at again and again, at little cost. */
import type { ProcessId } from '../src/protocol/agent.ts';
import type { ProcessTable } from './process-table.ts';

/** Who a pid is now is looked at in every so many rounds, a part of the processes in each; whether it is there at all in every one. */
const WHOLE_LOOK_EVERY = 10;

/** Whether a process lives, as one round of looks sees it; looked at once, whoever asks. */
export type Look = (process: ProcessId) => boolean;

export function lookOf(processes: Pick<ProcessTable, 'isAlive' | 'hasPid'>, round: number): Look {
  const seen = new Map<number, { readonly start: string; readonly lives: boolean }>();
  return (process) => {
    const { pid, start } = process;
    const known = seen.get(pid);
    if (known?.start === start) return known.lives;
    const isWhole = pid % WHOLE_LOOK_EVERY === round % WHOLE_LOOK_EVERY;
    const lives = isWhole ? processes.isAlive(process) : processes.hasPid(pid);
    seen.set(pid, { start, lives });
    return lives;
  };
}
