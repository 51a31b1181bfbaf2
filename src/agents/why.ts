/** Why a message has not been seen yet, since when, and when it is tried next: the one rule, from facts that others gathered. */
import type { Message, Waiting } from '../protocol/schemas.ts';
import { WAITING_REASONS, type WaitingCode } from '../protocol/waiting.ts';
import type { RingVerdict } from './wake.ts';

/** Something besides its own state keeps mail from an agent. */
export interface Obstacle {
  readonly code: WaitingCode;
  /** What the code's phrase leaves open, such as who paused it. */
  readonly detail?: string;
  readonly sinceMs: number;
  readonly nextTryMs: number | null;
}

/** What is known of the agent that a message is for. */
export interface Reachability {
  readonly verdict: RingVerdict;
  readonly obstacle: Obstacle | null;
}

export type WaitingMessage = Pick<
  Message,
  'state' | 'enqueuedAtMs' | 'readyAtMs' | 'lease' | 'held' | 'waiting'
>;

/** Whether the agent has a part in why a message in this state waits. */
export function dependsOnAgent({ state }: Pick<Message, 'state'>): boolean {
  return state === 'ready';
}

/** Null for a message that waits for nothing. `agent` is left out where `dependsOnAgent` says no. */
export function waitingOf(
  message: WaitingMessage,
  agent: Reachability | undefined,
  typed?: 'being_typed' | 'typed_unsent',
): Waiting | null {
  const { state, enqueuedAtMs, readyAtMs, lease, held } = message;
  switch (state) {
    case 'scheduled':
      return waiting(held ?? WAITING_REASONS.scheduled, enqueuedAtMs, readyAtMs);
    case 'blocked':
      return message.waiting;
    case 'leased':
      return (
        lease && waiting(typed ? WAITING_REASONS[typed] : leaseReason(lease), lease.sinceMs, lease.untilMs)
      );
    case 'ready':
      return agent ? unreachable(agent, readyAtMs) : null;
    default:
      return null;
  }
}

/** Of an agent: what its oldest ready message waits for; without mail what would keep it away. */
export function waitingOfAgent(agent: Reachability, oldestReadyMs: number | null): Waiting | null {
  if (oldestReadyMs !== null) return unreachable(agent, oldestReadyMs);
  return agent.obstacle && ofObstacle(agent.obstacle, 0);
}

function unreachable({ verdict, obstacle }: Reachability, readyAtMs: number): Waiting {
  if (obstacle) return ofObstacle(obstacle, readyAtMs);
  if (verdict.ring) return waiting(WAITING_REASONS.being_woken, readyAtMs, null);
  const { nextTryMs, whenReadyForMs } = verdict;
  const latestMs = whenReadyForMs === undefined ? null : readyAtMs + whenReadyForMs;
  return ofObstacle({ ...verdict, nextTryMs: nextTryMs ?? latestMs, sinceMs: readyAtMs }, readyAtMs);
}

/** A message waits for it since both are there. */
function ofObstacle({ code, detail, sinceMs, nextTryMs }: Obstacle, readyAtMs: number): Waiting {
  const phrase = WAITING_REASONS[code];
  return waiting(
    detail === undefined ? phrase : `${phrase}: ${detail}`,
    Math.max(readyAtMs, sinceMs),
    nextTryMs,
  );
}

function leaseReason({ untilMs, injected, partsLeft }: NonNullable<Message['lease']>): string {
  if (untilMs !== null) return WAITING_REASONS.held_by_consumer;
  if (partsLeft) return WAITING_REASONS.in_parts;
  return injected ? WAITING_REASONS.unproven : WAITING_REASONS.handing_out;
}

function waiting(reason: string, sinceMs: number, nextTryMs: number | null): Waiting {
  return { reason, sinceMs, nextTryMs };
}
