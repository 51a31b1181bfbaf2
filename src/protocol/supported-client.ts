/** Which versions of Claude Code hooks can serve, and which of orq's own hook client are up to date. */
import { VERSION } from './version.ts';

/** The oldest version of Claude Code that was measured; agents of older ones are for push mode. */
const OLDEST = '2.1.197';

/** A version that nobody knows is taken for a good one. */
export function isSupportedClient(version: string | null): boolean {
  return !isOlder(version, OLDEST);
}

/** Whether the client that runs the hooks is no older than the daemon. An older one still carries mail; what it lacks is new since. */
export function isCurrentHook(version: string | null): boolean {
  return !isOlder(version, VERSION);
}

/** False where either is no version that anybody knows. */
export function isOlder(version: string | null, than: string): boolean {
  const [own, other] = [numbersOf(version ?? ''), numbersOf(than)];
  if (!own || !other) return false;
  for (const [place, number] of other.entries()) {
    const ours = own[place] ?? 0;
    if (ours !== number) return ours < number;
  }
  return false;
}

function numbersOf(version: string): number[] | null {
  return /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? null;
}
