/** What is held back so that agents do not drown each other: too many messages in a minute wait for their time, too many hops wait for somebody's word. */
import type { MessageState } from '../protocol/message.ts';

/** Each 0 where there is no cap. */
export interface FloodCaps {
  /** Messages a minute from one sender to one agent. */
  readonly pairPerMinute: number;
  /** Messages a minute to one agent, whoever sends them. */
  readonly agentPerMinute: number;
  /** How many messages may have led to one: each was being handled by the agent that sent the next. */
  readonly maxHops: number;
}

export const NO_CAPS: FloodCaps = { pairPerMinute: 0, agentPerMinute: 0, maxHops: 0 };

const WINDOW_MS = 60_000;

/** What is kept of the messages that went one way: when the next would be due if they had come evenly, as of `atMs`. */
export interface Flow {
  readonly dueMs: number;
  readonly atMs: number;
}

/**
 * Takes one message into a flow of `perMinute`: as many at once, then one for each share of a minute. `passMs` is when it may pass.
 * A clock that went back begins the flow anew.
 */
export function flowOn(flow: Flow | undefined, perMinute: number, nowMs: number): Flow & { passMs: number } {
  const before = flow === undefined || flow.atMs > nowMs ? nowMs : Math.max(flow.dueMs, nowMs);
  const dueMs = before + Math.ceil(WINDOW_MS / perMinute);
  return { dueMs, atMs: nowMs, passMs: Math.max(nowMs, dueMs - WINDOW_MS) };
}

export interface Hold {
  readonly state: Extract<MessageState, 'scheduled' | 'blocked'>;
  readonly readyAtMs: number;
  /** Why, as the operator reads it. */
  readonly held: string;
}

/** Holds back a message that came over too many hops, else one whose turn in its flows is later; null: it may pass. */
export function holdOf(
  message: { readonly readyAtMs: number; readonly hops: number; readonly passMs: number },
  { maxHops }: FloodCaps,
): Hold | null {
  const { readyAtMs, hops, passMs } = message;
  if (maxHops > 0 && hops > maxHops)
    return { state: 'blocked', readyAtMs, held: `held back: ${hops} hops, the cap is ${maxHops}` };
  if (passMs > readyAtMs)
    return { state: 'scheduled', readyAtMs: passMs, held: 'held back: more messages than its rate cap' };
  return null;
}
