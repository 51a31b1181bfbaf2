/** How long each step of a typing waits; milliseconds. */

/** Two looks at the box, so far apart: whoever types shows a difference. */
export const STILL_MS = 300;

/** Before the key that submits: one in the same read as the end of a paste is swallowed. */
export const SETTLE_MS = 200;

/** After each Enter that showed no effect, before the next. */
export const ENTER_PATIENCE_MS: readonly number[] = [500, 1_000, 2_000, 2_000];

/** How long the event of a client may come after its box took the text. */
export const EVENT_PATIENCE_MS = 5_000;

/** How long the text may take to show in the box. */
export function showingMs(text: string): number {
  return Math.min(2_000, 800 + Math.ceil(text.length / 10));
}
