/** Where a message goes that is not leased: ready now, or scheduled for a time. */
import type { MessageState } from '../protocol/message.ts';

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
