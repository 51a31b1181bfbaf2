/** Why a message has not been seen yet, since when, and when it is tried next. */
import type { Message, Waiting } from '../../src/protocol/schemas.ts';
import type { RingVerdict } from '../../src/agents/wake.ts';
import type { Services } from '../services.ts';

export async function withWaiting(
  { ringer }: Pick<Services, 'ringer'>,
  messages: readonly Message[],
): Promise<Message[]> {
  const verdicts = new Map<string, RingVerdict>();
  for (const agent of new Set(messages.filter(isUnseen).map((message) => message.agent)))
    verdicts.set(agent, await ringer.verdict(agent));
  return messages.map((message) => ({
    ...message,
    waiting: waitingFor(message, verdicts.get(message.agent)),
  }));
}

function isUnseen({ state }: Message): boolean {
  return state === 'ready' || state === 'leased';
}

function waitingFor(message: Message, verdict: RingVerdict | undefined): Waiting | null {
  const { state, enqueuedAtMs, readyAtMs, lease, held } = message;
  if (state === 'scheduled')
    return { reason: held ?? 'scheduled', sinceMs: enqueuedAtMs, nextTryMs: readyAtMs };
  if (state === 'blocked') return message.waiting;
  if (state === 'leased' && lease)
    return { reason: leaseReason(lease), sinceMs: lease.sinceMs, nextTryMs: lease.untilMs };
  if (state !== 'ready' || !verdict) return null;
  return verdict.ring
    ? { reason: 'being woken', sinceMs: readyAtMs, nextTryMs: null }
    : { reason: verdict.reason, sinceMs: readyAtMs, nextTryMs: verdict.nextTryMs };
}

function leaseReason({ untilMs, injected, partsLeft }: NonNullable<Message['lease']>): string {
  if (untilMs !== null) return 'held by a consumer';
  if (partsLeft) return 'given in parts, more to come';
  return injected ? 'injected, not proven seen yet' : 'being handed out';
}
