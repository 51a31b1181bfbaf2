/** Where a message goes that is not leased: ready now, or scheduled for a time. */
import type { MessageState } from '../protocol/message.ts';
import type { Hold } from './flood.ts';

export interface Placement {
  readonly state: Extract<MessageState, 'ready' | 'scheduled' | 'dead'>;
  readonly readyAtMs: number;
}

/** Places a message that may be handed out from `readyAtMs` on. */
export function placeAt(readyAtMs: number, nowMs: number): Placement {
  return { state: readyAtMs > nowMs ? 'scheduled' : 'ready', readyAtMs: Math.max(readyAtMs, nowMs) };
}

/** When a new message may be handed out first: `atMs` names the time, `delayMs` counts from now, and the later one holds. */
export function firstReadyAtMs(wish: { atMs?: number; delayMs?: number }, nowMs: number): number {
  return Math.max(wish.atMs ?? 0, nowMs + (wish.delayMs ?? 0));
}

/**
 * Places a new message besides its time: one that waits for others, or has to stand in a lane first, is blocked until it is let go. What waits for
 * others takes the time of a rate cap along; what is held back for its hops is blocked until somebody lets it go.
 */
export function placeSent(
  { state, readyAtMs }: Placement,
  { inLane, waits }: { inLane: boolean; waits: boolean },
  hold: Hold | null,
): { state: MessageState; readyAtMs: number; held: string | null } {
  const held = hold === null || (waits && hold.state === 'scheduled') ? null : hold.held;
  const placed = hold ?? { state, readyAtMs };
  const isBlocked = waits || (inLane && placed.state === 'ready');
  return { state: isBlocked ? 'blocked' : placed.state, readyAtMs: placed.readyAtMs, held };
}
