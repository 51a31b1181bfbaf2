/** Waits for what sends no event, such as a screen or a process: looks again in short steps, up to a deadline. */
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 30;

/** Resolves with the first truthy answer. Throws `what` when there is none within `deadlineMs`. */
export async function eventually<Found>(
  what: string,
  look: () => Found | Promise<Found>,
  deadlineMs = 20_000,
): Promise<Exclude<Found, false | undefined | null | 0 | ''>> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found) return found as Exclude<Found, false | undefined | null | 0 | ''>;
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await delay(LOOK_EVERY_MS);
  }
}
