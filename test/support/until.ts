/** Waits for what no event announces: the state of another process. */
import { setTimeout as pause } from 'node:timers/promises';

const STEP_MS = 20;

/** Resolves with the first value of `look` that is not undefined; rejects after `limitMs`. */
export async function until<T>(
  look: () => T | undefined | Promise<T | undefined>,
  limitMs = 10_000,
): Promise<T> {
  const endMs = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > endMs)
      throw new Error(`nothing within ${limitMs} ms of ${look.toString().slice(0, 200)}`);
    await pause(STEP_MS);
  }
}
