/** When maintenance comes: the one place that knows how its cron expressions are read. They are in the time zone of the daemon. */
import { createTask, validateDetailed } from 'node-cron';

/** Says nothing by itself: what a run came to is logged by whoever runs it. */
const SILENT = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
};

/** What is wrong with an expression; undefined where nothing is. */
export function cronFault(expression: string): string | undefined {
  const { valid, errors } = validateDetailed(expression);
  return valid ? undefined : (errors[0]?.message ?? 'cannot be read');
}

export interface Rhythm extends Disposable {
  /** Epoch milliseconds; null where it never comes. */
  nextMs(): number | null;
  /** From the next time to the one after it; milliseconds. */
  periodMs(): number | null;
}

/** Calls `run` at each tick until the scope ends. A tick that the machine slept through is not made up for. */
export function startRhythm(expression: string, run: () => void): Rhythm {
  const task = createTask(expression, run, { unref: true, suppressMissedWarning: true, logger: SILENT });
  void task.start();
  return {
    nextMs: () => task.getNextRun()?.getTime() ?? null,
    periodMs: () => {
      const [next, after] = task.getNextRuns(2);
      return next && after ? after.getTime() - next.getTime() : null;
    },
    [Symbol.dispose]: () => void task.destroy(),
  };
}
