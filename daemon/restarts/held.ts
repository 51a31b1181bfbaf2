/** An agent is held: the log and a person are told. */
import type { RestartCause } from '../../src/protocol/restart.ts';
import type { Services } from '../services.ts';

/** How the policy begins the reason of a hold over too many crashes. */
const CRASH_LOOP = 'crash loop';

export function tellHeld(
  { log, alerts }: Pick<Services, 'log' | 'alerts'>,
  { agent, cause, reason }: { readonly agent: string; readonly cause: RestartCause; readonly reason: string },
): void {
  log.warn({ event: 'agent_held', agent, cause, reason }, 'agent held');
  alerts.alert(reason.startsWith(CRASH_LOOP) ? 'crash_loop' : 'held', { subject: agent, cause, reason });
}
