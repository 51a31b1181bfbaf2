/** A person is told where an agent's own session waits for one. */
import type { HookEventName } from '../../src/protocol/agent.ts';
import type { Exchanged } from '../../src/queue/exchange.ts';
import type { Services } from '../services.ts';

export function tellOfNeed(
  { alerts }: Pick<Services, 'alerts'>,
  event: HookEventName,
  { session }: Pick<Exchanged, 'session'>,
): void {
  if (session?.standing !== 'bound' || session.agent === null || session.state !== 'needs_human') return;
  alerts.alert('needs_human', { subject: session.agent, event });
}
